"""Records as the document that programs read."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, TypeVar

from archlab.domain.records import document as parts
from archlab.domain.records.figures import cost_lines, milliseconds_figure, number, tenth, usd
from archlab.domain.records.names import evidence_name, file_name, width_for
from archlab.domain.records.record import (
    Assumption,
    Confirmation,
    ConsideredOption,
    Cost,
    CostLine,
    DecisionRecord,
    Evidence,
    Failure,
    LabReceipt,
    Latency,
    Link,
    Outage,
    Overrides,
    Point,
    Spread,
    State,
    Statement,
    Tone,
    Votes,
)
from archlab.domain.records.sheets import cost_status, evidence_files
from archlab.domain.records.text import plain_line, plain_lines

T = TypeVar("T")


def as_json(records: Sequence[DecisionRecord]) -> str:
    """`decisions.json` of these records, in the order of their numbers."""
    return parts.written(document_of(records))


def document_of(records: Sequence[DecisionRecord]) -> parts.Document:
    ordered = sorted(records, key=lambda record: record.number)
    width = width_for([record.number for record in ordered])
    written = [_record(record, width) for record in ordered]
    return parts.Document(
        format=parts.FORMAT,
        scenario=_same([one.evidence.scenario for one in written]),
        team=_same([plain_line(r.deciders) if r.votes else None for r in ordered]),
        price_book=_same([one.evidence.price_book for one in written]),
        kernel=_same([one.evidence.kernel for one in written]),
        records=written,
    )


def _same(values: Sequence[T | None]) -> T | None:
    first = values[0] if values else None
    return first if all(value == first for value in values) else None


def _record(record: DecisionRecord, width: int) -> parts.RecordPart:
    said = record.outcome
    newer = record.superseded_by
    return parts.RecordPart(
        number=record.number,
        file=file_name(record.number, record.title, width=width),
        title=plain_line(record.title),
        status=record.status.value,
        date=record.date,
        deciders=plain_line(record.deciders),
        tags=[plain_line(tag) for tag in record.tags],
        statement=_statement(record.statement),
        situation=plain_lines(record.situation),
        own_words=plain_lines(record.own_words),
        drivers=[
            parts.DriverPart(text=plain_line(one.text), must=one.must, weight=one.weight)
            for one in record.drivers
        ],
        options=[_option(record, place) for place in range(len(record.options))],
        outcome=parts.OutcomePart(
            option=said.letter,
            because=plain_line(said.because),
            decided=plain_line(said.decided),
            confidence=said.confidence,
            round=said.round,
        ),
        consequences=[_point(one) for one in record.consequences],
        confirmation=[_confirmation(one) for one in record.confirmation],
        revisit=[
            parts.RevisitPart(
                when=plain_line(one.when),
                threshold=_number(one.threshold),
                unit=plain_line(one.unit),
            )
            for one in record.revisit
        ],
        evidence=_evidence(record, width),
        assumptions=[_assumption(one) for one in record.assumptions],
        source_claims=[
            parts.ClaimPart(
                says=plain_line(one.says), model=plain_line(one.model), verdict=one.verdict.value
            )
            for one in record.claims
        ],
        votes=_votes(record.votes) if record.votes else None,
        dissent=[
            parts.DissentPart(
                option=one.letter,
                words=plain_line(one.words),
                confidence=one.confidence,
                endorsements=one.endorsements,
            )
            for one in record.dissent
        ],
        overrides=_overrides(record.overrides) if record.overrides else None,
        lab_receipts=[_lab(one) for one in record.labs],
        reproduce=[
            parts.RecipePart(command=plain_line(one.command), shows=plain_line(one.shows))
            for one in record.reproduce
        ],
        supersedes=[*_files(record.supersedes, width), *record.overtakes],
        superseded_by=_files([newer], width)[0] if newer else None,
        relates_to=_files(record.relates_to, width),
    )


def _files(links: Sequence[Link], width: int) -> list[str]:
    return [file_name(one.number, one.title, width=width) for one in links]


def _statement(said: Statement) -> parts.StatementPart:
    return parts.StatementPart(
        context=plain_line(said.context),
        facing=plain_line(said.facing),
        chosen=plain_line(said.chosen),
        against=plain_line(said.against),
        achieve=plain_line(said.achieve),
        accepting=plain_line(said.accepting),
    )


def _option(record: DecisionRecord, place: int) -> parts.OptionPart:
    option = record.options[place]
    needles = option.needles
    rounds = record.votes.rounds if record.votes else ()
    return parts.OptionPart(
        letter=option.letter,
        title=plain_line(option.title),
        musts_met=option.musts_met,
        musts=sum(1 for driver in record.drivers if driver.must),
        cost=_cost(needles.cost, record.evidence),
        latency=_latency(needles.latency),
        downtime=[_outage(one) for one in needles.downtime],
        failures=[_failure(one) for one in needles.failures],
        remark=plain_line(needles.remark),
        pros=_reasons(option, Tone.GOOD),
        cons=_reasons(option, Tone.BAD),
        neutral=_reasons(option, Tone.NEUTRAL),
        votes={str(one.number): one.votes[place] for one in rounds},
    )


def _reasons(option: ConsideredOption, tone: Tone) -> list[str]:
    return [plain_line(point.because) for point in option.points if point.tone is tone]


def _cost(needle: Cost, evidence: Evidence) -> parts.CostPart:
    return parts.CostPart(
        usd_month=None if needle.usd is None else usd(needle.usd),
        month_hours=needle.month_hours,
        region=plain_line(evidence.region),
        basis=None if needle.usd is None else needle.basis.value,
        status=cost_status([needle]),
        unpriced=[plain_line(part) for part in needle.unpriced],
    )


def _latency(needle: Latency) -> parts.LatencyPart:
    known = needle.p50_ms is not None or needle.p99_ms is not None
    return parts.LatencyPart(
        flow=plain_line(needle.flow),
        load=plain_line(needle.load),
        rate_per_s=_number(needle.rate_per_s),
        p50_ms=_milliseconds(needle.p50_ms),
        p95_ms=_milliseconds(needle.p95_ms),
        p99_ms=_milliseconds(needle.p99_ms),
        p50_range_ms=_range(needle.p50_spread),
        p95_range_ms=_range(needle.p95_spread),
        p99_range_ms=_range(needle.p99_spread),
        replications=needle.replications,
        seed=needle.seed,
        basis=needle.basis.value if known else None,
        status="modelled" if known else _missing(needle.missing),
    )


def _missing(state: State) -> Literal["not modelled", "overloaded"]:
    return "overloaded" if state is State.OVERLOADED else "not modelled"


def _range(spread: Spread | None) -> tuple[str, str] | None:
    if spread is None:
        return None
    return milliseconds_figure(spread.low), milliseconds_figure(spread.high)


def _outage(outage: Outage) -> parts.OutagePart:
    known = outage.minutes is not None
    return parts.OutagePart(
        minutes_month=_tenth(outage.minutes),
        hits=plain_line(outage.hits),
        basis=outage.basis.value if known else None,
        status="modelled" if known else "not modelled",
    )


def _failure(one: Failure) -> parts.FailurePart:
    return parts.FailurePart(
        failure=plain_line(one.name),
        hits=plain_line(one.hits),
        per_month=_number(one.per_month),
        minutes_each=_number(one.minutes_each),
        minutes_month=_tenth(one.minutes),
        basis=one.basis.value,
        source=plain_line(one.source),
    )


def _point(point: Point) -> parts.PointPart:
    return parts.PointPart(tone=point.tone.value, because=plain_line(point.because))


def _confirmation(one: Confirmation) -> parts.ConfirmationPart:
    return parts.ConfirmationPart(
        check=plain_line(one.check),
        how=plain_line(one.how),
        lab=one.lab or None,
        alarm_usd=None if one.alarm_usd is None else usd(one.alarm_usd),
    )


def _evidence(record: DecisionRecord, width: int) -> parts.EvidencePart:
    found = record.evidence
    scenario = parts.ScenarioPart(
        slug=found.scenario, version=found.scenario_version, sha256=found.scenario_digest
    )
    book = parts.PriceBookPart(id=found.price_book, sha256=found.price_book_digest)
    return parts.EvidencePart(
        scenario=scenario if found.scenario else None,
        decision=found.decision or None,
        price_book=book if found.price_book else None,
        region=found.region,
        month_hours=found.month_hours,
        latency_method=plain_line(found.latency_method),
        kernel=found.kernel or None,
        cost_lines=[_cost_line(line, record.options) for line in cost_lines(record)],
        files=[
            f"evidence/{evidence_name(record.number, kind, width=width)}"
            for kind in evidence_files(record)
        ],
        permalink=found.permalink or None,
    )


def _cost_line(line: CostLine, options: Sequence[ConsideredOption]) -> parts.CostLinePart:
    amounts = {
        option.letter: amount.value if isinstance(amount, State) else usd(amount)
        for option, amount in zip(options, line.amounts, strict=True)
        if amount is not None
    }
    return parts.CostLinePart.model_validate(
        {
            "line": plain_line(line.label),
            "component": plain_line(line.component),
            "price": line.price or None,
            "quantity": _number(line.quantity),
            "unit": line.unit,
            "usd": amounts,
            "basis": line.basis,
            "formula": plain_line(line.formula),
        }
    )


def _assumption(one: Assumption) -> parts.AssumptionPart:
    return parts.AssumptionPart(
        text=plain_line(one.text),
        low=_number(one.low),
        likely=number(one.likely),
        high=_number(one.high),
        unit=plain_line(one.unit),
        kind=one.kind.value,
        reason=plain_line(one.reason),
    )


def _votes(votes: Votes) -> parts.VotesPart:
    return parts.VotesPart(
        rounds=[
            parts.RoundPart(
                round=one.number, no_vote=one.no_vote, mean_confidence=_tenth(one.mean_confidence)
            )
            for one in votes.rounds
        ],
        voters=votes.voters,
        changed=votes.changed,
        hidden_until=plain_line(votes.hidden_until),
        discussion_minutes=votes.discussion_minutes,
    )


def _overrides(overrides: Overrides) -> parts.OverridesPart:
    return parts.OverridesPart(
        taken=[
            parts.OverridePart(
                round=one.round,
                majority=one.majority,
                chosen=one.chosen,
                reason=plain_line(one.reason),
            )
            for one in overrides.taken
        ],
        reopened=list(overrides.reopened),
        late_votes=overrides.late_votes,
    )


def _lab(receipt: LabReceipt) -> parts.LabPart:
    return parts.LabPart(
        lab=plain_line(receipt.lab),
        title=plain_line(receipt.title),
        scenario_version=receipt.scenario_version,
        run=receipt.run,
        date=receipt.date,
        target=plain_line(receipt.target),
        template_sha256=receipt.template_digest,
        passed=receipt.passed,
        checks=receipt.checks,
        failed=[plain_line(name) for name in receipt.failed],
        left=receipt.left,
    )


def _number(value: Decimal | None) -> str | None:
    return None if value is None else number(value)


def _milliseconds(value: Decimal | None) -> str | None:
    return None if value is None else milliseconds_figure(value)


def _tenth(value: Decimal | None) -> str | None:
    return None if value is None else tenth(value)
