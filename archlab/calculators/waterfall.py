"""Where the milliseconds of a request go: service and waiting of each hop, in two systems."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal, get_args
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.calculators.desk import Desk, desk_of
from archlab.calculators.fields import text_of
from archlab.calculators.systems import System, default_system, systems
from archlab.calculators.tables import Cell
from archlab.domain.architecture import Flow, FlowHop
from archlab.domain.architecture.paths import flow_rate, request_path
from archlab.domain.grading import AnswerRefused, parse_number
from archlab.domain.latency import Hop, RequestPath, Steady, analyse
from archlab.web import charts, numbers

HEADING = ("system", "hop", "documented_ms", "service_ms", "waiting_ms", "utilisation")
SIDES = ("a", "b")
MOST_RATE = Decimal(1_000_000)
Start = Literal["typical", "warm", "cold"]


@dataclass(frozen=True, slots=True)
class Row:
    """One hop in milliseconds; `documented` is None where the source says nothing about it."""

    label: str
    documented: Decimal | None
    service: Decimal
    wait: Decimal | None
    utilisation: float | None
    """None for a hop without workers; the wait of one that is overloaded is None."""

    @property
    def busy(self) -> str:
        return "" if self.utilisation is None else numbers.percent(self.utilisation)


@dataclass(frozen=True)
class Way:
    """One flow of a system at a rate in requests per second."""

    side: str
    desk: Desk
    flow: Flow | None
    asked_rate: Decimal | None
    start: Start

    @property
    def title(self) -> str:
        return self.desk.start.title

    @property
    def rate(self) -> float:
        if self.asked_rate is not None:
            return float(self.asked_rate)
        return 0.0 if self.flow is None else flow_rate(self.desk.model.context, self.flow)

    @property
    def shown_rate(self) -> str:
        return f"{self.rate:,.4g}" if self.rate < 1000 else numbers.fixed(self.rate, 0)

    @property
    def flow_name(self) -> str:
        """The name of its flow in an address; it belongs to this architecture alone."""
        return f"{self.desk.start.id}.{self.flow.id}" if self.flow else ""

    @property
    def flows(self) -> list[tuple[str, str]]:
        """Name in an address and title of every flow."""
        flows = self.desk.model.flows.values()
        return [(f"{self.desk.start.id}.{flow.id}", flow.title) for flow in flows]

    @cached_property
    def steady(self) -> Steady | None:
        if self.flow is None:
            return None
        path = request_path(self.desk.model.context, self.flow)
        return analyse(RequestPath(tuple(map(self._started, path.hops))), self.rate)

    def _started(self, hop: Hop) -> Hop:
        """Every call warm, every call cold, or as many cold ones as the rate of the system has."""
        if hop.cold is None or self.start == "typical":
            return hop
        return replace(hop, cold=replace(hop.cold, share=float(self.start == "cold")))

    @cached_property
    def rows(self) -> list[Row]:
        if self.steady is None:
            return []
        return [
            Row(
                hop.label,
                None if spec.assumed and not self._is_documented else spec.p50_ms,
                numbers.exact(round(hop.service_ms, 9)),
                None if math.isinf(hop.wait_ms) else numbers.exact(round(hop.wait_ms, 9)),
                hop.utilisation,
            )
            for spec, hop in zip(self._specs, self.steady.hops, strict=True)
        ]

    @property
    def _is_documented(self) -> bool:
        """The source prints the sum, so the middle values of its hops are the source's own."""
        return self.flow is not None and self.flow.documented_ms is not None

    @property
    def _specs(self) -> Iterator[FlowHop]:
        context = self.desk.model.context
        for spec in self.flow.hops if self.flow else ():
            if context.architecture.components[spec.at].hop(context, spec) is not None:
                yield spec

    @property
    def documented(self) -> Decimal | None:
        return self.flow.documented_ms if self.flow else None

    @property
    def overloaded(self) -> list[str]:
        return [row.label for row in self.rows if row.wait is None]

    @property
    def mean(self) -> Decimal | None:
        """The sum of all rows: means add, percentiles do not."""
        if not self.rows or self.overloaded:
            return None
        return sum((row.service + (row.wait or 0) for row in self.rows), Decimal(0))

    @property
    def percentiles(self) -> list[tuple[str, float]]:
        if self.steady is None or self.overloaded:
            return []
        found = self.steady
        return [("p50", found.p50_ms), ("p95", found.p95_ms), ("p99", found.p99_ms)]

    @property
    def stretches(self) -> list[charts.Stretch]:
        return [stretch for row in self.rows for stretch in _stretches(row)]

    @property
    def finding(self) -> str:
        if self.flow is None:
            return _("%(system)s has no way of a request") % {"system": self.title}
        if self.overloaded:
            words = {"system": self.title, "hops": ", ".join(self.overloaded)}
            return _("%(system)s is overloaded at: %(hops)s") % words
        words = {"system": self.title, "ms": numbers.fixed(self.mean or 0, 1)}
        return _("%(system)s: %(ms)s ms on average") % words


def _stretches(row: Row) -> Iterator[charts.Stretch]:
    if row.wait is not None and row.wait >= Decimal("0.05"):
        yield charts.Stretch(_("waits: %(hop)s") % {"hop": row.label}, row.wait, is_wait=True)
    yield charts.Stretch(row.label, row.service)


@dataclass(frozen=True)
class WaterfallPage:
    """One system, or two beside each other, at one rate or each at its own."""

    ways: tuple[Way, ...]
    rate: Decimal | None
    start: Start
    typed: dict[str, str]
    own_problems: dict[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> dict[str, str]:
        found = {
            way.side if name == "system" else name: said
            for way in self.ways
            for name, said in way.desk.problems.items()
        }
        return {**found, **self.own_problems}

    @property
    def labels(self) -> dict[str, str]:
        return {
            "a": _("First"),
            "b": _("Second"),
            "flow_a": _("Way through the first"),
            "flow_b": _("Way through the second"),
            "rate": _("Requests per second"),
            "start": _("Starts"),
        }

    @property
    def first(self) -> Way:
        return self.ways[0]

    @property
    def second(self) -> Way | None:
        return self.ways[1] if len(self.ways) > 1 else None

    @property
    def starts(self) -> list[tuple[str, str]]:
        return [
            ("typical", _("as many cold ones as this rate has")),
            ("warm", _("every one warm")),
            ("cold", _("every one cold")),
        ]

    @property
    def shown_rate(self) -> str:
        return self.typed["rate"]

    @property
    def shown_start(self) -> str:
        return self.typed["start"]

    @property
    def finding(self) -> str:
        means = [way.mean for way in self.ways]
        if len(means) < 2 or None in means:
            return "; ".join(way.finding for way in self.ways)
        first, second = (mean or Decimal(0) for mean in means)
        words = {
            "system": self.ways[1].title,
            "ms": numbers.fixed(abs(second - first), 1),
        }
        if second > first:
            return _("%(system)s answers %(ms)s ms later") % words
        return _("%(system)s answers %(ms)s ms sooner") % words

    @property
    def drawings(self) -> list[tuple[Way, SafeString]]:
        """One figure for each way, all on one scale."""
        reach = max((way.mean or Decimal(0) for way in self.ways), default=Decimal(0))
        return [(way, self._drawing(way, reach)) for way in self.ways if way.stretches]

    def _drawing(self, way: Way, reach: Decimal) -> SafeString:
        return charts.waterfall_chart(
            way.stretches,
            id_=f"waterfall-{way.side}",
            finding=way.finding,
            x_label=_("milliseconds on average"),
            reach=reach,
            interactive=True,
        )

    @property
    def query(self) -> str:
        frame = {way.side: way.desk.query for way in self.ways}
        flows = {f"flow_{way.side}": way.flow_name for way in self.ways if way.flow is not None}
        own = {"rate": text_of(self.rate)} if self.rate is not None else {}
        start = {"start": self.start} if self.start != "typical" else {}
        return urlencode({"b": "", **frame, **flows, **own, **start})

    @property
    def file(self) -> str:
        return "-".join(["waterfall", *(way.desk.start.id for way in self.ways)])

    @property
    def heading(self) -> tuple[str, ...]:
        return HEADING

    def table(self) -> Iterator[tuple[Cell, ...]]:
        for way in self.ways:
            for row in way.rows:
                wait = _("grows") if row.wait is None else row.wait
                used = None if row.utilisation is None else numbers.exact(row.utilisation)
                yield way.title, row.label, row.documented, row.service, wait, used
            yield way.title, "all", way.documented, way.mean, None, None
            for name, ms in way.percentiles:
                yield way.title, name, None, numbers.exact(round(ms, 3)), None, None


def waterfall(query: QueryDict) -> WaterfallPage:
    """`a` and `b` (may be empty), `flow_a`, `flow_b`, `rate` in requests per second, `start`."""
    found: dict[str, str] = {}
    rate = _rate(str(query.get("rate", "")), found)
    start = _start(str(query.get("start", "")), found)
    desks = {side: desk_of(text) for side, text in _names(query) if text}
    flows = {side: flow_of(f"flow_{side}", one, query, found) for side, one in desks.items()}
    ways = tuple(Way(side, one, flows[side], rate, start) for side, one in desks.items())
    typed = {name: str(query.get(name, "")) for name in ("rate", "start")}
    return WaterfallPage(ways, rate, start, typed, found)


def _names(query: QueryDict) -> list[tuple[str, str]]:
    """What was asked for on each side; by default a journey whose source times both systems."""
    if "a" in query or "b" in query:
        return [(side, str(query.get(side, ""))) for side in SIDES]
    timed = [(_documented(one), one) for one in systems() if _documented(one)]
    journey = next((one.scenario for _ms, one in timed), "")
    by_time = sorted(
        ((ms, one) for ms, one in timed if one.scenario == journey),
        key=lambda found: (found[0], found[1].architecture.documented is not None),
    )
    slow = next((one for ms, one in by_time if ms == by_time[-1][0]), default_system())
    return list(zip(SIDES, [slow.name, *(one.name for _ms, one in by_time[:1])], strict=False))


def _documented(system: System) -> Decimal:
    flow = system.architecture.flow()
    return (flow and flow.documented_ms) or Decimal(0)


def flow_of(name: str, taken: Desk, query: QueryDict, found: dict[str, str]) -> Flow | None:
    """The flow asked for as "architecture.flow"; one of another architecture was meant for that."""
    architecture, _dot, asked = str(query.get(name, "")).rpartition(".")
    if asked and architecture in ("", taken.start.id):
        if asked in taken.model.flows:
            return taken.model.flows[asked]
        words = {
            "system": taken.start.title,
            "name": asked,
            "known": ", ".join(taken.model.flows) or _("none"),
        }
        found[name] = _("%(system)s has no way %(name)s; it has: %(known)s.") % words
    return taken.model.flow()


def _rate(text: str, found: dict[str, str]) -> Decimal | None:
    if not text.strip():
        return None
    try:
        rate = parse_number(text)
    except AnswerRefused as refused:
        found["rate"] = str(refused)
        return None
    if 0 <= rate <= MOST_RATE:
        return rate
    found["rate"] = _("Write requests per second from 0 to 1,000,000; empty: as in the system.")
    return None


def _start(text: str, found: dict[str, str]) -> Start:
    for known in get_args(Start):
        if text == known:
            start: Start = known
            return start
    if text:
        found["start"] = _("For starts write one of typical, warm, cold.")
    return "typical"
