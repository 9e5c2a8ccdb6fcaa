"""Decision records, derived from the events of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.http import Http404
from django.utils.translation import gettext as _

from archlab.catalog.assess import assessed
from archlab.catalog.text import text_of
from archlab.domain.architecture import Architecture, Assessment
from archlab.domain.money import cents
from archlab.domain.pack import ClaimView, Decision, Option, Pack
from archlab.domain.pack.play import Taken
from archlab.domain.pricing import PriceBook
from archlab.domain.records import (
    Assumption,
    Basis,
    Confirmation,
    ConsideredOption,
    Cost,
    CostLine,
    DecisionRecord,
    Driver,
    Evidence,
    Latency,
    Needles,
    Outage,
    Outcome,
    Own,
    Point,
    Recipe,
    SourceClaim,
    State,
    Statement,
    Tone,
    Verdict,
    consequences,
    file_name,
    markdown,
    proposed_pairs,
    superseding,
)
from archlab.journeys.models import Enrolment
from archlab.journeys.options import with_option
from archlab.journeys.queries import pack_played, play_of, words_in
from archlab.journeys.runs import answered_at, version_played

LETTERS = "ABCDEFGH"
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


def records_of(enrolment: Enrolment) -> tuple[DecisionRecord, ...]:
    """One record per decision that its author gave a stub, numbered in the order of the path."""
    pack = pack_played(enrolment)
    dates, words = _dates(enrolment), words_in(enrolment)
    taken = [one for one in play_of(enrolment).decisions if one.decision.adr is not None]
    records = [
        replace(
            _record(
                number, one, pack, enrolment, dates.get(one.decision.id, enrolment.started.date())
            ),
            own_words=Own(words.get(one.step, "")),
        )
        for number, one in enumerate(taken, 1)
    ]
    touched = {number: _touched(one) for number, one in enumerate(taken, 1)}
    return superseding(records, proposed_pairs(touched))


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record with the name of its file; `slug` is the name without its ending."""

    record: DecisionRecord
    slug: str


def named_records(enrolment: Enrolment) -> list[NamedRecord]:
    return [
        NamedRecord(record, file_name(record.number, record.title).removesuffix(".md"))
        for record in records_of(enrolment)
    ]


def record_named(enrolment: Enrolment, name: str) -> tuple[DecisionRecord, str]:
    """A record and its text as it is exported; an unknown name is a 404."""
    for named in named_records(enrolment):
        if name == f"{named.slug}.md":
            return named.record, markdown(named.record)
    raise Http404(f"no record {name}")


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
            *_moves(before, assessed(chosen, decision.flow)),
            *_points(taken.option),
        ),
        confirmation=(Confirmation(adr.confirmation),) if adr.confirmation else (),
        evidence=_evidence(taken, pack, enrolment, sides),
        assumptions=tuple(_assumptions(chosen)),
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
        needles=_needles(assessed(system, decision.flow), option),
        points=_points(option),
    )


def _needles(assessment: Assessment, option: Option | None = None) -> Needles:
    cost, latency, downtime = assessment.cost, assessment.latency, assessment.downtime
    unpriced = tuple(line.label for line in cost.unpriced)
    whole = Outage(_("all requests"), _tenth(downtime.minutes))
    partial = (
        Outage(risk.hits, _tenth(risk.minutes))
        for risk in downtime.risks
        if risk.hits != "all requests"
    )
    return Needles(
        cost=Cost(cents(cost.total_usd), cost.month_hours, unpriced=unpriced),
        latency=Latency(
            _whole(latency.p50_ms),
            _whole(latency.p99_ms),
            flow=latency.flow or "",
            load=_load(latency.rate_per_s),
        ),
        downtime=(whole, *partial),
        remark=_remark(option),
    )


def _remark(option: Option | None) -> str:
    effects = option.effects if option else None
    if effects is None:
        return ""
    words = (
        (effects.weeks, _("weeks of work: %(n)s")),
        (effects.ops_hours_month, _("own work a month: %(n)s h")),
        (effects.one_off_usd, _("once: %(n)s USD")),
    )
    return "; ".join(text % {"n": f"{n.normalize():f}"} for n, text in words if n)


def _tenth(minutes: Decimal | None) -> Decimal | None:
    return None if minutes is None else minutes.quantize(Decimal("0.1"))


def _whole(ms: float | None) -> Decimal | None:
    return None if ms is None else Decimal(round(ms))


def _load(rate_per_s: float) -> str:
    if rate_per_s >= 1:
        return _("%(n)s requests/s") % {"n": round(rate_per_s)}
    return _("%(n)s requests/h") % {"n": round(rate_per_s * 3600)}


def _points(option: Option) -> tuple[Point, ...]:
    stated = option.consequences
    if stated is None:
        return ()
    tones = ((Tone.GOOD, stated.good), (Tone.BAD, stated.bad), (Tone.NEUTRAL, stated.neutral))
    return tuple(Point(tone, _clause(text)) for tone, texts in tones for text in texts)


def _moves(before: Assessment, after: Assessment) -> tuple[Point, ...]:
    return tuple(consequences(_needles(before), _needles(after)))


def _evidence(
    taken: Taken, pack: Pack, enrolment: Enrolment, sides: list[tuple[Option, Architecture]]
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
        cost_lines=tuple(_cost_lines([system for _option, system in sides], bills)),
    )


def _cost_lines(systems: list[Architecture], bills: list[Assessment]) -> Iterator[CostLine]:
    """Only parts that differ between the options, then the rest as one line, then the total."""
    amounts = [_by_part(system, bill) for system, bill in zip(systems, bills, strict=True)]
    names = dict.fromkeys(name for part in amounts for name in part)
    differ = [n for n in names if len({str(part.get(n)) for part in amounts}) > 1]
    for name in differ:
        yield CostLine(name, tuple(part.get(name) for part in amounts))
    rest = [
        sum((v for n, v in part.items() if n not in differ and isinstance(v, Decimal)), Decimal(0))
        for part in amounts
    ]
    if differ and any(rest):
        yield CostLine(_("All other parts"), tuple(rest))


def _by_part(system: Architecture, bill: Assessment) -> dict[str, Decimal | State]:
    """Label -> USD in cents; a documented bill's lines stay whole, so the columns add up."""
    amounts: dict[str, Decimal | State] = {}
    for line in bill.cost.lines:
        for part in line.parts:
            component = system.components[part.component]
            label = component.label or component.title
            if part.usd is None or amounts.get(label) is State.NOT_PRICED:
                amounts[label] = State.NOT_PRICED
            elif part.usd:
                amounts[label] = cents(part.usd) + _known(amounts.get(label))
    return amounts


def _known(amount: Decimal | State | None) -> Decimal:
    return amount if isinstance(amount, Decimal) else Decimal(0)


def _assumptions(system: Architecture) -> Iterator[Assumption]:
    seen: set[str] = set()
    for risk in assessed(system).downtime.risks:
        for one in risk.assumptions:
            if one.likely is not None and one.text not in seen:
                seen.add(one.text)
                yield Assumption(one.text, one.likely, one.low, one.high, one.unit, Basis.ASSUMED)


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
