"""The three needles of a system as readings: value, unit, move and words for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from archlab.domain.architecture import Assessment, Downtime, Latency
from archlab.domain.architecture.risk import ALL_REQUESTS
from archlab.domain.pricing import Bill
from archlab.web.numbers import amount, fixed, milliseconds, ms
from archlab.web.numbers import minutes as minutes_text

KEYS = ("usd", "latency", "downtime")
TITLES: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "usd": (_("Cost"), _("a month")),
    "latency": (_("Latency"), _("p50 / p99")),
    "downtime": (_("Downtime"), _("a month, expected")),
}


@dataclass(frozen=True)
class Reading:
    """One needle. `now` and `before` place the pointers; None is "nothing to point at"."""

    key: str
    value: str
    unit: str
    now: float | None
    before: float | None = None
    delta: str = ""
    note: str = ""
    why: str = ""

    @property
    def title(self) -> str:
        return str(TITLES[self.key][0])

    @property
    def scope(self) -> str:
        return str(TITLES[self.key][1])

    @property
    def moved(self) -> bool:
        return self.now is not None and self.before is not None and self.now != self.before


def readings(
    now: Assessment, before: Assessment | None = None, why: Mapping[str, str] | None = None
) -> list[Reading]:
    """The three needles in their fixed order; `why` maps a needle's key to its explanation."""
    links = why or {}
    return [
        _cost(now.cost, before.cost if before else None, links.get("usd", "")),
        _latency(now.latency, before.latency if before else None, links.get("latency", "")),
        _downtime(now.downtime, before.downtime if before else None, links.get("downtime", "")),
    ]


def _more(difference: Decimal, text: str) -> str:
    if difference > 0:
        return gettext("%(amount)s more") % {"amount": text}
    return gettext("%(amount)s less") % {"amount": text}


def _cost(now: Bill, before: Bill | None, why: str) -> Reading:
    total = _cents(now.total_usd)
    difference = total - _cents(before.total_usd) if before else Decimal(0)
    delta = _more(difference, amount(abs(difference))) if difference else ""
    note = gettext("%(hours)s hours") % {"hours": now.month_hours}
    if missing := len(now.unpriced):
        parts = ngettext("%(count)s part not priced", "%(count)s parts not priced", missing)
        note = f"{note}, {parts % {'count': missing}}"
    old = float(before.total_usd) if before else None
    return Reading("usd", amount(total), "USD", float(total), old, delta, note, why)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def _latency(now: Latency, before: Latency | None, why: str) -> Reading:
    if now.p50_ms is None or now.p99_ms is None:
        overloaded = now.state == "overloaded"
        state = gettext("overloaded") if overloaded else gettext("not modelled")
        note = _at_rate(now.rate_per_s) if overloaded else ""
        return Reading("latency", state, "", None, note=note, why=why)
    low, unit = milliseconds(now.p50_ms)
    high, high_unit = milliseconds(now.p99_ms)
    value = f"{low} / {high}" if unit == high_unit else f"{low} {unit} / {high}"
    old = before.p99_ms if before else None
    delta = ""
    if old is not None and ms(old) != ms(now.p99_ms):
        difference = Decimal(str(now.p99_ms)) - Decimal(str(old))
        delta = _more(difference, ms(abs(difference)))
    note = gettext("at the tail, p99") if delta else _at_rate(now.rate_per_s)
    return Reading("latency", value, high_unit, now.p99_ms, old, delta, note, why)


def _at_rate(rate_per_s: float) -> str:
    if not rate_per_s:
        return ""
    if rate_per_s >= 1:
        return gettext("at %(rate)s requests a second") % {"rate": _short(rate_per_s)}
    return gettext("at %(rate)s requests an hour") % {"rate": _short(rate_per_s * 3600)}


def _short(rate: float) -> str:
    return fixed(rate, 0 if rate >= 10 or rate == int(rate) else 1)


def _downtime(now: Downtime, before: Downtime | None, why: str) -> Reading:
    if now.minutes is None:
        return Reading("downtime", gettext("not modelled"), "", None, why=why)
    value, unit = minutes_text(now.minutes).split(" ")
    old = before.minutes if before else None
    delta = ""
    if old is not None and minutes_text(old) != minutes_text(now.minutes):
        difference = Decimal(str(now.minutes)) - Decimal(str(old))
        delta = _more(difference, minutes_text(abs(difference)))
    was = None if old is None else float(old)
    return Reading("downtime", value, unit, float(now.minutes), was, delta, _partial(now), why)


def _partial(now: Downtime) -> str:
    """What fails for some requests only: it is said in words, never added to the needle."""
    partial = [risk for risk in now.risks if risk.hits != ALL_REQUESTS]
    if not partial:
        return ""
    worst = max(partial, key=lambda risk: risk.minutes)
    words = {"minutes": minutes_text(worst.minutes), "what": worst.hits}
    return gettext("and %(minutes)s for %(what)s") % words


def words(reading: Reading) -> str:
    """One needle as a sentence, for the status line and for screen readers."""
    figure = f"{reading.value} {reading.unit}".strip()
    tail = ", ".join(part for part in (reading.delta, reading.note) if part)
    return f"{reading.title}: {figure}" + (f", {tail}" if tail else "")
