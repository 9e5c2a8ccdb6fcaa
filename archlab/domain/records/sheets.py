"""The evidence of a record as CSV: RFC 4180, UTF-8, the figures as the record prints them.

An empty cell is "not applicable"; a state is its words. Text cannot become a formula, figures are
never touched.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal

from archlab.domain.records.figures import cost_lines, milliseconds_figure, number, tenth, usd
from archlab.domain.records.record import (
    Cost,
    CostLine,
    DecisionRecord,
    Evidence,
    Latency,
    Needles,
    Spread,
    State,
)
from archlab.domain.records.text import Text, plain_line

_STARTS_A_FORMULA = ("=", "+", "-", "@")
_PERCENTILES = ("p50", "p95", "p99")


def evidence_files(record: DecisionRecord) -> dict[str, str]:
    """Kind (`cost.csv`) -> text of every file that belongs to a record."""
    files = {
        "cost.csv": cost_sheet(record),
        "latency.csv": latency_sheet(record),
        "downtime.csv": downtime_sheet(record),
    }
    if record.votes:
        files["votes.csv"] = votes_sheet(record)
    if record.evidence.diagram:
        files["diagram.svg"] = record.evidence.diagram.rstrip("\n") + "\n"
    return files


def cost_sheet(record: DecisionRecord) -> str:
    """A line of the bill per row, an amount per option, the total last."""
    evidence = record.evidence
    head = ["line", "component", "price", "region", "quantity", "unit"]
    head += [f"{option.letter}_usd" for option in record.options]
    rows = [_cost_row(line, evidence) for line in cost_lines(record)]
    return _sheet([*head, "status", "basis", "formula"], [*rows, _total_row(record)])


def latency_sheet(record: DecisionRecord) -> str:
    """An option per row; `low` and `high` are those of a simulated percentile."""
    spread = [f"{name}_{end}_ms" for name in _PERCENTILES for end in ("low", "high")]
    head = ["option", "flow", "rate_per_s", *(f"{name}_ms" for name in _PERCENTILES), *spread]
    rows = [
        [_cell(option.letter), *_latency_row(option.needles.latency)] for option in record.options
    ]
    return _sheet([*head, "replications", "seed", "basis"], rows)


def downtime_sheet(record: DecisionRecord) -> str:
    """Each option's outages as the record prints them, then the failures that they add up."""
    head = ["option", "failure", "per_month", "minutes_each", "minutes_month", "hits", "basis"]
    rows = [
        [_cell(option.letter), *row]
        for option in record.options
        for row in _downtime_rows(option.needles)
    ]
    return _sheet([*head, "source"], rows)


def votes_sheet(record: DecisionRecord) -> str:
    """A round and an option per row, then those who did not vote."""
    rows: list[list[str]] = []
    for one in record.votes.rounds if record.votes else ():
        means = one.confidence or (None,) * len(record.options)
        for option, votes, mean in zip(record.options, one.votes, means, strict=True):
            rows.append([str(one.number), _cell(option.letter), str(votes), _tenth(mean)])
        rows.append([str(one.number), "no vote", str(one.no_vote), ""])
    return _sheet(["round", "option", "votes", "mean_confidence"], rows)


def _sheet(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def _cell(text: Text) -> str:
    """Text with an apostrophe before what a spreadsheet would take for a formula."""
    line = plain_line(text)
    first = unicodedata.normalize("NFKC", line).lstrip()[:1]
    return f"'{line}" if first in _STARTS_A_FORMULA and first else line


def _cost_row(line: CostLine, evidence: Evidence) -> list[str]:
    unpriced = State.NOT_PRICED in line.amounts
    return [
        _cell(line.label),
        _cell(line.component),
        _cell(line.price),
        _cell(evidence.region),
        _number(line.quantity),
        _cell(line.unit),
        *(_amount(amount) for amount in line.amounts),
        State.NOT_PRICED if unpriced else "priced",
        line.basis or "",
        _cell(line.formula),
    ]


def _total_row(record: DecisionRecord) -> list[str]:
    costs = [option.needles.cost for option in record.options]
    bases = {cost.basis for cost in costs if cost.usd is not None}
    return [
        *("Total", "", "", _cell(record.evidence.region), "", ""),
        *(State.NOT_PRICED if cost.usd is None else usd(cost.usd) for cost in costs),
        cost_status(costs),
        " and ".join(sorted(bases)),
        "",
    ]


def cost_status(costs: Sequence[Cost]) -> str:
    """What is true of all these costs."""
    if all(cost.usd is None for cost in costs):
        return State.NOT_PRICED
    partly = any(cost.usd is None or cost.unpriced for cost in costs)
    return "partly priced" if partly else "priced"


def _latency_row(needle: Latency) -> list[str]:
    figures = (needle.p50_ms, needle.p95_ms, needle.p99_ms)
    spreads = (needle.p50_spread, needle.p95_spread, needle.p99_spread)
    known = needle.p50_ms is not None or needle.p99_ms is not None
    p50, p95, p99 = (_milliseconds(figure) for figure in figures)
    return [
        _cell(needle.flow),
        _number(needle.rate_per_s),
        p50 or needle.missing,
        p95,
        p99 or needle.missing,
        *(end for spread in spreads for end in _ends(spread)),
        "" if needle.replications is None else str(needle.replications),
        "" if needle.seed is None else str(needle.seed),
        needle.basis if known else "",
    ]


def _ends(spread: Spread | None) -> tuple[str, str]:
    if spread is None:
        return "", ""
    return milliseconds_figure(spread.low), milliseconds_figure(spread.high)


def _downtime_rows(needles: Needles) -> Iterable[list[str]]:
    for outage in needles.downtime:
        known = outage.minutes is not None
        basis = outage.basis if known else ""
        yield ["", "", "", _minutes(outage.minutes), _cell(outage.hits), basis, ""]
    for one in needles.failures:
        yield [
            _cell(one.name),
            _number(one.per_month),
            _number(one.minutes_each),
            _minutes(one.minutes),
            _cell(one.hits),
            "" if one.minutes is None else one.basis,
            _cell(one.source),
        ]


def _amount(value: Decimal | State | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, State) else usd(value)


def _milliseconds(value: Decimal | None) -> str:
    return "" if value is None else milliseconds_figure(value)


def _minutes(value: Decimal | None) -> str:
    return State.NOT_MODELLED if value is None else tenth(value)


def _number(value: Decimal | None) -> str:
    return "" if value is None else number(value)


def _tenth(value: Decimal | None) -> str:
    return "" if value is None else tenth(value)
