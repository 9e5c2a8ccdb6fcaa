"""The records of a run, computed from its events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from archlab.catalog.assess import assessed
from archlab.catalog.drawings import drawn_alone
from archlab.catalog.pinned import PinnedSystem
from archlab.catalog.text import text_of
from archlab.domain.architecture import Architecture, Change
from archlab.domain.pack import ClaimView, Decision, Option, Pack
from archlab.domain.pack.play import Play, Taken
from archlab.domain.pack.standing import passed_labs
from archlab.domain.pricing import PriceBook
from archlab.domain.records import (
    Confirmation,
    ConsideredOption,
    DecisionRecord,
    Driver,
    Evidence,
    LabReceipt,
    Outcome,
    Own,
    Point,
    Recipe,
    SourceClaim,
    Statement,
    Tone,
    Verdict,
)
from archlab.journeys.models import Enrolment
from archlab.journeys.options import with_option
from archlab.journeys.queries import pack_played, play_of, words_in
from archlab.journeys.runs import answered_at, version_played
from archlab.records.figures import assumptions, cost_lines, moves, needles
from archlab.records.inputs import inputs_of
from archlab.records.words import LETTERS, Words

COMMON_WORDS = frozenset([
    "A", "All", "Almost", "An", "Another", "Any", "As", "At", "Both", "Bursts", "By", "Calls",
    "Capacity", "Changing", "Cold", "Comfort", "Compiled", "Cost", "Each", "Either", "Every",
    "Everybody", "Everything", "Fakes", "Familiar", "Feedback", "Few", "For", "From",
    "Growing", "If", "In", "It", "Its", "Known", "Large", "Less", "Little", "Local", "Long",
    "Many", "Minutes", "More", "Most", "Neither", "New", "News", "No", "Nobody", "Not",
    "Nothing", "On", "One", "Only", "Other", "Pages", "Parts", "Permissions", "Reconnecting",
    "Some", "Somebody", "Something", "Ten", "That", "The", "Their", "There", "These", "They",
    "This", "Those", "Three", "Two", "Until", "Upgrades", "What", "When", "Whoever", "With",
    "Within", "Without", "You", "Your",
])  # fmt: skip
"""First words that lose their capital inside a sentence; names keep theirs."""


@dataclass(frozen=True)
class Computed:
    """A record as the events, or a comparison, tell it, and what its owner may begin from.

    `key` names it within its binder; `touched` is what the decision set; `inputs` hold no person.
    """

    key: str
    record: DecisionRecord
    words: Words
    touched: frozenset[str]
    inputs: dict[str, Any]


def computed(enrolment: Enrolment) -> list[Computed]:
    """One for each decision that its author gave a stub, numbered in the order of the path."""
    pack = pack_played(enrolment)
    dates, words = _dates(enrolment), words_in(enrolment)
    play = play_of(enrolment)
    taken = [
        replace(one, option=one.decided) for one in play.decisions if one.decision.adr is not None
    ]
    found = []
    for number, (one, touched) in enumerate(zip(taken, _touched(taken, pack), strict=True), 1):
        day = dates.get(one.decision.id, enrolment.started.date())
        told = words.get(one.step, "")
        labs = tuple(_labs(one.step, play, enrolment, dates))
        record = replace(_record(number, one, pack, enrolment, day), own_words=Own(told), labs=labs)
        own = Words(situation=told, because=one.reason)
        found.append(Computed(one.decision.id, record, own, touched, _inputs(one, pack)))
    return found


def _inputs(taken: Taken, pack: Pack) -> dict[str, Any]:
    before = tuple((choice.decision, choice.option) for choice in taken.recipe.choices)
    systems = []
    for option in taken.decision.options:
        fits = with_option(pack, taken.decision, option, taken.before) is not None
        choices = (*before, (taken.decision.id, option.id)) if fits else before
        systems.append(PinnedSystem(option.text, pack.version, taken.recipe.base, choices))
    return inputs_of(systems, flow=taken.decision.flow)


def _labs(
    step: str, play: Play, enrolment: Enrolment, dates: Mapping[str, date]
) -> Iterator[LabReceipt]:
    """The labs of a decision's step that were passed, from the receipts that the journey kept."""
    for lab in passed_labs(play, step):
        receipt = play.answer(lab.id) or {}
        checks = receipt.get("checks")
        verdicts = checks if isinstance(checks, dict) else {}
        left = receipt.get("left")
        yield LabReceipt(
            lab=str(receipt.get("lab", lab.id)),
            title=lab.title,
            scenario_version=str(version_played(enrolment).number),
            run=str(receipt.get("run", "")),
            date=dates.get(lab.id, enrolment.started.date()),
            target=_("an emulator on this machine; nothing ran in AWS"),
            template_digest=str(receipt.get("template", "")),
            passed=sum(status == "pass" for status in verdicts.values()),
            checks=len(verdicts),
            failed=tuple(name for name, status in verdicts.items() if status != "pass"),
            left=len(left) if isinstance(left, list) else None,
        )


def _dates(enrolment: Enrolment) -> Mapping[str, date]:
    """Decision -> the day (UTC) of the answer in force."""
    return {block: at.date() for block, at in answered_at(enrolment).items()}


def _touched(decisions: Sequence[Taken], pack: Pack) -> Iterator[frozenset[str]]:
    """What each decision set: whole parts, single parameters, and the system where it changed.

    An option may begin with the drawing that is there already, only to stand on firm ground. A
    step with a drawing of its own asks about a part of that one, so an option that brings a whole
    drawing there takes no earlier system back.
    """
    drawing = ""
    for taken in decisions:
        change = taken.option.change or Change()
        elsewhere = change.use in (None, drawing) or pack.steps[taken.step].architecture
        whole: set[str] = set() if elsewhere else {"system"}
        drawing = change.use or drawing
        yield frozenset({*change.set, *change.add, *change.remove, *whole})


def _record(
    number: int, taken: Taken, pack: Pack, enrolment: Enrolment, day: date
) -> DecisionRecord:
    decision, adr = taken.decision, taken.decision.adr
    if adr is None:
        raise ValueError(f"{decision.id} has no record stub")
    sides = [(option, _after(pack, taken, option)) for option in decision.options]
    letters = {option.id: LETTERS[n] for n, (option, _system) in enumerate(sides)}
    before = assessed(taken.before, decision.flow)
    chosen = next(system for option, system in sides if option.id == taken.option.id)
    return DecisionRecord(
        number=number,
        title=adr.title,
        date=day,
        deciders=_("one learner"),
        statement=_statement(taken, pack, adr.title),
        situation=adr.context,
        drivers=tuple(Driver(text) for text in adr.drivers),
        options=tuple(
            _considered(letters[option.id], option, system, decision) for option, system in sides
        ),
        outcome=Outcome(
            letter=letters[taken.option.id],
            because=Own(taken.reason) if taken.reason else _clause(taken.option.consequence),
            decided=_decided(taken),
            confidence=taken.confidence,
        ),
        consequences=(
            *moves(before, assessed(chosen, decision.flow)),
            *_points(taken.option),
        ),
        confirmation=(Confirmation(adr.confirmation),) if adr.confirmation else (),
        evidence=_evidence(taken, pack, enrolment, sides, chosen),
        assumptions=tuple(assumptions(chosen)),
        claims=tuple(_claims(pack, taken.step)),
        reproduce=_recipes(pack),
        tags=pack.scenario.tags,
    )


def _after(pack: Pack, taken: Taken, option: Option) -> Architecture:
    return with_option(pack, taken.decision, option, taken.before) or taken.before


def _statement(taken: Taken, pack: Pack, title: str) -> Statement:
    documented = taken.decision.documented
    is_other = documented is not None and documented.id != taken.option.id
    against = f'"{documented.text}", which the source chose' if documented and is_other else ""
    bad = taken.option.consequences.bad if taken.option.consequences else ()
    return Statement(
        context=f'the journey "{pack.scenario.title}"',
        facing=f'the question "{title}"',
        chosen=f'"{taken.option.text}"',
        against=against,
        accepting=_clause(bad[0]) if bad else "",
    )


def _clause(sentence: str) -> str:
    """A sentence as a clause: "The way out costs one address." becomes "the way out ..."."""
    first, _space, rest = sentence.partition(" ")
    start = first.lower() if first in COMMON_WORDS else first
    return f"{start} {rest}".rstrip(". ")


def _decided(taken: Taken) -> str:
    if taken.option.documented:
        return _("Decided alone. The source did the same.")
    documented = taken.decision.documented
    if documented is None:
        return _("Decided alone.")
    return _("Decided alone. The source chose: %(option)s.") % {"option": documented.text}


def _considered(
    letter: str, option: Option, system: Architecture, decision: Decision
) -> ConsideredOption:
    return ConsideredOption(
        letter=letter,
        title=option.text,
        needles=needles(assessed(system, decision.flow), _remark(option)),
        points=_points(option),
    )


def _remark(option: Option) -> str:
    effects = option.effects
    if effects is None:
        return ""
    words = (
        (effects.weeks, _("weeks of work: %(n)s")),
        (effects.ops_hours_month, _("own work a month: %(n)s h")),
        (effects.one_off_usd, _("once: %(n)s USD")),
    )
    return "; ".join(text % {"n": f"{n.normalize():f}"} for n, text in words if n)


def _points(option: Option) -> tuple[Point, ...]:
    stated = option.consequences
    if stated is None:
        return ()
    tones = ((Tone.GOOD, stated.good), (Tone.BAD, stated.bad), (Tone.NEUTRAL, stated.neutral))
    return tuple(Point(tone, _clause(text)) for tone, texts in tones for text in texts)


def _evidence(
    taken: Taken,
    pack: Pack,
    enrolment: Enrolment,
    sides: list[tuple[Option, Architecture]],
    chosen: Architecture,
) -> Evidence:
    book = PriceBook.shipped()
    bills = [assessed(system, taken.decision.flow) for _option, system in sides]
    return Evidence(
        price_book=book.id,
        price_book_digest=book.digest,
        region=taken.before.region,
        month_hours=taken.before.month_hours,
        scenario=pack.scenario.slug,
        scenario_version=str(version_played(enrolment).number),
        scenario_digest=pack.version[:12],
        decision=taken.decision.id,
        latency_method=bills[0].latency.steady.method if bills[0].latency.steady else "",
        cost_lines=tuple(cost_lines([system for _option, system in sides], bills)),
        diagram=drawn_alone(chosen, before=taken.before),
    )


def _claims(pack: Pack, step_id: str) -> Iterator[SourceClaim]:
    text = text_of(pack)
    for block in pack.steps[step_id].blocks:
        if isinstance(block, ClaimView):
            for name in block.claims:
                claim = pack.claims[name]
                model = text.recomputed(name) or claim.basis or _("nothing to compute")
                yield SourceClaim(claim.says, model, Verdict(claim.verdict))


def _recipes(pack: Pack) -> tuple[Recipe, ...]:
    printed = (a for a in pack.architectures.values() if a.documented is not None)
    slug = pack.scenario.slug
    return tuple(Recipe(f"manage.py bill {slug}/{a.id} --json", a.title) for a in printed)
