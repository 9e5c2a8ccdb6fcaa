"""What a finished run says about the learner: exactly what was done, and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext, gettext_lazy, ngettext

from archlab.domain.pack import Block, Decision, Pack
from archlab.domain.pack.play import Play
from archlab.domain.pack.standing import Standing, standings, time_spent
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import moments_of, pack_played
from archlab.web import numbers


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the certificate: what, how many of it, and how it went."""

    name: str
    count: int
    how: str


@dataclass(frozen=True)
class CertificatePage:
    """A finished run on one sheet of paper."""

    enrolment: Enrolment
    play: Play

    @cached_property
    def pack(self) -> Pack:
        return pack_played(self.enrolment)

    @property
    def name(self) -> str:
        """Of the account; a guest writes their own on the paper."""
        user = self.enrolment.learner.user
        return user.shown if user else ""

    @property
    def sha(self) -> str:
        """The version as everybody names it: the first twelve digits of its sha256."""
        return self.enrolment.version.sha256[:12]

    @cached_property
    def _moments(self) -> list[datetime]:
        return moments_of(self.enrolment)[self.enrolment.pk]

    @property
    def started(self) -> datetime:
        return self.enrolment.started

    @property
    def ended(self) -> datetime:
        return self._moments[-1] if self._moments else self.enrolment.started

    @property
    def spent(self) -> str:
        return numbers.duration(time_spent(self.started, self._moments))

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        return standings(self.play)

    @cached_property
    def deeds(self) -> tuple[Deed, ...]:
        """Steps, decisions, questions and whatever else was answered for points, a line each."""
        answered = (self._deed(directive) for directive in _NAMES)
        return (self._steps(), *(deed for deed in answered if deed))

    def _steps(self) -> Deed:
        visited, path = self.play.visited, self.pack.path_documented
        detours = sum(step not in path for step in visited)
        how = ngettext("%(n)d on a detour", "%(n)d on detours", detours) % {"n": detours}
        return Deed(gettext("Steps walked"), len(visited), how if detours else "")

    def _deed(self, directive: str) -> Deed | None:
        blocks = [block for block in self._answered if block.directive == directive]
        if not blocks:
            return None
        how = self._verdicts() if directive == Decision.directive else self._tries(blocks)
        return Deed(str(_NAMES[directive]), len(blocks), how)

    @cached_property
    def _answered(self) -> tuple[Block, ...]:
        blocks = (block for step in self.play.visited for block in self.pack.steps[step].blocks)
        return tuple(block for block in blocks if block.points and self.play.attempts(block.id))

    def _tries(self, blocks: Sequence[Block]) -> str:
        full = sum(self.play.attempts(block.id)[0].score == 1 for block in blocks)
        helped = sum(self.play.hints(block.id) > 0 for block in blocks)
        words = gettext("%(full)d with full points at once, %(helped)d with hints")
        return words % {"full": full, "helped": helped}

    def _verdicts(self) -> str:
        """Of the first choices, because those are graded."""
        found = Counter[str](
            option.verdict
            for block in self._answered
            if isinstance(block, Decision)
            and (option := block.option(str(self.play.attempts(block.id)[0].answer["option"])))
        )
        told = [
            f"{found[verdict]} {words}" for verdict, words in _VERDICTS.items() if found[verdict]
        ]
        return gettext("first choices: %(told)s") % {"told": ", ".join(told)}


_NAMES = {
    "decision": gettext_lazy("Decisions taken"),
    "quiz": gettext_lazy("Questions answered"),
    "drill": gettext_lazy("Drills played"),
    "lab": gettext_lazy("Labs deployed"),
}
_VERDICTS = {
    "best": gettext_lazy("best"),
    "good": gettext_lazy("good"),
    "costly": gettext_lazy("costly"),
    "risky": gettext_lazy("risky"),
}
