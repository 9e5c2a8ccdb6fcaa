"""Which version a run is in, what a newer one changes, and what moving there would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from archlab.catalog.models import ScenarioVersion
from archlab.catalog.queries import pack_of
from archlab.catalog.text import text_of
from archlab.domain.pack import Block, Decision, Pack, Quiz
from archlab.domain.pack.carry import Entry, Fate, Plan
from archlab.domain.pack.play import Play
from archlab.domain.pack.versions import Comparison, Difference, Kind
from archlab.journeys.models import Enrolment, Move
from archlab.journeys.moves import UNDO_FOR, move_key, undo_key
from archlab.journeys.runs import (
    compared,
    latest_event,
    moves_of,
    newer_version,
    plan_in,
    standing_move,
    version_played,
)
from archlab.journeys.unfinished import Unfinished, unfinished_in


@dataclass(frozen=True, slots=True)
class Change:
    """A difference as a learner reads it: what, and what happened to it."""

    title: SafeString
    says: str


@dataclass(frozen=True, slots=True)
class Row:
    """A block in the table of the plan; scores are None where nothing is scored."""

    title: SafeString
    step: str
    says: str
    before: Decimal | None
    after: Decimal | None
    is_changed: bool


@dataclass(frozen=True)
class VersionPage:
    """The versions of a run: the one it is in, and the offer of a newer one if there is any."""

    enrolment: Enrolment
    play: Play
    now: datetime

    @cached_property
    def played(self) -> ScenarioVersion:
        return version_played(self.enrolment)

    @property
    def is_mended(self) -> bool:
        """The words changed since the last answer, and nothing else."""
        return self.played != self.enrolment.version

    @cached_property
    def newer(self) -> ScenarioVersion | None:
        """The present version, if a learner would notice more than other words."""
        newer = newer_version(self.enrolment)
        return None if newer == self.played or self.play.finished else newer

    @cached_property
    def asks(self) -> bool:
        """A newer version waits for an answer, and none was given yet."""
        if self.newer is None:
            return False
        return not self.enrolment.kept.filter(version=self.newer).exists()

    @cached_property
    def pack(self) -> Pack:
        return self.play.pack

    @cached_property
    def newer_pack(self) -> Pack:
        assert self.newer is not None  # noqa: S101 (templates ask for `newer` first)
        return pack_of(self.newer)

    @cached_property
    def comparison(self) -> Comparison:
        assert self.newer is not None  # noqa: S101 (templates ask for `newer` first)
        return compared(self.played, self.newer)

    @cached_property
    def plan(self) -> Plan:
        assert self.newer is not None  # noqa: S101 (templates ask for `newer` first)
        return plan_in(self.enrolment, self.played, self.newer, latest_event(self.enrolment))

    @property
    def move_key(self) -> UUID:
        assert self.newer is not None  # noqa: S101 (templates ask for `newer` first)
        return move_key(self.enrolment, self.newer)

    @cached_property
    def behind(self) -> list[Change]:
        return [change for change, is_behind in self._changes() if is_behind]

    @cached_property
    def ahead(self) -> list[Change]:
        return [change for change, is_behind in self._changes() if not is_behind]

    @property
    def elsewhere(self) -> list[str]:
        """Changes that belong to no step."""
        told = []
        if self.comparison.systems is Kind.RESCORED:
            told.append(gettext("The systems that the decisions change are drawn up anew."))
        if self.comparison.evidence is Kind.WORDING:
            told.append(gettext("Facts, claims, terms or the description were edited."))
        reworded = sum(
            one.kind is Kind.WORDING for one in (*self.comparison.steps, *self.comparison.blocks)
        )
        if reworded:
            words = ngettext("%(n)s text is worded anew.", "%(n)s texts are worded anew.", reworded)
            told.append(words % {"n": reworded})
        return told

    @property
    def summary(self) -> str:
        """How much changed, in one sentence."""
        behind, ahead = len(self.behind), len(self.ahead)
        counts = {"behind": behind, "ahead": ahead}
        if not behind + ahead:
            return gettext("What it changes belongs to no single step.")
        return gettext("Changes behind you: %(behind)s. Ahead of you: %(ahead)s.") % counts

    @property
    def headline(self) -> str:
        """The finding: how much of what was answered counts on."""
        given = [entry for entry in self.plan.entries if entry.old]
        kept = [entry for entry in given if entry.fate in (Fate.CARRIED, Fate.REGRADED)]
        counts = {"kept": len(kept), "n": len(given)}
        if not given:
            return gettext("Nothing of yours changes")
        if kept == given:
            words = ngettext("Your answer comes along", "All %(n)s answers come along", len(given))
            return words % counts
        return gettext("%(kept)s of %(n)s answers come along as they are") % counts

    @property
    def rows(self) -> list[Row]:
        return [self._row(entry) for entry in self.plan.entries]

    @property
    def stands(self) -> str:
        """Where the learner will stand."""
        plan = self.plan
        if plan.step is None:
            return gettext("You will stand at the end of the journey.")
        words = {"step": self.newer_pack.steps[plan.step].title}
        if not plan.lost_step:
            return gettext("You will stand where you are: “%(step)s”.") % words
        words["lost"] = self.pack.steps[plan.lost_step].title
        return gettext("“%(lost)s” is gone. You will stand at “%(step)s”.") % words

    @cached_property
    def unfinished(self) -> list[Unfinished]:
        """What must be ended before the run can go to another version."""
        return unfinished_in(self.enrolment)

    @cached_property
    def last_move(self) -> Move | None:
        """The move that can still be taken back."""
        last = standing_move(moves_of(self.enrolment))
        is_late = last is not None and self.now > last.at + UNDO_FOR
        return None if is_late or self.play.finished else last

    @property
    def undo_until(self) -> datetime | None:
        return self.last_move.at + UNDO_FOR if self.last_move else None

    @property
    def undo_key(self) -> UUID | None:
        return undo_key(self.last_move) if self.last_move else None

    @property
    def has_just_moved(self) -> bool:
        """Nothing was done since the last move."""
        is_moved = self.last_move is not None and self.last_move.epoch == self.enrolment.epoch
        return is_moved and not self.enrolment.events.filter(epoch=self.enrolment.epoch).exists()

    def _changes(self) -> Iterator[tuple[Change, bool]]:
        for one in self.comparison.steps:
            says = _step_words(one)
            if says:
                pack, step = self._side(one)
                yield Change(text_of(pack).inline(pack.steps[step].title), says), self._behind(one)
        for one in self.comparison.blocks:
            says = _block_words(one)
            if says:
                pack, block = self._side(one)
                yield Change(title_of(pack, block), says), self._behind(self._step_of(one))

    def _side(self, one: Difference) -> tuple[Pack, str]:
        """The newer version and the id there; the older one for what was removed."""
        return (self.newer_pack, one.new) if one.new else (self.pack, one.old)

    def _step_of(self, one: Difference) -> Difference:
        """The step of a block, as a step's own difference."""
        if one.old:
            step = self.pack.step_of[one.old].id
            return next(other for other in self.comparison.steps if other.old == step)
        step = self.newer_pack.step_of[one.new].id
        return next(other for other in self.comparison.steps if other.new == step)

    def _behind(self, step: Difference) -> bool:
        if step.old:
            return step.old in self.play.visited and step.old != self.play.step
        path = self.newer_pack.path_documented
        here = self.comparison.step_now.get(self.play.step or "", "")
        return step.new in path and here in path and path.index(step.new) < path.index(here)

    def _row(self, entry: Entry) -> Row:
        pack, block = (self.newer_pack, entry.new) if entry.new else (self.pack, entry.old)
        return Row(
            title=title_of(pack, block),
            step=pack.step_of[block].title,
            says=_fate_words(entry),
            before=entry.before,
            after=entry.after,
            is_changed=entry.fate is not Fate.CARRIED,
        )


def title_of(pack: Pack, id_: str) -> SafeString:
    """What a learner would call a block."""
    block = pack.block(id_)
    return text_of(pack).inline(_asked(block) if block else id_)


def _asked(block: Block) -> str:
    if block.title:
        return block.title
    if isinstance(block, Decision):
        return block.adr.title if block.adr else block.prompt
    return block.stem if isinstance(block, Quiz) else _DIRECTIVES.get(block.directive, block.id)


_DIRECTIVES = {
    "bill": "A bill",
    "calculator": "A calculator",
    "claim": "Claims of the source",
    "diagram": "A drawing",
    "waterfall": "The way of a request",
}


def _step_words(one: Difference) -> str:
    words = {
        Kind.ADDED: gettext("a new step"),
        Kind.REMOVED: gettext("this step is gone"),
        Kind.RESCORED: gettext("it leads on differently or begins with another system"),
    }
    return words.get(one.kind, "")


def _block_words(one: Difference) -> str:
    words = {
        Kind.ADDED: gettext("new"),
        Kind.REMOVED: gettext("gone"),
        Kind.RESCORED: gettext("other choices, effects or points"),
    }
    said = [words[one.kind]] if one.kind in words else []
    if one.moved:
        said.append(gettext("stands in another step"))
    return ", ".join(said)


def _fate_words(entry: Entry) -> str:
    if entry.fate is Fate.REPLACED:
        choices = {"choice": entry.choice, "instead": entry.instead}
        return gettext("“%(choice)s” does not apply any more; “%(instead)s” takes its place") % (
            choices
        )
    if entry.fate is Fate.NEW and entry.instead:
        return gettext("new and decided as documented: “%(instead)s”") % {"instead": entry.instead}
    return {
        Fate.CARRIED: gettext("carried over"),
        Fate.REGRADED: gettext("carried over and judged by the new rules"),
        Fate.REOPENED: gettext("asked again; your points stay"),
        Fate.NEW: gettext("new, optional for you"),
        Fate.GONE: gettext("gone; it does not count any more"),
    }[entry.fate]
