"""The way of a request through one system, or through two beside each other, as it is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.domain.architecture.timing import HopTime, Percentile, Timing
from archlab.web import charts, numbers

PERCENTILES: tuple[Percentile, ...] = get_args(Percentile)
SHORTEST_WAIT = Decimal("0.05")
"""Milliseconds below which a wait has no bar of its own."""


@dataclass(frozen=True, slots=True)
class ShownWay:
    """A way with the percentiles that are asked for; no `timing` where the system has none."""

    id: str
    title: str
    timing: Timing | None
    asked: Collection[Percentile] = PERCENTILES

    @property
    def rate(self) -> str:
        """Requests per second."""
        rate = self.timing.rate_per_s if self.timing else 0.0
        return f"{rate:,.4g}" if rate < 1000 else numbers.fixed(rate, 0)

    @property
    def mean_ms(self) -> Decimal | None:
        """None when it is overloaded or not there."""
        return self.timing.mean_ms if self.timing else None

    @property
    def percentiles(self) -> list[tuple[Percentile, float]]:
        found = self.timing.percentiles if self.timing else {}
        return [(name, ms) for name, ms in found.items() if name in self.asked]

    @property
    def stretches(self) -> list[charts.Stretch]:
        hops = self.timing.hops if self.timing else ()
        return [stretch for hop in hops for stretch in _stretches(hop)]

    @property
    def finding(self) -> str:
        if self.timing is None:
            return _("%(system)s has no such way of a request") % {"system": self.title}
        if self.mean_ms is None:
            words = {"system": self.title, "hops": ", ".join(self.timing.overloaded)}
            return _("%(system)s is overloaded at: %(hops)s") % words
        words = {"system": self.title, "ms": numbers.fixed(self.mean_ms, 1)}
        return _("%(system)s: %(ms)s ms on average") % words


def _stretches(hop: HopTime) -> Iterator[charts.Stretch]:
    if hop.wait is not None and hop.wait >= SHORTEST_WAIT:
        yield charts.Stretch(_("waits: %(hop)s") % {"hop": hop.label}, hop.wait, is_wait=True)
    yield charts.Stretch(hop.label, hop.service)


def ways_finding(ways: Sequence[ShownWay]) -> str:
    """Which of two answers sooner; otherwise what is to say about each."""
    means = [way.mean_ms for way in ways]
    if len(means) < 2 or None in means:
        return "; ".join(way.finding for way in ways)
    first, second = (mean or Decimal(0) for mean in means)
    ms = numbers.fixed(abs(second - first), 1)
    words = {"system": ways[1].title, "ms": ms}
    if ms == numbers.fixed(0, 1):
        return _("Both answer after %(ms)s ms on average") % {"ms": numbers.fixed(first, 1)}
    if second > first:
        return _("%(system)s answers %(ms)s ms later") % words
    return _("%(system)s answers %(ms)s ms sooner") % words


def ways_drawn(
    ways: Sequence[ShownWay], *, interactive: bool = False
) -> list[tuple[ShownWay, SafeString]]:
    """One figure for each way, all on one scale."""
    reach = max((way.mean_ms or Decimal(0) for way in ways), default=Decimal(0))
    return [
        (
            way,
            charts.waterfall_chart(
                stretches,
                id_=f"waterfall-{way.id}",
                finding=way.finding,
                x_label=_("milliseconds on average"),
                reach=reach,
                interactive=interactive,
            ),
        )
        for way in ways
        if (stretches := way.stretches)
    ]
