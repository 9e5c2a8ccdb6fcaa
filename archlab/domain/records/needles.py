"""The table of the three needles: one row for each option, notes where the options differ."""

from __future__ import annotations

from collections.abc import Sequence

from archlab.domain.records.figures import cost, latency, outages
from archlab.domain.records.layout import note, table
from archlab.domain.records.record import (
    Basis,
    ConsideredOption,
    DecisionRecord,
    Latency,
    Needles,
)
from archlab.domain.records.text import inline, is_blank

_BASIS_OF_RISK = {Basis.ASSUMED: "modelled on assumptions"}


def needle_table(record: DecisionRecord) -> str:
    """Cost, latency and downtime of every option, and how many musts it meets."""
    needles = [option.needles for option in record.options]
    cost_head, cost_notes = _cost_notes(needles, elsewhere=bool(record.evidence.cost_lines))
    latency_head, latency_notes = _latency_notes([n.latency for n in needles])
    musts = sum(1 for driver in record.drivers if driver.must)
    head = ["Option", cost_head, latency_head, _downtime_head(needles)]
    rows = [
        [name_of(option), cost(n.cost) + money_note, latency(n.latency) + time_note, outages(n)]
        for option, n, money_note, time_note in zip(
            record.options, needles, cost_notes, latency_notes, strict=True
        )
    ]
    if musts:
        head.append("Musts met")
        for row, option in zip(rows, record.options, strict=True):
            row.append("-" if option.musts_met is None else f"{option.musts_met} of {musts}")
    return table(head, rows, right={1, 2})


def name_of(option: ConsideredOption) -> str:
    """`B: Public subnet`."""
    return f"{option.letter}: {inline(option.title)}"


def _cost_notes(needles: Sequence[Needles], *, elsewhere: bool) -> tuple[str, list[str]]:
    """Month and basis in the heading where they are the same for all, otherwise in each cell.

    A table of cost lines has its own row for the basis (`elsewhere`).
    """
    months = {n.cost.month_hours for n in needles}
    bases = {n.cost.basis for n in needles if n.cost.usd is not None}
    head = "Cost, USD/month"
    if len(months) == 1 and needles[0].cost.month_hours:
        head += f" of {needles[0].cost.month_hours} h"
    if len(bases) == 1:
        head += f" ({next(iter(bases))})"
    in_cell = len(bases) > 1 and not elsewhere
    return head, [
        note(n.cost.usd is not None and in_cell, f" ({n.cost.basis})")
        + note(len(months) > 1, f" in {n.cost.month_hours} h")
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
        note(n in known, f" {inline(n.flow)}".rstrip() + _load(n)) for n in found
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
