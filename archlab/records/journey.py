"""The records of a run, computed from its events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from archlab.catalog.assess import assessed
from archlab.catalog.drawings import drawn_alone
from archlab.catalog.pinned import PinnedSystem
from archlab.catalog.text import text_of
from archlab.domain.architecture import Architecture
from archlab.domain.pack import ClaimView, Decision, Option, Pack
from archlab.domain.pack.play import Taken
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
from archlab.journeys.receipts import Receipt, receipts_in
from archlab.journeys.runs import answered_at, version_played
from archlab.records.figures import assumptions, cost_lines, moves, needles
from archlab.records.inputs import inputs_of
from archlab.records.words import LETTERS, Words

FUNCTION_WORDS = frozenset(
    {
        *("A", "All", "An", "Another", "Any", "As", "At", "Both", "By", "Each", "Either", "Every"),
        *(
            "Everybody",
            "Everything",
            "Few",
            "For",
            "From",
            "If",
            "In",
            "It",
            "Its",
            "Less",
            "Local",
        ),
        *("Many", "More", "Most", "Neither", "No", "Nobody", "Not", "Nothing", "On", "One", "Only"),
        *("Other", "Some", "Somebody", "Something", "That", "The", "Their", "There", "These"),
        *("They", "This", "Those", "Three", "Two", "Until", "What", "When", "Whoever", "With"),
        *("Without", "You", "Your"),
    }
)
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
    receipts = receipts_in(enrolment)
    taken = [one for one in play_of(enrolment).decisions if one.decision.adr is not None]
    found = []
    for number, one in enumerate(taken, 1):
        day = dates.get(one.decision.id, enrolment.started.date())
        told = words.get(one.step, "")
        labs = tuple(_receipt(receipt) for receipt in receipts if receipt.step == one.step)
        record = replace(_record(number, one, pack, enrolment, day), own_words=Own(told), labs=labs)
        own = Words(situation=told, because=one.reason)
        found.append(Computed(one.decision.id, record, own, _touched(one), _inputs(one, pack)))
    return found


def _inputs(taken: Taken, pack: Pack) -> dict[str, Any]:
    before = tuple((choice.decision, choice.option) for choice in taken.recipe.choices)
    systems = []
    for option in taken.decision.options:
        fits = with_option(pack, taken.decision, option, taken.before) is not None
        choices = (*before, (taken.decision.id, option.id)) if fits else before
        systems.append(PinnedSystem(option.text, pack.version, taken.recipe.base, choices))
    return inputs_of(systems, flow=taken.decision.flow)


def _receipt(receipt: Receipt) -> LabReceipt:
    return LabReceipt(
        lab=receipt.lab,
        title=receipt.title,
        scenario_version=str(receipt.version),
        run=receipt.run,
        date=receipt.day,
        target=receipt.target,
        template_digest=receipt.template_sha256,
        passed=receipt.passed,
        checks=receipt.checks,
        failed=receipt.failed,
        left=receipt.left,
    )


def _dates(enrolment: Enrolment) -> Mapping[str, date]:
    """Decision -> the day (UTC) of the answer in force."""
    return {block: at.date() for block, at in answered_at(enrolment).items()}


def _touched(taken: Taken) -> frozenset[str]:
    """What a decision set: whole parts and single parameters."""
    change = taken.option.change
    if change is None:
        return frozenset()
    whole = {"system"} if change.use else set()
    return frozenset({*change.set, *change.add, *change.remove, *whole})


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
            because=Own(taken.reason) if taken.reason else taken.option.consequence,
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
    start = first.lower() if first in FUNCTION_WORDS else first
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
    printed = [a.id for a in pack.architectures.values() if a.documented is not None]
    slug = pack.scenario.slug
    return tuple(
        Recipe(f"manage.py bill {slug}/{name} --json", _("the documented bill"))
        for name in printed[-1:]
    )
