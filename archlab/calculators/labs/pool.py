"""The connection pool: who waits for a connection, and where the wait goes when there are more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.calculators.labs.experiment import Experiment
from archlab.calculators.labs.lab import (
    Answer,
    Lab,
    Question,
    Reading,
    Story,
    Table,
    Values,
    number,
    slider,
)
from archlab.calculators.labs.trial import Shown, Trial
from archlab.calculators.tables import Cell
from archlab.domain.latency import (
    Dist,
    Hop,
    RequestPath,
    Traffic,
    mmcd,
    postgres_connections,
)
from archlab.domain.pack.settings import SettingRefused
from archlab.web import charts, numbers

REQUESTS = 12_000
"""In one replication; the time follows from it, between one minute and ten."""
SIZES = 24
"""Pools on a curve, about equally spaced by ratio."""
NOTICED_S = 0.001
"""Waits below this are said to be none."""


@dataclass(frozen=True)
class AtSize:
    """Closed form for one number of connections, in seconds and shares of all requests.

    `waiting_s` and `behind_s` are means of an answered request, `patient_s` that of any query.
    """

    connections: int
    lost: float
    waiting_s: float
    behind_s: float
    patient_s: float
    in_use: float


@dataclass(frozen=True)
class Pooled:
    """Tasks with their pools in front of one database, in seconds and requests per second."""

    rate: float
    share: float
    cpu_s: float
    query_s: float
    workers: int
    asked: int
    room: int
    timeout_s: float
    at_once: int

    @property
    def opened(self) -> int:
        return min(self.asked, self.room)

    @property
    def refused(self) -> int:
        """Connections that the tasks ask for and the database has no room for."""
        return self.asked - self.opened

    @property
    def needed(self) -> float:
        """Connections in use while nobody waits: queries per second times query time."""
        return self.rate * self.share * self.query_s

    @property
    def path(self) -> RequestPath:
        """A worker is taken to the end, a connection from when it is had to the end."""
        held_s = self.share * self.query_s
        backend = Hop(
            "backend",
            _("Backend"),
            Dist.exponential(self.cpu_s),
            self.workers,
            held_s=held_s,
            hit_ratio=1 - self.share,
        )
        pool = Hop(
            "pool",
            _("Pool"),
            Dist.constant(0.0),
            self.opened,
            held_s=self.query_s,
            acquire_timeout_s=self.timeout_s,
        )
        query = Dist.exponential(self.query_s)
        return RequestPath((backend, pool, Hop("database", _("Database"), query, self.at_once)))

    @property
    def traffic(self) -> Traffic:
        return Traffic.steady(self.rate, min(600.0, max(60.0, REQUESTS / self.rate)))

    def at_size(self, connections: int) -> AtSize:
        """As if workers never ran out, so that queries reach the pool as requests arrive."""
        pool = mmcd(
            self.rate * self.share, 1 / self.query_s, connections, self.timeout_s, self.at_once
        )
        lost = self.share * pool.p_timeout
        queried = (self.share - lost) / (1 - lost) if lost < 1 else 0.0
        return AtSize(
            connections=connections,
            lost=lost,
            waiting_s=queried * pool.wq_served,
            behind_s=queried * pool.wait_behind,
            patient_s=pool.wq_all,
            in_use=pool.throughput * (self.query_s + pool.wait_behind),
        )

    @cached_property
    def here(self) -> AtSize:
        return self.at_size(self.opened)

    @property
    def busy_workers(self) -> float:
        """Workers that the closed form takes, by Little's law; those who give up wait as well."""
        waiting = self.rate * self.share * self.here.patient_s
        return self.rate * self.cpu_s + waiting + self.here.in_use

    @property
    def curve(self) -> list[AtSize]:
        """From one connection to twice what is open, needed or run, the open ones included."""
        most = max(10, 2 * self.opened, round(2 * self.needed), 2 * self.at_once)
        spaced = {round(most ** (place / (SIZES - 1))) for place in range(SIZES)}
        return [self.at_size(size) for size in sorted(spaced | {self.opened})]


def pooled(values: Values) -> Pooled:
    """Refuses more reserved connections than there are."""
    tasks, limit = number(values, "tasks"), number(values, "limit")
    room = round(limit - number(values, "reserved"))
    if room < 1:
        said = _("Write less than the %(limit)s connections that exist.")
        raise SettingRefused("reserved", said % {"limit": f"{limit:g}"})
    return Pooled(
        rate=number(values, "rate"),
        share=number(values, "share") / 100,
        cpu_s=number(values, "cpu") / 1000,
        query_s=number(values, "query") / 1000,
        workers=round(tasks * number(values, "workers")),
        asked=round(tasks * number(values, "pool")),
        room=room,
        timeout_s=number(values, "timeout"),
        at_once=round(number(values, "at_once")),
    )


def trial(values: Values) -> Trial:
    system = pooled(values)
    return Trial(system.path, system.traffic, most=3)


def tell(values: Values, _trial: Trial, shown: Shown) -> Answer:
    system = pooled(values)
    lost = _lost(shown)
    curve = system.curve
    form = _("curves by the closed form M/M/c+D, as if workers never ran out")
    return Answer(
        finding=_finding(system, shown, lost),
        method=f"{shown.method}; {form}",
        exact=shown.run.exact,
        readings=(*_connections(values, system), *shown.readings),
        drawings=(
            _lost_chart(system, curve),
            _wait_chart(system, curve),
            shown.queue_chart("lab-queue", _("Waiting requests")),
        ),
        tables=(_beside(system, shown, lost), shown.explain),
        notes=_notes(system),
        heading=(
            "connections",
            "without_connection",
            "wait_for_connection_s",
            "wait_in_database_s",
        ),
        rows=tuple(map(_row, curve)),
        measured={"lost_percent": lost * 100},
    )


def _lost(shown: Shown) -> Decimal:
    """Share of the simulated requests that got no connection in time."""
    offered = int(shown.run.offered.sum())
    return _exact(int(shown.run.errors["pool"].sum()) / offered if offered else 0.0)


def _growth_per_s(shown: Shown) -> float:
    """By how many requests the queue in front of the workers grew each second."""
    queue = shown.run.hops[0].queue
    third = len(queue) // 3
    return float(queue[-third:].mean() - queue[:third].mean()) / (2 * third * shown.slot_s)


def _finding(system: Pooled, shown: Shown, lost: Decimal) -> str:
    growth = _growth_per_s(shown)
    if growth > 0.01 * system.rate:
        return _("No worker is left: the queue grows by %(n)s requests a second") % {
            "n": numbers.fixed(_exact(growth), 1)
        }
    if lost >= Decimal("0.001"):
        said = _("%(share)s of the requests get no connection in time")
        return said % {"share": numbers.percent(lost)}
    if system.refused:
        said = _("The database refuses %(refused)s of %(asked)s connections")
        return said % {"refused": system.refused, "asked": system.asked}
    waiting, behind = (hop.wait_s for hop in shown.run.hops[1:])
    if max(waiting, behind) < NOTICED_S:
        return _("Hardly anybody waits")
    words = {"pool": _time(waiting), "database": _time(behind)}
    return _("In the mean, %(pool)s for a connection and %(database)s in the database") % words


def _notes(system: Pooled) -> tuple[str, ...]:
    notes = []
    if system.refused:
        said = _(
            "The tasks ask for %(asked)s connections and the database has room for %(room)s: "
            "%(refused)s are refused."
        )
        notes.append(said % {"asked": system.asked, "room": system.room, "refused": system.refused})
    if system.at_once < system.opened:
        said = _(
            "The database runs at most %(n)s of the %(open)s connections: the others wait in it "
            "instead of in front of it."
        )
        notes.append(said % {"n": system.at_once, "open": system.opened})
    if _short_of_workers(system):
        said = _(
            "By Little's law %(busy)s workers would be taken in the mean and there are %(there)s: "
            "requests wait for a worker first, and the closed form does not hold."
        )
        busy = numbers.fixed(_exact(system.busy_workers), 0)
        notes.append(said % {"busy": busy, "there": system.workers})
    return tuple(notes)


def _short_of_workers(system: Pooled) -> bool:
    """Whether three standard deviations of a Poisson number of busy workers reach them all."""
    busy = system.busy_workers
    return busy + 3 * math.sqrt(busy) >= system.workers


def _connections(values: Values, system: Pooled) -> tuple[Reading, ...]:
    memory = number(values, "memory")
    product = " \N{MULTIPLICATION SIGN} ".join(f"{number(values, n):g}" for n in ("tasks", "pool"))
    return (
        Reading(
            _("connections asked for"), f"{product} = {system.asked}", _("by all tasks together")
        ),
        Reading(_("room in the database"), str(system.room), _("beside the reserved ones")),
        Reading(
            _("while a deploy runs"),
            numbers.fixed(2 * system.asked, 0),
            _("and old and new tasks stand side by side"),
        ),
        Reading(
            _("needed"),
            numbers.fixed(_exact(system.needed), 1),
            _("at least: queries per second times query time"),
        ),
        Reading(
            _("documented default of the limit"),
            numbers.fixed(postgres_connections(memory), 0),
            _("for %(memory)s GiB, or a little less") % {"memory": f"{memory:g}"},
        ),
    )


def _beside(system: Pooled, shown: Shown, lost: Decimal) -> Table:
    """The closed form at this setting and the simulation; means over all answered requests."""
    waiting, behind = (hop.wait_s for hop in shown.run.hops[1:])
    used = (shown.run.hops[1].utilisation or 0.0) * system.opened
    form, out = system.here, _short_of_workers(system)
    figures = (
        (_("no connection in time"), numbers.percent(_exact(form.lost)), numbers.percent(lost)),
        (_("wait for a connection"), _time(form.waiting_s), _time(waiting)),
        (_("wait in the database"), _time(form.behind_s), _time(behind)),
        (_("connections in use"), *(numbers.fixed(_exact(n), 1) for n in (form.in_use, used))),
    )
    rows = tuple(
        (name, _("does not hold") if out else told, simulated) for name, told, simulated in figures
    )
    head = (_("Figure"), _("closed form"), _("simulated"))
    return Table("beside", _("Closed form beside the simulation"), head, rows)


def _lost_chart(system: Pooled, curve: list[AtSize]) -> SafeString:
    points = tuple((Decimal(one.connections), _exact(100 * one.lost)) for one in curve)
    return _chart(
        (charts.Series(_("no connection in time"), points),),
        system,
        "lab-lost",
        _("Below what is needed, no patience helps"),
        _("% of the requests"),
    )


def _wait_chart(system: Pooled, curve: list[AtSize]) -> SafeString:
    lines = (
        (_("for a connection"), [one.waiting_s for one in curve]),
        (_("in the database"), [one.behind_s for one in curve]),
    )
    series = tuple(
        charts.Series(
            name,
            tuple(
                (Decimal(one.connections), _exact(round(1000 * wait_s, 3)))
                for one, wait_s in zip(curve, waits, strict=True)
            ),
        )
        for name, waits in lines
    )
    moves = any(one.behind_s >= NOTICED_S for one in curve)
    told = (
        _("More connections than the database can run move the wait into it")
        if moves
        else _("The wait ends with enough connections")
    )
    return _chart(series, system, "lab-waits", told, _("mean wait, ms"))


def _chart(
    series: tuple[charts.Series, ...], system: Pooled, id_: str, finding: str, y_label: str
) -> SafeString:
    return charts.line_chart(
        series,
        id_=id_,
        finding=finding,
        x_label=_("connections"),
        y_label=y_label,
        marks=(charts.Mark(Decimal(system.opened), None, _("open")),),
        log_x=True,
        interactive=True,
    )


def _row(one: AtSize) -> tuple[Cell, ...]:
    figures = (one.lost, one.waiting_s, one.behind_s)
    return (one.connections, *(_exact(round(figure, 6)) for figure in figures))


def _time(seconds: float) -> str:
    return numbers.ms(_exact(round(1000 * seconds, 3)))


def _exact(value: float) -> Decimal:
    return numbers.exact(value)


LAB = Lab(
    slug="pool",
    title="The connection pool",
    summary="Tasks that share a database, each with connections of its own.",
    why=(
        "Users are not connections: a query takes one for as long as it runs, so the number in use "
        "is queries per second by query time. Fewer make everybody wait; more than the database "
        "can run only let them wait elsewhere."
    ),
    controls=(
        slider("rate", "Requests per second", ("1", "200", "1"), "200", unit="per s"),
        slider("share", "Requests that query", ("1", "100", "1"), "100", unit="%"),
        slider("query", "Query", ("5", "500", "5"), "120", unit="ms", help_="Of an exponential."),
        slider("cpu", "Own work", ("5", "500", "5"), "50", unit="ms", help_="Of an exponential."),
        slider("tasks", "Tasks", ("1", "20", "1"), "2"),
        slider("workers", "Workers per task", ("1", "256", "1"), "200"),
        slider("pool", "Connections per task", ("1", "64", "1"), "10"),
        slider("timeout", "Give up on a connection after", ("0.1", "30", "0.1"), "1", unit="s"),
        slider("limit", "Connections the database allows", ("10", "5000", "10"), "200"),
        slider("reserved", "Of them reserved", ("0", "50", "1"), "3"),
        slider(
            "at_once",
            "Queries it runs at once",
            ("1", "256", "1"),
            "64",
            help_="As many as its vCPUs, if a query only computes.",
        ),
        slider("memory", "Memory of the database", ("1", "64", "1"), "16", unit="GiB"),
    ),
    answer=Experiment(trial, tell),
    limits=(
        "All tasks draw on one pool. Real pools belong to a task each, and more requests wait.",
        "Waiting queries run first come, first served; sharing vCPUs would keep the mean alone.",
        "A refused connection is only missing. Many libraries also fail the request behind it.",
        "Idle connections cost nothing here. In PostgreSQL each takes a process and its memory.",
    ),
    sources=(
        "Ten tasks by ten connections are 100: S3-102.",
        "A bottleneck from 50 users (S3-200): with 10 ms of query a second, half a connection.",
        "A limit of 200 in place of a default of 83 (S4-023), for thousands at once (S4-024).",
        "Documented default: LEAST(memory / 9531392, 5000), 1,802 for 16 GiB; 83 fits 0.74 GiB.",
        "A pool for each process, until several tasks use up the limit: S4-026.",
        "A query of 120 ms: S3-163. Everything else that can be set is our assumption.",
    ),
    stories=(
        Story("Ten tasks with ten connections each", {"tasks": "10"}),
        Story("The same two pools, and a query of half the time", {"query": "60"}),
        Story("Patience of thirty seconds", {"timeout": "30"}),
        Story("Seventy connections to a database that runs 20", {"pool": "35", "at_once": "20"}),
        Story("More connections than the database allows", {"tasks": "20", "pool": "16"}),
    ),
    question=Question(
        "How many in a hundred requests get no connection in time?", "%", "lost_percent"
    ),
)
