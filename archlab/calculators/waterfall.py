"""Where the milliseconds of a request go: service and waiting of each hop, in two systems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import get_args
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.calculators.desk import Desk, desk_of
from archlab.calculators.fields import text_of
from archlab.calculators.systems import System, default_system, systems
from archlab.calculators.tables import Cell
from archlab.domain.architecture import Flow
from archlab.domain.architecture.timing import Start, Timing, timing
from archlab.domain.grading import AnswerRefused, parse_number
from archlab.web import numbers
from archlab.web.ways import ShownWay, ways_drawn, ways_finding

HEADING = ("system", "hop", "documented_ms", "service_ms", "waiting_ms", "utilisation")
SIDES = ("a", "b")
MOST_RATE = Decimal(1_000_000)


@dataclass(frozen=True)
class Way:
    """One flow of a system at a rate in requests per second; without one, as the demand has it."""

    side: str
    desk: Desk
    flow: Flow | None
    rate: Decimal | None
    start: Start

    @property
    def title(self) -> str:
        return self.desk.start.title

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
    def timing(self) -> Timing | None:
        if self.flow is None:
            return None
        rate = None if self.rate is None else float(self.rate)
        return timing(self.desk.model.context, self.flow, rate_per_s=rate, start=self.start)

    @property
    def shown(self) -> ShownWay:
        return ShownWay(self.side, self.title, self.timing)


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

    @cached_property
    def shown_ways(self) -> list[ShownWay]:
        return [way.shown for way in self.ways]

    @property
    def finding(self) -> str:
        return ways_finding(self.shown_ways)

    @property
    def drawings(self) -> list[tuple[ShownWay, SafeString]]:
        return ways_drawn(self.shown_ways, interactive=True)

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
        for way in self.shown_ways:
            yield from _cells(way)


def _cells(way: ShownWay) -> Iterator[tuple[Cell, ...]]:
    if way.timing is None:
        return
    for hop in way.timing.hops:
        wait = _("grows") if hop.wait is None else hop.wait
        used = None if hop.utilisation is None else numbers.exact(hop.utilisation)
        yield way.title, hop.label, hop.documented, hop.service, wait, used
    yield way.title, "all", way.timing.flow.documented_ms, way.mean_ms, None, None
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
