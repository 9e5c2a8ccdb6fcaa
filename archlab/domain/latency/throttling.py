"""A burstable machine under changing traffic: when its CPU credits run out, and what that slows.

Fluid: credits follow the mean rate of requests, not each single one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from archlab.domain.latency.checks import at_least_0, need
from archlab.domain.latency.credits import MODES, Burstable, Mode
from archlab.domain.latency.path import Fault, Hop, RequestPath
from archlab.domain.latency.traffic import Traffic

RAMP_S, RAMP_STEPS = 900.0, 15
"""AWS lowers a machine without credits "gradually"; even steps in 15 minutes are an assumption."""


@dataclass(frozen=True)
class Throttle:
    """From `start_s` to `end_s` every vCPU does `speed` of its full work, a share."""

    start_s: float
    end_s: float
    speed: float


def throttles(
    machine: Burstable, balance: float, traffic: Traffic, cpu_s: float, other: float = 0.0
) -> tuple[Throttle, ...]:
    """Windows of lower speed in standard mode, in order, from a balance in credits at t = 0.

    Each request takes `cpu_s` of one vCPU, other work keeps `other` vCPUs busy. Work that the
    machine cannot do waits, so a window ends when the backlog is gone and the baseline is enough.
    """
    at_least_0(cpu_s, "CPU time of a request")
    at_least_0(other, "other work")
    at_least_0(balance, "balance")
    need(balance <= machine.max_balance, f"balance {balance}: at most {machine.max_balance}")
    tank = _Tank(machine, balance)
    for (start, rate), (end, _) in pairwise([*traffic.segments, (traffic.horizon_s, 0.0)]):
        tank.run(start, end, (rate * cpu_s + other) / machine.vcpu)
    tank.run(traffic.horizon_s, math.inf, 0.0)
    return tuple(tank.windows)


def on_credits(
    path: RequestPath,
    hop: str,
    machine: Burstable,
    traffic: Traffic,
    balance: float,
    mode: Mode = "standard",
) -> RequestPath:
    """The path with `hop` on one such machine: slow while it has no credits. Unlimited never is.

    The hop's service counts as CPU time, `other_load` as busy vCPUs; retries are not in it.
    """
    need(mode in MODES, f"mode {mode}: write {' or '.join(MODES)}")
    need(
        all(hop not in (rule.hop, *rule.pools) for rule in path.scalers),
        f"{hop} scales, and each of its machines would have credits of its own: take its scaling "
        "rule away",
    )
    reached, place = _reached(path, hop)
    if mode == "unlimited":
        return path
    cpu_s = reached * (place.time.mean + place.back_s)
    slow = [
        Fault(hop, window.start_s, window.end_s - window.start_s, "slow", 1 / window.speed)
        for window in throttles(machine, balance, traffic, cpu_s, place.other_load)
    ]
    return replace(path, faults=(*path.faults, *slow))


def _reached(path: RequestPath, hop: str) -> tuple[float, Hop]:
    """The share of requests that come as far as this hop."""
    share = 1.0
    for place in path.hops:
        if place.id == hop:
            return share, place
        share *= (1 - place.hit_ratio) * (1 - place.error_rate)
    raise ValueError(f"credits for {hop}: the path has {', '.join(hop.id for hop in path.hops)}")


class _Tank:
    """Credits and waiting work (seconds of the whole machine) while time goes by."""

    def __init__(self, machine: Burstable, balance: float) -> None:
        self.machine, self.credits, self.work = machine, balance, 0.0
        self.windows: list[Throttle] = []
        self.speeds = [1.0, *_ramp(machine.baseline), machine.baseline]
        self.step, self.step_end = 0, math.inf
        """Place in the speeds: the first one while there are credits."""

    def run(self, now: float, end: float, wanted: float) -> None:
        """Let a share `wanted` of all vCPUs be asked for; without an end, until nothing waits."""
        while now < end and (end < math.inf or self.work):
            self._change(now, wanted)
            speed = self.speeds[self.step]
            used = speed if self.work else min(wanted, speed)
            earned = self.machine.vcpu * (self.machine.baseline - used) / 60
            piled = wanted - used
            empty = self.credits / -earned if earned < 0 < self.credits else math.inf
            drained = self.work / -piled if piled < 0 < self.work else math.inf
            passed = min(end - now, self.step_end - now, empty, drained)
            left = min(self.credits + earned * passed, self.machine.max_balance)
            self.credits = 0.0 if passed == empty else max(0.0, left)
            self.work = 0.0 if passed == drained else self.work + piled * passed
            if self.step:
                self._slow(now, now + passed, speed)
            now += passed

    def _change(self, now: float, wanted: float) -> None:
        busy = self.work > 0 or wanted > self.machine.baseline
        if not busy:
            self.step, self.step_end = 0, math.inf
        elif (not self.step and not self.credits) or now >= self.step_end:
            self.step += 1
            last = self.step == len(self.speeds) - 1
            self.step_end = math.inf if last else now + RAMP_S / RAMP_STEPS

    def _slow(self, start: float, end: float, speed: float) -> None:
        if self.windows and self.windows[-1].speed == speed and self.windows[-1].end_s == start:
            start = self.windows.pop().start_s
        self.windows.append(Throttle(start, end, speed))


def _ramp(baseline: float) -> Iterator[float]:
    for step in range(RAMP_STEPS):
        yield 1 - (1 - baseline) * (step + 0.5) / RAMP_STEPS
