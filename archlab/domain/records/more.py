"""What stands behind a record: evidence, assumptions, claims, votes, dissent, labs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archlab.domain.records.figures import cost, cost_lines, cost_row, number, tenth
from archlab.domain.records.layout import bullets, note, section, table
from archlab.domain.records.names import evidence_name
from archlab.domain.records.needles import name_of
from archlab.domain.records.record import (
    Assumption,
    DecisionRecord,
    Dissent,
    Evidence,
    LabReceipt,
    Override,
    Overrides,
    Recipe,
    SourceClaim,
    Votes,
)
from archlab.domain.records.sections import link
from archlab.domain.records.text import code, inline, is_blank

_SHOWN_DIGITS = 12


def more(record: DecisionRecord, width: int) -> list[str]:
    """Every part with a heading of the third level."""
    evidence = ["### Evidence", bullets(_sources(record, width))]
    if record.evidence.cost_lines:
        evidence.append(_cost_table(record))
    related = bullets(link(target, width) for target in record.relates_to)
    return [
        *evidence,
        *section("### Assumptions", _assumptions(record.assumptions)),
        *section("### Source claims", _claims(record.claims)),
        *(_votes(record, record.votes) if record.votes else ()),
        *_dissent(record.dissent),
        *(_overrides(record.overrides) if record.overrides else ()),
        *(block for receipt in record.labs for block in _receipt(receipt)),
        *section("### Related decisions", related),
        *section("### Reproduce", bullets(_recipes(record.evidence, record.reproduce))),
    ]


def _sources(record: DecisionRecord, width: int) -> Iterable[str]:
    def file(kind: str) -> str:
        name = evidence_name(record.number, kind, width=width)
        return f"[{name}](evidence/{name})"

    evidence = record.evidence
    yield f"Cost: {file('cost.csv')}{_priced_by(evidence)}"
    method = note(not is_blank(evidence.latency_method), f", {inline(evidence.latency_method)}")
    kernel = note(bool(evidence.kernel), f", kernel version {inline(evidence.kernel)}")
    yield f"Latency: {file('latency.csv')}{method}{kernel}"
    yield f"Downtime: {file('downtime.csv')}"
    if record.votes:
        yield f"Votes: {file('votes.csv')}"
    if evidence.diagram:
        yield f"Diagram: {file('diagram.svg')}, before and after"
    if evidence.scenario:
        version = f"version {inline(evidence.scenario_version)}"
        of = f"{inline(evidence.scenario)}, {version} ({_digest(evidence.scenario_digest)})"
        yield f"Scenario: {of}, decision {code(evidence.decision)}"


def _priced_by(evidence: Evidence) -> str:
    if not evidence.price_book:
        return ""
    book = f"{inline(evidence.price_book)} ({_digest(evidence.price_book_digest)})"
    region = f"region {inline(evidence.region)}"
    return f", price book {book}, {region}, month of {evidence.month_hours} hours"


def _digest(digest: str) -> str:
    return f"SHA-256 {inline(digest[:_SHOWN_DIGITS])}..."


def _cost_table(record: DecisionRecord) -> str:
    costs = [option.needles.cost for option in record.options]
    head = ["Line that changes, USD/month", *(option.letter for option in record.options)]
    rows = [cost_row(line) for line in cost_lines(record)]
    rows.append(["Total", *(cost(needle) for needle in costs)])
    rows.append(["Basis", *("-" if n.usd is None else str(n.basis) for n in costs)])
    return table(head, rows, right=set(range(1, len(head))))


def _assumptions(assumptions: Sequence[Assumption]) -> str:
    rows = [
        [
            inline(a.text) + note(not is_blank(a.unit), f", {inline(a.unit)}"),
            *("-" if value is None else number(value) for value in (a.low, a.likely, a.high)),
            str(a.kind) + note(not is_blank(a.reason), f": {inline(a.reason)}"),
        ]
        for a in assumptions
    ]
    head = ["Assumption", "Low", "Likely", "High", "Kind"]
    return table(head, rows, right={1, 2, 3}) if rows else ""


def _claims(claims: Sequence[SourceClaim]) -> str:
    rows = [[inline(c.says), inline(c.model), str(c.verdict)] for c in claims]
    head = ["Claim of the source", "The model says", "Verdict"]
    return table(head, rows, right=set()) if rows else ""


def _votes(record: DecisionRecord, votes: Votes) -> list[str]:
    rows = [
        [name_of(option), *(str(one.votes[place]) for one in votes.rounds)]
        for place, option in enumerate(record.options)
    ]
    rows.append(["No vote", *(str(one.no_vote) for one in votes.rounds)])
    head = ["Option", *(f"Round {one.number}" for one in votes.rounds)]
    counted = table(head, rows, right=set(range(1, len(head))))
    return ["### Votes", counted, *filter(None, [_shift(votes), _hidden(votes)])]


def _shift(votes: Votes) -> str:
    """`4 of 9 changed their vote; mean confidence 2.9 in round 1, 3.8 in round 2.`"""
    said = []
    if votes.changed is not None:
        said.append(f"{votes.changed} of {votes.voters} changed their vote")
    means = ", ".join(
        f"{tenth(one.mean_confidence)} in round {one.number}"
        for one in votes.rounds
        if one.mean_confidence is not None
    )
    if means:
        said.append(f"mean confidence {means}")
    return _as_sentence(said)


def _hidden(votes: Votes) -> str:
    said = []
    if not is_blank(votes.hidden_until):
        said.append(f"hidden until {inline(votes.hidden_until)}")
    if votes.discussion_minutes is not None:
        said.append(f"discussion {votes.discussion_minutes} minutes between the rounds")
    return _as_sentence(said)


def _as_sentence(said: Sequence[str]) -> str:
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _dissent(dissent: Sequence[Dissent]) -> list[str]:
    lead = "Reasons of the minority, word for word, without names:"
    return ["### Dissent", lead, bullets(map(_reason, dissent))] if dissent else []


def _reason(one: Dissent) -> str:
    sure = "" if one.confidence is None else f", confidence {one.confidence} of 5"
    backed = note(one.endorsements > 0, f" (endorsed by {one.endorsements})")
    return f'{one.letter}{sure}: "{inline(one.words)}"{backed}'


def _overrides(overrides: Overrides) -> list[str]:
    said = [
        *map(_override, overrides.taken),
        *(f"Round {one} was opened again" for one in overrides.reopened),
    ]
    if overrides.late_votes:
        said.append(f"Votes after the reveal: {overrides.late_votes}")
    return ["### Overrides", bullets(said) or "None."]


def _override(one: Override) -> str:
    against = f"the majority chose {one.majority}, the decision is {one.chosen}"
    return f"Round {one.round}: {against}, because {inline(one.reason)}"


def _receipt(receipt: LabReceipt) -> list[str]:
    scenario = f"scenario version {inline(receipt.scenario_version)}"
    run = f"run {inline(receipt.run)} on {receipt.date.isoformat()}"
    failed = ", ".join(inline(name) for name in receipt.failed)
    left = "not looked at" if receipt.left is None else f"{receipt.left} resources"
    lines = [
        f"Lab: {inline(receipt.lab)}, {inline(receipt.title)}, {scenario}, {run}",
        f"Target: {inline(receipt.target)}",
        f"Template: {_digest(receipt.template_digest)}",
        f"Checks: {receipt.passed} of {receipt.checks} passed"
        + note(bool(failed), f"; failed: {failed}"),
        f"Left behind: {left}",
    ]
    return ["### Lab receipt", bullets(lines)]


def _recipes(evidence: Evidence, recipes: Sequence[Recipe]) -> Iterable[str]:
    if evidence.permalink:
        yield f"Inputs and figures: <{evidence.permalink}>"
    for one in recipes:
        yield f"Command: {code(one.command)}" + note(
            not is_blank(one.shows), f" ({inline(one.shows)})"
        )
    yield "Check the files: `sha256sum -c MANIFEST.sha256`"
