"""Figures as a record prints them: rounded once, with their unit, or a word in their place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from archlab.domain.money import cents, plain
from archlab.domain.records.record import (
    Cost,
    CostLine,
    DecisionRecord,
    Latency,
    Needles,
    Outage,
    Point,
    State,
    Tone,
)
from archlab.domain.records.text import Own, Text, inline

_TENTH = Decimal("0.1")
_WHOLE = Decimal(1)


def usd(amount: Decimal) -> str:
    """Two decimals, half up: 33.65."""
    return plain(cents(amount))


def milliseconds(value: Decimal) -> str:
    """Whole milliseconds, half up; what would read as 0 is said in words."""
    whole = value.quantize(_WHOLE, ROUND_HALF_UP)
    return "below 1" if value and not whole else plain(whole)


def milliseconds_figure(value: Decimal) -> str:
    """The same figure where only digits can stand: what is below 1 keeps its digits."""
    said = milliseconds(value)
    return number(value) if said == "below 1" else said


def tenth(value: Decimal) -> str:
    """One decimal, half up: 12.7; minutes and means of confidence."""
    return plain(value.quantize(_TENTH, ROUND_HALF_UP))


def number(value: Decimal) -> str:
    """All digits, without zeros that say nothing: 50, 0.5, 3.78."""
    digits = plain(value)
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def cost(needle: Cost) -> str:
    """`90.87`, with the parts that have no price, or `not priced`."""
    missing = f"{State.NOT_PRICED}: " + ", ".join(inline(part) for part in needle.unpriced)
    if needle.usd is None:
        return missing if needle.unpriced else State.NOT_PRICED
    return f"{usd(needle.usd)}; {missing}" if needle.unpriced else usd(needle.usd)


def latency(needle: Latency) -> str:
    """`13 ms / 34 ms`, p50 before p99, each of them or `not modelled`."""
    if needle.p50_ms is None and needle.p99_ms is None:
        return needle.missing
    return " / ".join(
        needle.missing if value is None else f"{milliseconds(value)} ms"
        for value in (needle.p50_ms, needle.p99_ms)
    )


def outages(needles: Needles) -> str:
    """`12.7: all requests, and 7.5: payments; the internet gateway: not modelled`."""
    known = [_outage(outage) for outage in needles.downtime if outage.minutes is not None]
    unknown = [_outage(outage) for outage in needles.downtime if outage.minutes is None]
    remark = [inline(needles.remark)] if needles.remark else []
    modelled = [", and ".join(known)] if known else []
    return "; ".join([*modelled, *unknown, *remark]) or State.NOT_MODELLED


def amount(value: Decimal | State | None) -> str:
    """A cell of the cost table: a figure, a state, or `-` for what an option does not have."""
    if value is None:
        return "-"
    return str(value) if isinstance(value, State) else usd(value)


def cost_row(line: CostLine) -> list[str]:
    """A line of the cost table."""
    return [inline(line.label), *(amount(value) for value in line.amounts)]


def cost_lines(record: DecisionRecord) -> tuple[CostLine, ...]:
    """The lines of a record, and one more where they miss a total by what rounding took."""
    lines = record.evidence.cost_lines
    missing = tuple(
        _missing(option.needles.cost, [line.amounts[place] for line in lines])
        for place, option in enumerate(record.options)
    )
    if not lines or not any(missing):
        return lines
    return (*lines, CostLine("Rounding and lines not shown", missing))


def _missing(cost: Cost, amounts: Sequence[Decimal | State | None]) -> Decimal | None:
    if cost.usd is None:
        return None
    shown = sum((cents(one) for one in amounts if isinstance(one, Decimal)), Decimal(0))
    return cents(cost.usd) - shown or None


def consequences(before: Needles, after: Needles) -> tuple[Point, ...]:
    """What a decision did to the needles, compared as printed: less is good, more is bad.

    A needle that is unknown on either side gives no point; the table says so already.
    """
    points = (_bill(before.cost, after.cost), _wait(before.latency, after.latency))
    risk = _risk(_all_requests(before), _all_requests(after))
    return tuple(point for point in (*points, risk) if point is not None)


def _outage(outage: Outage) -> str:
    if outage.minutes is None:
        return f"{inline(outage.hits)}: {State.NOT_MODELLED}"
    return f"{tenth(outage.minutes)}: {inline(outage.hits)}"


def _bill(before: Cost, after: Cost) -> Point | None:
    if before.usd is None or after.usd is None or before.unpriced or after.unpriced:
        return None
    old, new = cents(before.usd), cents(after.usd)
    if old == new:
        return Point(Tone.NEUTRAL, f"the bill stays at {usd(new)} USD per month")
    change = f"{_signed(new - old)}{_percent(old, new)}"
    verb = "falls" if new < old else "rises"
    text = f"the bill {verb} from {usd(old)} to {usd(new)} USD per month ({change})"
    return Point(_tone(old, new), text)


def _wait(before: Latency, after: Latency) -> Point | None:
    if before.p99_ms is None or after.p99_ms is None or before.flow != after.flow:
        return None
    old, new = (value.quantize(_WHOLE, ROUND_HALF_UP) for value in (before.p99_ms, after.p99_ms))
    name = _of_flow(after.flow)
    if old == new:
        return Point(Tone.NEUTRAL, f"p99{name} stays at {milliseconds(after.p99_ms)} ms")
    verb = "falls" if new < old else "rises"
    figures = f"from {milliseconds(before.p99_ms)} to {milliseconds(after.p99_ms)} ms"
    return Point(_tone(old, new), f"p99{name} {verb} {figures}")


def _of_flow(flow: Text) -> str:
    name = flow.words if isinstance(flow, Own) else flow
    return f' of "{name}"' if name else ""


def _risk(before: Decimal | None, after: Decimal | None) -> Point | None:
    if before is None or after is None:
        return None
    old, new = (value.quantize(_TENTH, ROUND_HALF_UP) for value in (before, after))
    if old == new:
        text = f"expected downtime stays at {tenth(new)} minutes per month"
        return Point(Tone.NEUTRAL, text)
    verb = "falls" if new < old else "rises"
    text = f"expected downtime {verb} from {tenth(old)} to {tenth(new)} minutes per month"
    return Point(_tone(old, new), text)


def _all_requests(needles: Needles) -> Decimal | None:
    return needles.downtime[0].minutes if needles.downtime else None


def _tone(old: Decimal, new: Decimal) -> Tone:
    return Tone.GOOD if new < old else Tone.BAD


def _signed(value: Decimal) -> str:
    return f"+{usd(value)}" if value > 0 else usd(value)


def _percent(old: Decimal, new: Decimal) -> str:
    if not old:
        return ""
    percent = ((new - old) * 100 / old).quantize(_WHOLE, ROUND_HALF_UP)
    return f", {percent:+} %" if percent else ""
