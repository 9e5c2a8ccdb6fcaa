from __future__ import annotations

import json
import math
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable

from django.conf import settings
from django.core.management.base import BaseCommand

from archlab.catalog.folders import CouldNotRun, architecture_named
from archlab.catalog.simulated import Reading, Simulated, path_of, simulated
from archlab.domain.architecture import Architecture, Flow
from archlab.domain.latency import Traffic

HOLDS_S = 600.0
"""For how long the last rate holds where no horizon is given."""


class Command(BaseCommand):
    help = "Every request of one flow through every queue, with error bars over replications."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("architecture", metavar="SCENARIO/ARCHITECTURE")
        parser.add_argument("--flow", help="the first one that a request takes by default")
        load = parser.add_mutually_exclusive_group(required=True)
        load.add_argument(
            "--rate", type=_positive, dest="rate_per_s", help="requests per second of this flow"
        )
        load.add_argument(
            "--traffic",
            type=_segments,
            dest="segments",
            metavar="S:RATE,S:RATE",
            help="from which second on how many requests per second, the first from 0",
        )
        parser.add_argument(
            "--horizon", type=_positive, metavar="S", help="seconds in all; 600 at the last rate"
        )
        parser.add_argument("--seed", type=_whole(0, 2**63 - 1), default=1)
        parser.add_argument("--replications", type=_whole(1, 1000), default=8)
        parser.add_argument(
            "--timeout",
            type=_positive,
            default=math.inf,
            metavar="S",
            help="a client gives up after so many seconds; never by default",
        )
        parser.add_argument(
            "--retries", type=_whole(0, 9), default=0, help="how often a client tries again"
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(
        self,
        *,
        architecture: str,
        flow: str | None,
        rate_per_s: float | None,
        segments: tuple[tuple[float, float], ...] | None,
        horizon: float | None,
        seed: int,
        replications: int,
        timeout: float,
        retries: int,
        as_json: bool,
        **_options: object,
    ) -> None:
        if retries and math.isinf(timeout):
            raise CouldNotRun("--retries needs --timeout: nobody tries again who never gives up")
        system = architecture_named(settings.PACK_DIR, architecture)
        taken = _flow(system, architecture, flow)
        offered = segments or ((0.0, rate_per_s or 0.0),)
        try:
            traffic = Traffic(offered, horizon or offered[-1][0] + HOLDS_S)
            path = path_of(system, taken, traffic, timeout_s=timeout, retries=retries)
            found = simulated(path, traffic, seed=seed, replications=replications)
        except ValueError as refused:
            raise CouldNotRun(str(refused)) from refused
        if as_json:
            shown = json.dumps(found.as_json(), indent=2, ensure_ascii=False, allow_nan=False)
            self.stdout.write(shown)
        else:
            self.stdout.write(f"{architecture}, {taken.id}: {taken.title}")
            self._print(found)

    def _print(self, found: Simulated) -> None:
        exact = "exact simulation" if found.run.exact else "simulation with a stand-in"
        self.stdout.write(f"{exact} ({found.run.engine}), seed {found.run.seed}")
        self.stdout.write(f"\n{'offered':<24} {found.offered:>10}")
        self.stdout.write(f"{'answered':<24} {found.answered:>10}")
        for cause, count in found.errors.items():
            if count:
                self.stdout.write(f"{cause:<24} {count:>10}")
        self.stdout.write(f"\n{'':<24} {'ms':>10}  {'95 % band':>19}")
        for name, reading in found.readings.items():
            self.stdout.write(f"{name:<24} {_figure(reading.ms):>10}  {_band(reading):>19}")
        self.stdout.write(f"\n{'place':<24} {'busy':>10}  {'wait ms':>9} {'service ms':>9}")
        for place in found.places:
            busy = "" if place.utilisation is None else f"{100 * place.utilisation:.1f} %"
            times = f"{_figure(place.wait_ms):>9} {_figure(place.service_ms):>10}"
            self.stdout.write(f"{place.label:<24} {busy:>10}  {times}")
        self.stdout.write("\n" + "\n".join(found.says))


def _figure(ms: float | None) -> str:
    return "-" if ms is None else f"{ms:.1f}"


def _band(reading: Reading) -> str:
    if reading.low_ms is None:
        return "-"
    if reading.high_ms is None:
        return f"at least {reading.low_ms:.1f}"
    return f"{reading.low_ms:.1f} to {reading.high_ms:.1f}"


def _flow(system: Architecture, named: str, flow: str | None) -> Flow:
    found = system.flow(flow)
    if found is None:
        missing = f"flow {flow}" if flow else "flow that a request takes"
        there = f"there are {', '.join(system.flows)}" if system.flows else "it has none at all"
        raise CouldNotRun(f"{named} has no {missing}; {there}")
    return found


def _positive(text: str) -> float:
    number = _number(text)
    if not 0 < number < math.inf:
        raise ArgumentTypeError(f"{text}: write a number above 0")
    return number


def _segments(text: str) -> tuple[tuple[float, float], ...]:
    segments = []
    for part in text.split(","):
        start, _, rate = part.partition(":")
        segments.append((_number(start), _number(rate)))
    if not all(0 <= each < math.inf for segment in segments for each in segment):
        raise ArgumentTypeError(
            f"{text}: write S:RATE,S:RATE, seconds and requests per second, such as "
            "0:60,600:300,2400:60"
        )
    if not any(rate for _, rate in segments):
        raise ArgumentTypeError(f"{text}: nobody comes; write a rate above 0")
    return tuple(segments)


def _number(text: str) -> float:
    """NaN for what is no number."""
    try:
        return float(text) if text.isascii() else math.nan
    except ValueError:
        return math.nan


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
        if not low <= number <= high:
            raise ArgumentTypeError(f"{text}: write a whole number from {low} to {high}")
        return number

    return read
