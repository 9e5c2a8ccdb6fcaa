"""Cold starts: which share of the calls waits for a new copy, and which percentile sees it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

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
    quantity,
    slider,
)
from archlab.calculators.tables import Cell
from archlab.domain.latency import (
    ColdStart,
    Dist,
    Hop,
    InitTime,
    Warmth,
    day_cold_share,
    init_time,
    pool_cold_share,
    rate_for_share,
)
from archlab.web import charts, numbers

DAY_S = 86_400
SWING = 9 / 11
"""Ten times as many calls at noon as at midnight; ours."""
OF = 100_000
"""Calls of which the cold ones are counted: shares are too small for per cent."""
SHARES: Mapping[str, int] = {"p50": 2, "p95": 20, "p99": 100, "p99.9": 1_000, "p99.99": 10_000}
"""One call in so many takes at least as long."""
RARE = (144, 500, 663, 1_000, 10_000, 100_000)
"""Calls a day: six an hour, a route of a source, the rule for 1 %, and powers of ten."""

RUNTIMES = {
    "nodejs22.x": "Node.js 22",
    "nodejs20.x": "Node.js 20",
    "nodejs24.x": "Node.js 24",
    "llrt_al2023": "LLRT (JavaScript)",
    "python3.13": "Python 3.13",
    "java21": "Java 21",
    "graalvm_java21_al2023": "Java 21, compiled by GraalVM",
    "dotnet8": ".NET 8",
    "dotnet10_aot_al2023": ".NET 10, compiled ahead",
    "ruby3.4": "Ruby 3.4",
    "go_al2023": "Go",
    "rust_al2023": "Rust",
}
PACKAGES = {
    "256": "256 KB",
    "1024": "1 MB",
    "2048": "2 MB",
    "4096": "4 MB",
    "8192": "8 MB",
    "16384": "16 MB",
    "32768": "32 MB",
    "65536": "64 MB",
}
MEMORIES = {"128": "128 MB", "256": "256 MB", "512": "512 MB", "1024": "1 GB"}

CONTROLS = (
    quantity("calls", "Calls a day", ("100", "500000"), "100000", help_="Of all functions."),
    slider("functions", "Spread over", ("1", "200", "1"), "1", unit="functions, evenly"),
    choice(
        "shape",
        "Over the day",
        {"day": "day and night, ten to one", "even": "the same at every hour"},
    ),
    slider(
        "keep",
        "An idle copy lives for",
        ("300", "3600", "60"),
        "600",
        unit="s",
        help_="No figure is promised; observers say about 10 minutes.",
    ),
    slider(
        "warm", "A warm call takes", ("1", "250", "1"), "11", unit="ms", help_="Mean, exponential."
    ),
    choice("runtime", "Runtime", RUNTIMES),
    choice("architecture", "Processor", {"x86_64": "x86", "arm64": "Arm"}),
    choice("memory", "Memory", MEMORIES, help_="Hardly moves the start, but the first run."),
    choice("package", "Size of the package", PACKAGES),
    slider("ping", "A ping every", ("0", "60", "1"), "0", unit="min", help_="0: none."),
    slider("kept", "Provisioned copies of each function", ("0", "5", "1"), "0"),
)


@dataclass(frozen=True)
class Warmed:
    """Functions that share their calls evenly, so that one of them stands for all."""

    calls: float
    functions: int
    swing: float
    keep_s: float
    warm: Dist
    warmth: Warmth
    init: InitTime

    @property
    def each(self) -> float:
        """Calls a day of one function."""
        return self.calls / self.functions

    @cached_property
    def share(self) -> float:
        rate = self.each / DAY_S
        if not self.swing:
            return self.at(self.each)
        return day_cold_share(rate, self.warm.mean, self.keep_s, self.swing, self.warmth)

    def at(self, calls: float) -> float:
        """Cold share of a function with so many calls a day at an even rate."""
        return pool_cold_share(calls / DAY_S, self.warm.mean, self.keep_s, self.warmth)

    @property
    def careless(self) -> Warmed:
        """The same with nothing done against cold starts."""
        return replace(self, warmth=Warmth())

    @cached_property
    def time(self) -> Dist:
        """Of a call, warm and cold ones mixed."""
        cold = ColdStart(self.share, self.init.seconds)
        return Hop("function", "", self.warm, cold=cold).time

    def ms(self, one_in: float, *, cold: bool = True) -> float:
        """What one call in so many takes at least."""
        return 1000 * (self.time if cold else self.warm).quantile(1 - 1 / one_in)

    def sees(self, one_in: int) -> bool:
        """Whether half an init or more stands between this percentile and a warm one."""
        return self.ms(one_in) - self.ms(one_in, cold=False) >= 500 * self.init.seconds


def warmed(values: Values) -> Warmed:
    memory, package = (int(str(values[name])) for name in ("memory", "package"))
    return Warmed(
        calls=number(values, "calls"),
        functions=round(number(values, "functions")),
        swing=SWING if values["shape"] == "day" else 0.0,
        keep_s=number(values, "keep"),
        warm=Dist.exponential(number(values, "warm") / 1000),
        warmth=Warmth(60 * number(values, "ping"), round(number(values, "kept"))),
        init=init_time(str(values["runtime"]), str(values["architecture"]), memory, package),
    )


def answer(values: Values) -> Answer:
    one = warmed(values)
    finding = _finding(one)
    return Answer(
        finding=finding,
        method=_method(one),
        exact=False,
        readings=tuple(_readings(one)),
        drawings=(_tail(one, finding), _curve(one)),
        tables=(_percentiles(one), _mean(one), _init(one), _rare(one)),
        heading=("one_call_in", "with_cold_starts_ms", "all_warm_ms"),
        rows=tuple(_rows(one)),
        measured={"cold_calls": _exact(round(OF * one.share, 4))},
    )


def _finding(one: Warmed) -> str:
    if one.share < 1e-9:
        return _("No call is cold")
    words = {"n": _digits(1 / one.share)}
    names = list(SHARES)
    seen = next((name for name, one_in in SHARES.items() if one.sees(one_in)), None)
    if seen is None:
        return _("One call in %(n)s is cold: not even p99.99 sees it") % words
    words["seen"] = seen
    if seen == names[0]:
        return _("One call in %(n)s is cold: even the median sees it") % words
    words["blind"] = names[names.index(seen) - 1]
    return _("One call in %(n)s is cold: %(blind)s does not see it, %(seen)s does") % words


def _method(one: Warmed) -> str:
    """What simulations of 56 settings gave beside it, cold calls longer by their init."""
    if one.swing:
        return _(
            "closed form of a warm pool, moment by moment; simulated days of up to 100,000 calls "
            "differ by 7 % at most, of 500,000 by 22 %"
        )
    return _(
        "closed form of a warm pool, exact if cold calls took no longer than warm ones; "
        "simulations in which they do differ by less than 5 %"
    )


def _readings(one: Warmed) -> Iterator[Reading]:
    yield Reading(_("cold"), _percent(one.share), _("share of all calls"))
    yield Reading(_("cold calls a day"), _digits(one.share * one.calls))
    yield Reading(_("a start takes"), numbers.ms(_ms(1000 * one.init.seconds)), _("beyond a call"))
    if one.functions > 1:
        yield Reading(_("calls a day of one function"), numbers.fixed(one.each, 0))
    for name in ("p99", "p99.99"):
        told = numbers.ms(_ms(one.ms(SHARES[name], cold=False)))
        why = _("all warm: %(time)s") % {"time": told}
        yield Reading(name, numbers.ms(_ms(one.ms(SHARES[name]))), why)
    if one.warmth.ping_every:
        pings = 730 * 3600 / one.warmth.ping_every * one.functions
        yield Reading(_("pings a month"), numbers.fixed(pings, 0), _("in 730 hours"))


def _tail(one: Warmed, finding: str) -> SafeString:
    """Latency by one call in n: cold starts are a step where n passes one in their share."""
    edge = 1 / one.share if one.share > 1e-9 else 0.0
    around = [edge * near for near in (0.8, 0.95, 1.05, 1.25)]
    round_ones = [lead * 10**power for power in range(5) for lead in (1, 2, 5)]
    places = sorted({*round_ones[1:], OF, *(round(at, 2) for at in around if 2 < at < OF)})
    xs = [_exact(at) for at in places]
    series = [
        charts.Series(
            name, tuple(zip(xs, (_ms(one.ms(at, cold=cold)) for at in places), strict=True))
        )
        for name, cold in ((_("with cold starts"), True), (_("all warm"), False))
    ]
    marks = [charts.Mark(_exact(SHARES[name]), None, name) for name in ("p99", "p99.9", "p99.99")]
    return charts.line_chart(
        series,
        id_="lab-tail",
        finding=finding,
        x_label=_("one call in so many"),
        y_label=_("takes at least, ms"),
        marks=marks,
        log_x=True,
        interactive=True,
    )


def _curve(one: Warmed) -> SafeString:
    lowest = min(1.0, math.floor(math.log10(one.each)))
    steps = round((5 - lowest) * 8)
    places = [round(10 ** (lowest + step / 8), 2) for step in range(steps + 1)]
    lines = {_("at an even rate"): one}
    if one.warmth != Warmth():
        lines[_("with nothing done")] = one.careless
    series = [
        charts.Series(name, tuple((_exact(at), _cold(each.at(at))) for at in places))
        for name, each in lines.items()
    ]
    rule = rate_for_share(0.01, one.keep_s) * DAY_S
    words = {"calls": numbers.fixed(rule, 0)}
    here = {"calls": numbers.fixed(one.each, 0)}
    marks = [
        charts.Mark(_exact(round(one.each, 2)), _cold(one.share), _("here: %(calls)s") % here),
        charts.Mark(_exact(round(rule, 2)), None, _("%(calls)s: one in a hundred") % words),
    ]
    finding = _("Below %(calls)s calls a day more than one in a hundred is cold, with nothing done")
    return charts.line_chart(
        series,
        id_="lab-calls",
        finding=finding % words,
        x_label=_("calls a day of one function"),
        y_label=_("cold calls of 100,000"),
        marks=marks,
        log_x=True,
        interactive=True,
    )


def _percentiles(one: Warmed) -> Table:
    rows = []
    for name, one_in in SHARES.items():
        cold, warm = one.ms(one_in), one.ms(one_in, cold=False)
        told = (numbers.fixed(_ms(each), 1) for each in (cold, warm, cold - warm))
        rows.append((name, numbers.fixed(one_in, 0), *told))
    head = (
        _("Percentile"),
        _("one call in"),
        _("with cold starts, ms"),
        _("all warm, ms"),
        _("added, ms"),
    )
    return Table("percentiles", _("What each percentile sees"), head, tuple(rows))


def _mean(one: Warmed) -> Table:
    added = one.time.mean - one.warm.mean
    rows = (
        (_("Warm work"), _percent(1.0), *map(_told, (one.warm.mean, one.warm.mean))),
        (_("Starting a copy"), _percent(one.share), *map(_told, (one.init.seconds, added))),
    )
    head = (_("Part"), _("of the calls"), _("takes, ms"), _("in the mean, ms"))
    foot = (_("mean"), "", "", _told(one.time.mean))
    return Table("explain", _("Where the mean comes from"), head, rows, foot)


def _init(one: Warmed) -> Table:
    basis = _("published") if one.init.is_published else _("assumed: in proportion")
    rows = (
        (_("Hello world in this runtime"), _told(one.init.hello_s), _("published: median of 10")),
        (
            _("A package of this size in Node.js 20"),
            _told(one.init.bundle_s),
            _("published: mean of 100"),
        ),
        (_("So a start takes"), _told(one.init.seconds), basis),
    )
    head = (_("Start"), _("ms"), _("basis"))
    return Table("init", _("Where the time of a start comes from"), head, rows)


def _rare(one: Warmed) -> Table:
    rows = tuple((numbers.fixed(calls, 0), _percent(one.at(calls))) for calls in RARE)
    head = (_("Calls a day of one function"), _("cold"))
    return Table("rare", _("Rare functions are cold ones, at an even rate"), head, rows)


def _rows(one: Warmed) -> Iterator[tuple[Cell, ...]]:
    for one_in in SHARES.values():
        yield one_in, _ms(one.ms(one_in)), _ms(one.ms(one_in, cold=False))


def _exact(value: float) -> Decimal:
    return numbers.exact(value)


def _ms(value: float) -> Decimal:
    return _exact(round(value, 2))


def _cold(share: float) -> Decimal:
    return _exact(round(OF * share, 4))


def _told(seconds: float) -> str:
    return numbers.fixed(_exact(round(1000 * seconds, 4)), 2)


def _digits(value: float) -> str:
    """A whole number from 10 on, two digits below, however small it is: `3,659`, `0.0078`."""
    if value >= 9.95 or value < 1e-9:
        return numbers.fixed(_exact(value), 0)
    return numbers.fixed(_exact(value), 1 - math.floor(math.log10(value)))


def _percent(share: float) -> str:
    return f"{_digits(100 * share)} %"


LAB = Lab(
    slug="cold-starts",
    title="Cold starts",
    summary="How often a call has to wait for a new copy of its function, and for how long.",
    why=(
        "A cold start is no constant share of the calls: it depends on how often each single "
        "function is called. Busy functions are almost never cold, and rare ones almost always."
    ),
    controls=CONTROLS,
    answer=answer,
    limits=(
        "Calls come one by one. A page that calls ten functions at once starts ten copies.",
        "Every start takes the same time. Of 100 published ones of 1 MB, ten took over 640 ms.",
        "Clients and connections that the code opens at its start come on top, and networks.",
        "So does the first run, which is slow in Java and .NET with little memory.",
        "A ping keeps one copy of each function and is taken to meet no call.",
        "Provisioned copies are taken as any other, the newest idle one first.",
        "Limits of the account are not here: 1,000 copies, and 1,000 new ones in ten seconds.",
    ),
    sources=(
        "100,000 calls a day to functions of single routes: S2-036, S2-058.",
        "About 285 ms, elsewhere 300 ms, accepted as traffic keeps functions warm: S2-027 to 029.",
        "Provisioned copies, looked at and left: S2-030. 0.5 to 2 s for each start: S4-054.",
        "Starts that annoyed their author, and stayed: S0-014 to S0-016.",
        "Starts by runtime: maxday/lambda-perf, data of 2026-08-22 (Apache-2.0), zip packages.",
        "Starts by size: a published table of 2023 for Node.js 20, 256 MB, x86.",
        "For every other runtime we assume the same growth, in proportion to its hello world.",
        "Ten minutes of an idle copy: Shahrad and others, USENIX ATC 2020.",
        "The swing of the day and the 11 ms of a warm call are ours.",
    ),
    stories=(
        Story("The same calls at every hour", {"shape": "even"}),
        Story("200 routes with 500 calls each", {"functions": "200", "shape": "even"}),
        Story("663 calls a day: one in a hundred", {"calls": "663", "shape": "even"}),
        Story("A package of 16 MB", {"package": "16384"}),
        Story(
            "Six calls an hour, and a ping every five minutes",
            {"calls": "144", "shape": "even", "ping": "5"},
        ),
    ),
    question=Question("Of 100,000 calls, how many are cold?", "of 100,000", "cold_calls"),
)
