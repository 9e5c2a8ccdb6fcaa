"""The failover: a database that is away for a minute, and how long its clients feel it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
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
    choice,
    number,
    slider,
    switch,
)
from archlab.calculators.labs.trial import SLOTS, Shown, Trial
from archlab.domain.latency import (
    Dist,
    Fault,
    Hop,
    RequestPath,
    Retry,
    Traffic,
    outage_backlog,
)
from archlab.web import numbers

DATABASE = "database"
Mode = Literal["hang", "refuse", "slow"]
MODES: dict[Mode, str] = {
    "hang": "lets them wait",
    "refuse": "refuses at once",
    "slow": "is slow",
}
HORIZON_S = 600.0
BEFORE_S = 60.0
"""Undisturbed time at the least, to compare with."""
LOST, LONGER = 0.01, 2.0
"""Clients notice nothing below this share without an answer and up to so many times the median."""
LIMIT_RATIO = 0.1
LONGEST_PAUSE_S = 20.0


@dataclass(frozen=True)
class Away:
    """One database with its outage and its clients, in seconds and requests per second."""

    rate: float
    connections: int
    query_s: float
    away_s: float
    timeout_s: float
    retry: Retry
    sheds: bool
    mode: Mode
    factor: float

    @property
    def capacity(self) -> float:
        return self.connections / self.query_s

    @property
    def end_s(self) -> float:
        """The database is back where a slot ends, so that the queue is seen at its longest."""
        slot_s = HORIZON_S / SLOTS
        return math.ceil((BEFORE_S + self.away_s) / slot_s) * slot_s

    @property
    def start_s(self) -> float:
        return self.end_s - self.away_s

    @property
    def places(self) -> int | None:
        """Waiting requests that can still be answered in half the patience; None for any number."""
        return max(1, int(self.capacity * self.timeout_s / 2)) if self.sheds else None

    @property
    def path(self) -> RequestPath:
        database = Hop(
            DATABASE,
            _("Database"),
            Dist.exponential(self.query_s),
            self.connections,
            queue_limit=self.places,
        )
        return RequestPath(
            (database,),
            client_timeout_s=self.timeout_s,
            retry=self.retry,
            faults=(Fault(DATABASE, self.start_s, self.away_s, self.mode, self.factor),),
        )

    @property
    def traffic(self) -> Traffic:
        return Traffic.steady(self.rate, HORIZON_S)

    @property
    def stuck_rate(self) -> float:
        """Attempts per second while every one of them fails."""
        if self.retry.limit_ratio is not None:
            return self.rate * min(self.retry.max_attempts, 1 + self.retry.limit_ratio)
        return self.rate * self.retry.max_attempts

    @property
    def is_overloaded(self) -> bool:
        return self.rate >= self.capacity

    @property
    def is_fluid(self) -> bool:
        """Whether the arithmetic of a backlog holds: everybody waits, nobody comes twice."""
        alone = self.retry.max_attempts == 1 and not self.sheds
        return self.mode == "hang" and alone and not self.is_overloaded


def away(values: Values) -> Away:
    pause = number(values, "pause")
    retry = Retry(
        max_attempts=1 + round(number(values, "retries")),
        base_s=pause,
        cap_s=max(pause, LONGEST_PAUSE_S),
        jitter="full" if values["jitter"] else "none",
        limit_ratio=LIMIT_RATIO if values["budget"] else None,
    )
    return Away(
        rate=number(values, "rate"),
        connections=round(number(values, "connections")),
        query_s=number(values, "query") / 1000,
        away_s=number(values, "away"),
        timeout_s=number(values, "timeout"),
        retry=retry,
        sheds=bool(values["shed"]),
        mode=next(mode for mode in MODES if mode == values["mode"]),
        factor=number(values, "factor"),
    )


def trial(values: Values) -> Trial:
    system = away(values)
    return Trial(system.path, system.traffic, most=3)


def tell(values: Values, _trial: Trial, shown: Shown) -> Answer:
    system = away(values)
    after_s = recovered_after_s(system, shown)
    whole = shown.answer(_finding(system, after_s), notes=_notes(system))
    found = None if after_s is None else {"recovery_s": numbers.exact(after_s)}
    return replace(
        whole,
        readings=(*_readings(system, shown, after_s), *whole.readings),
        tables=(*_beside(system, shown, after_s), *whole.tables),
        measured=found,
    )


def recovered_after_s(system: Away, shown: Shown) -> float | None:
    """Seconds from the end of the outage until no later slot of arrivals is worse than before.

    None where the last one still is, or where more comes than can be answered. To a slot's length.
    """
    if system.is_overloaded:
        return None
    run, slot_s = shown.run, shown.slot_s
    median = run.series["p50"].seconds
    usual = float(np.nanmedian(median[: int(system.start_s / slot_s)]))
    lost = 1 - (run.answered + run.in_flight) / np.maximum(run.offered, 1)
    bad = (lost > LOST) | (median > LONGER * usual)
    last = int(np.flatnonzero(bad)[-1]) if bad.any() else -1
    if last == len(bad) - 1:
        return None
    return max(0.0, (last + 1) * slot_s - system.end_s)


def _finding(system: Away, after_s: float | None) -> str:
    words = {"away": f"{system.away_s:g}"}
    if system.is_overloaded:
        return _("More comes than can be answered, with or without an outage")
    if after_s is None:
        return _("Away for %(away)s s, and not back to normal by the end") % words
    if not after_s:
        return _("Away for %(away)s s, and all is well when it is back") % words
    words["after"] = f"{after_s:g}"
    return _("Away for %(away)s s, and felt for %(after)s s more") % words


def _notes(system: Away) -> tuple[str, ...]:
    words = {
        "rate": _tenths(system.rate),
        "most": _tenths(system.capacity),
        "stuck": _tenths(system.stuck_rate),
    }
    if system.is_overloaded:
        growth = outage_backlog(system.rate, system.capacity, system.away_s).growth_per_s
        words["growth"] = _tenths(growth)
        said = _(
            "%(rate)s requests come per second and %(most)s can be answered: even without an "
            "outage the queue grows by %(growth)s a second."
        )
    elif system.mode == "refuse":
        said = _("Nobody queues at a database that refuses: only retries are left when it is back.")
    elif system.places is not None:
        said = _("Whoever finds %(places)s waiting is turned away at once.")
        words["places"] = str(system.places)
    elif system.stuck_rate >= system.capacity:
        said = _(
            "While everybody gives up, %(stuck)s attempts come per second and %(most)s can be "
            "worked off: a queue longer than the patience keeps itself alive."
        )
    else:
        said = _(
            "Even while everybody gives up, %(stuck)s attempts come per second and %(most)s can "
            "be worked off: the queue goes away."
        )
    return (said % words,)


def _readings(system: Away, shown: Shown, after_s: float | None) -> tuple[Reading, ...]:
    within = _("to within %(slot)s s: %(lost)s answered, at most twice the usual median")
    words = {"slot": f"{shown.slot_s:g}", "lost": numbers.percent(numbers.exact(1 - LOST))}
    back = _("not by the end") if after_s is None else f"{after_s:g} s"
    return (
        Reading(_("back to normal after"), back, within % words),
        Reading(
            _("capacity"),
            _("%(n)s per s") % {"n": _tenths(system.capacity)},
            _("of the connections at this query time"),
        ),
    )


def _beside(system: Away, shown: Shown, after_s: float | None) -> tuple[Table, ...]:
    """The arithmetic of the backlog and the simulation, where both mean the same."""
    if not system.is_fluid:
        return ()
    fluid = outage_backlog(system.rate, system.capacity, system.away_s)
    end = round(system.end_s / shown.slot_s)
    queue = float(shown.run.hops[0].queue[end - 1])
    begun = int(system.start_s / shown.slot_s)
    rows: list[tuple[str, str, str]] = [
        (_("waiting when it is back"), _whole(fluid.backlog), _whole(queue)),
    ]
    if after_s is not None:
        over = end + round(after_s / shown.slot_s)
        touched = int(shown.run.offered[begun:over].sum()) / shown.run.replications
        rows += [
            (_("seconds until it is gone"), _whole(fluid.drain_s), _whole(after_s)),
            (_("requests touched"), _whole(fluid.affected), _whole(touched)),
        ]
    head = (_("Figure"), _("arithmetic"), _("simulated"))
    caption = _("The arithmetic of a backlog beside the simulation")
    return (Table("beside", caption, head, tuple(rows)),)


def _tenths(value: float) -> str:
    """A rate without decimals that say nothing: 80, 31.3."""
    return f"{round(value, 1):g}"


def _whole(value: float) -> str:
    return numbers.fixed(numbers.exact(round(value, 6)), 0)


LAB = Lab(
    slug="failover",
    title="The failover",
    summary="A database that is away for a minute, and clients that ask again.",
    why=(
        "An outage ends for the database before it ends for its clients: what has piled up is "
        "worked off with what is to spare. Retries can use up all of that, and more."
    ),
    controls=(
        choice(
            "mode",
            "While it is away, the database",
            {str(mode): words for mode, words in MODES.items()},
        ),
        slider("away", "Away for", ("5", "180", "5"), "60", unit="s"),
        slider("factor", "Times as slow", ("2", "20", "1"), "5", help_="Only if it is slow."),
        slider("rate", "Requests per second", ("5", "60", "1"), "50", unit="per s"),
        slider("connections", "Connections", ("1", "64", "1"), "16"),
        slider("query", "Query", ("50", "500", "10"), "200", unit="ms", help_="Of an exponential."),
        slider("timeout", "Clients give up after", ("1", "120", "1"), "30", unit="s"),
        slider("retries", "Retries", ("0", "5", "1"), "0"),
        slider(
            "pause",
            "First pause",
            ("0.5", "60", "0.5"),
            "0.5",
            unit="s",
            help_="Twice as long each time, but not beyond 20 s or itself.",
        ),
        switch("jitter", "Pauses of random length", on=True),
        switch("budget", "At most one retry for ten requests"),
        switch("shed", "Turn away who would wait for over half the patience"),
    ),
    answer=Experiment(trial, tell),
    limits=(
        "The database is back at full speed. Real ones come back with empty caches.",
        "Clients find it at once. Resolving its name and filling pools takes more: add it.",
        "What a client gave up on is still worked on: queries are not cancelled.",
        "First come, first served. Taking the newest first would serve those who still wait.",
    ),
    sources=(
        "A failover of about 60 s: S3-099 and S3-104.",
        "AWS documents 60 to 120 s for an instance with a standby, under 35 s for a cluster.",
        "50 requests a second, 80 that can be answered: 3,000 wait and are gone in 100 s. Ours.",
        "Pauses, timeouts and the limit of one retry for ten requests are our assumptions.",
    ),
    stories=(
        Story("A cluster that is back after 35 s", {"away": "35"}),
        Story("Three retries after ten seconds", {"timeout": "10", "retries": "3"}),
        Story(
            "The same with pauses from twenty seconds up",
            {"timeout": "10", "retries": "3", "pause": "20"},
        ),
        Story(
            "The same with one retry for ten requests",
            {"timeout": "10", "retries": "3", "budget": "true"},
        ),
        Story(
            "The same with a queue that turns away",
            {"timeout": "10", "retries": "3", "shed": "true"},
        ),
    ),
    question=Question(
        "How many seconds after it is back do its clients notice nothing any more?",
        "s",
        "recovery_s",
    ),
)
