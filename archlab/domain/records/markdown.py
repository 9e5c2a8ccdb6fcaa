"""One record as Markdown in the universal layout: MADR 4 sections, metadata that four tools read.

No front matter: the tools misread it (they show a superseded record as accepted, or no title).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archlab.domain.records.figures import cost, cost_row, latency, number, outages
from archlab.domain.records.names import DIGITS, file_name
from archlab.domain.records.record import (
    Assumption,
    Basis,
    ConsideredOption,
    DecisionRecord,
    Driver,
    Evidence,
    Latency,
    Link,
    Needles,
    Point,
    Statement,
    Status,
)
from archlab.domain.records.text import code, inline, is_blank, paragraphs, sentence

_BASIS_OF_RISK = {Basis.ASSUMED: "modelled on assumptions"}
_SHOWN_DIGITS = 12


def markdown(record: DecisionRecord, *, width: int = DIGITS) -> str:
    """The record in the universal layout; `width` is the number of digits in file names."""
    blocks = [
        f"# {inline(record.title)}",
        _metadata(record, width),
        *_status(record, width),
        *_context(record),
        *_section("## Decision Drivers", _bullets(_driver(d) for d in record.drivers)),
        *_section("## Considered Options", _bullets(_name(o) for o in record.options)),
        *_outcome(record),
        *_options(record),
        *_more(record),
    ]
    return "\n\n".join(blocks) + "\n"


def link(target: Link, width: int = DIGITS) -> str:
    """`[3. Title](0003-title.md)`, as adr-tools reads it."""
    text = f"{target.number}. {inline(target.title)}"
    return f"[{text}]({file_name(target.number, target.title, width=width)})"


def _metadata(record: DecisionRecord, width: int) -> str:
    status = str(record.status)
    if record.superseded_by:
        name = file_name(record.superseded_by.number, record.superseded_by.title, width=width)
        status = f"superseded by [{name.removesuffix('.md')}]({name})"
    lines = [
        f"Status: {status}",
        f"Deciders: {inline(record.deciders)}",
        f"Date: {record.date.isoformat()}",
    ]
    if record.tags:
        lines.append("Tags: " + ", ".join(inline(tag) for tag in record.tags))
    return _bullets(lines)


def _status(record: DecisionRecord, width: int) -> list[str]:
    """adr-viewer believes the first "Accepted" it sees, so a superseded record has none."""
    words = record.status.capitalize()
    if record.status is Status.SUPERSEDED and record.superseded_by:
        words = f"Superseded by {link(record.superseded_by, width)}"
    older = [f"Supersedes {link(target, width)}" for target in record.supersedes]
    return ["## Status", words, *older]


def _context(record: DecisionRecord) -> list[str]:
    body = [] if is_blank(record.situation) else [paragraphs(record.situation)]
    if not is_blank(record.own_words):
        body += ["In my own words:", paragraphs(record.own_words)]
    return ["## Context and Problem Statement", _statement(record.statement), *body]


def _statement(said: Statement) -> str:
    against = "" if is_blank(said.against) else f" and against {inline(said.against)}"
    parts = [
        f"In the context of {inline(said.context)}",
        f"facing {inline(said.facing)}",
        f"we decided for {inline(said.chosen)}{against}",
    ]
    if not is_blank(said.achieve):
        parts.append(f"to achieve {inline(said.achieve)}")
    if not is_blank(said.accepting):
        parts.append(f"accepting that {inline(said.accepting)}")
    return ", ".join(parts).rstrip(".") + "."


def _driver(driver: Driver) -> str:
    if driver.must:
        return f"{inline(driver.text)} (must)"
    weight = "" if driver.weight is None else f" (weight {driver.weight} of 5)"
    return inline(driver.text) + weight


def _outcome(record: DecisionRecord) -> list[str]:
    said = record.outcome
    reason = ". No reason was written down."
    if not is_blank(said.because):
        reason = f", because {sentence(said.because)}"
    decided = [] if is_blank(said.decided) else [sentence(said.decided)]
    if said.confidence is not None:
        decided.append(f"Confidence {said.confidence} of 5.")
    return [
        "## Decision Outcome",
        f'Chosen option: "{_name(record.chosen)}"{reason}',
        *([" ".join(decided)] if decided else []),
        *_section("### Consequences", _points(record.consequences)),
        *_section("### Confirmation", _bullets(inline(text) for text in record.confirmation)),
    ]


def _options(record: DecisionRecord) -> list[str]:
    blocks = ["## Pros and Cons of the Options", _needle_table(record)]
    for option in record.options:
        blocks += _section(f"### {_name(option)}", _points(option.points))
    return blocks


def _needle_table(record: DecisionRecord) -> str:
    needles = [option.needles for option in record.options]
    cost_head, cost_notes = _cost_notes(needles, elsewhere=bool(record.evidence.cost_lines))
    latency_head, latency_notes = _latency_notes([n.latency for n in needles])
    musts = sum(1 for driver in record.drivers if driver.must)
    head = ["Option", cost_head, latency_head, _downtime_head(needles)]
    rows = [
        [_name(option), cost(n.cost) + money_note, latency(n.latency) + time_note, outages(n)]
        for option, n, money_note, time_note in zip(
            record.options, needles, cost_notes, latency_notes, strict=True
        )
    ]
    if musts:
        head.append("Musts met")
        for row, option in zip(rows, record.options, strict=True):
            row.append("-" if option.musts_met is None else f"{option.musts_met} of {musts}")
    return _table(head, rows, right={1, 2})


def _cost_notes(needles: Sequence[Needles], *, elsewhere: bool) -> tuple[str, list[str]]:
    """Month and basis in the heading where they are the same for all, otherwise in each cell.

    A table of cost lines has its own row for the basis (`elsewhere`).
    """
    months = {n.cost.month_hours for n in needles}
    bases = {n.cost.basis for n in needles if n.cost.usd is not None}
    head = "Cost, USD/month"
    if len(months) == 1:
        head += f" of {needles[0].cost.month_hours} h"
    if len(bases) == 1:
        head += f" ({next(iter(bases))})"
    in_cell = len(bases) > 1 and not elsewhere
    return head, [
        _note(n.cost.usd is not None and in_cell, f" ({n.cost.basis})")
        + _note(len(months) > 1, f" in {n.cost.month_hours} h")
        for n in needles
    ]


def _latency_notes(found: Sequence[Latency]) -> tuple[str, list[str]]:
    known = [n for n in found if n.p50_ms is not None or n.p99_ms is not None]
    if not known:
        return "Latency, p50 / p99", ["" for _ in found]
    notes = {_load(n) for n in known}
    if len(notes) == 1:
        return f"{inline(known[0].flow) or 'Latency,'} p50 / p99{_load(known[0])}", [""] * len(
            found
        )
    return "Latency, p50 / p99", [
        _note(n in known, f" {inline(n.flow)}".rstrip() + _load(n)) for n in found
    ]


def _load(needle: Latency) -> str:
    load = "" if is_blank(needle.load) else f" at {inline(needle.load)}"
    return f"{load} ({needle.basis})"


def _downtime_head(needles: Sequence[Needles]) -> str:
    """The minutes of the model always stand on some assumption, so the heading says the weakest."""
    order = list(Basis)
    bases = [outage.basis for n in needles for outage in n.downtime if outage.minutes is not None]
    if not bases:
        return "Expected downtime, minutes/month: what is hit"
    weakest = max(bases, key=order.index)
    basis = _BASIS_OF_RISK.get(weakest, weakest)
    return f"Expected downtime, minutes/month ({basis}): what is hit"


def _more(record: DecisionRecord) -> list[str]:
    evidence = record.evidence
    blocks = ["## More Information", "### Evidence", _bullets(_sources(evidence))]
    if evidence.cost_lines:
        blocks.append(_cost_table(record))
    blocks += _assumptions(record.assumptions)
    claims = [[inline(c.says), inline(c.model), str(c.verdict)] for c in record.claims]
    head = ["Claim of the source", "The model says", "Verdict"]
    blocks += _section("### Source claims", _table(head, claims, right=set()) if claims else "")
    recipes = (
        f"Command: {code(r.command)}" + _note(not is_blank(r.shows), f" ({inline(r.shows)})")
        for r in record.reproduce
    )
    return blocks + _section("### Reproduce", _bullets(recipes))


def _sources(evidence: Evidence) -> Iterable[str]:
    book = f"{inline(evidence.price_book)} ({_digest(evidence.price_book_digest)})"
    yield (
        f"Cost: price book {book}, region {inline(evidence.region)}, "
        f"month of {evidence.month_hours} hours"
    )
    if not is_blank(evidence.latency_method):
        yield f"Latency: {inline(evidence.latency_method)}"
    version = f"version {inline(evidence.scenario_version)} ({_digest(evidence.scenario_digest)})"
    yield f"Scenario: {inline(evidence.scenario)}, {version}, decision {code(evidence.decision)}"
    for lab in evidence.labs:
        yield (
            f"Lab: {code(lab.lab)} on {inline(lab.target)}, template "
            f"({_digest(lab.template_digest)}), {lab.checks} checks as they should be, "
            f"{_stock(lab.before)} in the account before and {_stock(lab.after)} afterwards"
        )


def _stock(found: tuple[str, ...]) -> str:
    return ", ".join(code(one) for one in found) or "nothing"


def _digest(digest: str) -> str:
    return f"SHA-256 {inline(digest[:_SHOWN_DIGITS])}..."


def _cost_table(record: DecisionRecord) -> str:
    costs = [option.needles.cost for option in record.options]
    head = ["Line that changes, USD/month", *(option.letter for option in record.options)]
    rows = [cost_row(line) for line in record.evidence.cost_lines]
    rows.append(["Total", *(cost(needle) for needle in costs)])
    rows.append(["Basis", *("-" if n.usd is None else str(n.basis) for n in costs)])
    return _table(head, rows, right=set(range(1, len(head))))


def _assumptions(assumptions: Sequence[Assumption]) -> list[str]:
    if not assumptions:
        return []
    rows = [
        [
            inline(a.text) + _note(not is_blank(a.unit), f", {inline(a.unit)}"),
            *("-" if value is None else number(value) for value in (a.low, a.likely, a.high)),
            str(a.kind) + _note(not is_blank(a.reason), f": {inline(a.reason)}"),
        ]
        for a in assumptions
    ]
    head = ["Assumption", "Low", "Likely", "High", "Kind"]
    return ["### Assumptions", _table(head, rows, right={1, 2, 3})]


def _name(option: ConsideredOption) -> str:
    return f"{option.letter}: {inline(option.title)}"


def _points(points: Sequence[Point]) -> str:
    return _bullets(f"{p.tone.capitalize()}, because {inline(p.because)}" for p in points)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _section(heading: str, body: str) -> list[str]:
    return [heading, body] if body else []


def _note(shown: bool, text: str) -> str:  # noqa: FBT001 - reads as "this note, if"
    return text if shown else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: set[int]) -> str:
    rule = ["----:" if column in right else "------" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
