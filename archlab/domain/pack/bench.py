"""The bill bench: a documented system with knobs, and whether a setting explains every line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from itertools import product

from archlab.domain.architecture import Architecture, Change, apply
from archlab.domain.money import MONEY
from archlab.domain.pack.blocks import BillView, Knob
from archlab.domain.pricing import Bill, DocumentedLine, Line

Setting = Decimal | bool | str
MONTH = "month_hours"
MOST_COMBINATIONS = 4096


def turned(
    architecture: Architecture, knobs: Sequence[Knob], settings: Mapping[str, Setting]
) -> Architecture:
    """The documented system with its knobs turned; the printed bill stays beside it.

    Raises ChangeRefused when a position does not fit.
    """
    places = {
        bind: _plain(settings[knob.id])
        for knob in knobs
        if knob.id in settings
        for bind in knob.bind
    }
    after = apply(architecture, Change(set=places))
    bill = architecture.documented
    if bill is not None and MONTH in places:
        bill = replace(bill, month_hours=None)
    return replace(after, documented=bill)


def _plain(value: Setting) -> str:
    """As a pack would write it; the parameter gives it its type."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else value


def settings(knobs: Sequence[Knob]) -> Iterator[dict[str, Setting]]:
    """Every position of every knob with every other."""
    ids = [knob.id for knob in knobs]
    for values in product(*([choice.value for choice in knob.choices] for knob in knobs)):
        yield dict(zip(ids, values, strict=True))


def combinations(knobs: Sequence[Knob]) -> int:
    """How many settings there are."""
    count = 1
    for knob in knobs:
        count *= len(knob.choices)
    return count


def groups(lines: Sequence[DocumentedLine]) -> list[list[DocumentedLine]]:
    """Lines that share components belong together; lines without components are left out."""
    found: list[list[DocumentedLine]] = []
    for line in lines:
        if not line.components:
            continue
        mine = [one for one in found if _touch(one, line)]
        found = [one for one in found if one not in mine]
        found.append([*(inner for one in mine for inner in one), line])
    return found


def _touch(group: Sequence[DocumentedLine], line: DocumentedLine) -> bool:
    return any(set(one.components) & set(line.components) for one in group)


def gap(group: Sequence[DocumentedLine], bill: Bill) -> Decimal | None:
    """Documented minus residuals minus modelled; None when a line is not priced."""
    lines: Mapping[str, Line] = {line.id: line for line in bill.lines}
    modelled = [lines[one.id].usd for one in group]
    with localcontext(MONEY):
        known = [usd for usd in modelled if usd is not None]
        if len(known) < len(modelled):
            return None
        documented = sum((one.usd - one.residual_usd for one in group), Decimal(0))
        return documented - sum(known, Decimal(0))


def closes(bill: Bill, architecture: Architecture, view: BillView) -> bool:
    """Every group of documented lines is within the goal, not only their sum."""
    documented = architecture.documented
    if documented is None:
        return False
    for group in groups(documented.lines):
        open_usd = gap(group, bill)
        if open_usd is None or abs(open_usd) > view.goal_usd:
            return False
    return True
