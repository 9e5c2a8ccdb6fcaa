"""Figures as text: one function per kind of number, and words where a figure is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext, ngettext

Number = Decimal | int | float

MINUS = "\N{MINUS SIGN}"


def exact(value: Number) -> Decimal:
    """A Decimal that reads as the number prints, so that 0.1 stays 0.1."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def fixed(value: Number, places: int) -> str:
    """Grouped thousands, `places` decimals, a real minus sign and never a negative zero."""
    rounded = exact(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{abs(rounded):,f}" if rounded >= 0 else f"{MINUS}{abs(rounded):,f}"


def amount(value: Number | None) -> str:
    """US dollars without the unit, for tables whose heading names it."""
    return gettext("not priced") if value is None else fixed(value, 2)


def usd(value: Number | None) -> str:
    return gettext("not priced") if value is None else f"{fixed(value, 2)} USD"


def milliseconds(value: Number) -> tuple[str, str]:
    """Figure and unit: `("0.4", "ms")`, `("1,234", "ms")`, `("61.0", "s")`."""
    number = exact(value)
    if abs(number) >= 10_000:
        return fixed(number / 1000, 1), "s"
    whole = abs(number) >= 10 or number == number.to_integral_value()
    return fixed(number, 0 if whole else 1), "ms"


def ms(value: Number | None) -> str:
    return gettext("not modelled") if value is None else " ".join(milliseconds(value))


def minutes(value: Number | None) -> str:
    if value is None:
        return gettext("not modelled")
    return f"{fixed(value, 1 if abs(exact(value)) < 100 else 0)} min"


def duration(time: timedelta) -> str:
    """Whole minutes, from an hour on with its hours: `4 min`, `2 h 5 min`; short of one, so."""
    hours, rest = divmod(int(time.total_seconds()) // 60, 60)
    if not hours:
        return gettext("%(n)d min") % {"n": rest} if rest else gettext("less than a minute")
    return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def percent(share: Number | None) -> str:
    """A share of one as a percentage: 0.41 is `41 %`, 0.005 is `0.5 %`."""
    if share is None:
        return gettext("not modelled")
    number = exact(share) * 100
    whole = abs(number) >= 10 or number == number.to_integral_value()
    return f"{fixed(number, 0 if whole else 1)} %"


def unit_word(unit: str, value: Number) -> str:
    """A pack's unit as it stands behind `value`: days in their plural, nothing behind a count."""
    several = 1 if abs(exact(value)) == 1 else 2
    words = {
        "count": "",
        "day": ngettext("day", "days", several),
        "week": ngettext("week", "weeks", several),
        "month": ngettext("month", "months", several),
        "year": ngettext("year", "years", several),
    }
    return words.get(unit, unit)


UNITS: Mapping[str, Callable[[Number | None], str]] = {
    "usd": usd,
    "amount": amount,
    "ms": ms,
    "minutes": minutes,
    "percent": percent,
}


def signed(value: Number | None, unit: str = "usd") -> str:
    """A difference with its sign: `+37.37 USD`, a minus sign before a saving, `0 ms`."""
    text = UNITS[unit](value)
    rises = value is not None and value > 0 and any(digit in text for digit in "123456789")
    return f"+{text}" if rises else text
