"""From a simulation as written to what the engine runs: one path, one traffic, one seed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate
from typing import TypeVar

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from archlab.domain.architecture import Architecture, Change, ChangeRefused, apply
from archlab.domain.architecture.paths import at_rate, request_path
from archlab.domain.latency import Dist, Fault, Hop, RequestPath, Retry, Run, Scaler, Traffic
from archlab.domain.latency.scaler import Metric
from archlab.domain.latency.simulate import run_cost_ms, simulate
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks.calculator import Input, position
from archlab.domain.pack.blocks.simulation import Client, FaultText, ScalerText, Simulation
from archlab.domain.pack.calculate import pinned, resolved
from archlab.domain.pack.fields import Strict
from archlab.domain.pack.settings import SettingRefused

CLIENT, SCALER = "client.", "scaler."
FACTOR = "traffic.factor"
"""The place that multiplies every rate of the traffic."""
RULE_PLACES: Mapping[str, str] = {
    "min": "low",
    "max": "high",
    "target": "target",
    "out_for_s": "out_for_s",
    "in_for_s": "in_for_s",
    "provision_s": "provision_s",
}
"""What of a rule a lever can set, and the field behind it."""

AT_ONCE_MS = 36.0
"""What the replications of one answer may cost together, as in the labs."""
MOST_MS = 140.0
"""What one replication alone may cost; beyond that nothing is run."""
SLOT_MS = 0.016
"""What the percentiles of one slot cost in each replication: measured with 24 to 360 slots."""
MOST_SLOTS, DRAWN = 360, 60
"""A drawing has at most 60 points, each the worst of as many slots as every other."""
FEWEST_SLOTS, REQUESTS_OF_A_SLOT = 24, 30
"""Slots are wider where so few come that a percentile of one would be the luck of a single one."""
RAMP_S = 10
TRACKED = 0.9
"""A rule that aims at a target lets go of tasks below nine tenths of it."""

_METRICS: Mapping[str, tuple[Metric, int]] = {
    "util_cpu": ("cpu", 100),
    "util_busy": ("busy", 100),
    "requests_per_target": ("requests", 1),
    "queue_depth": ("depth", 1),
    "backlog_per_task": ("backlog", 1),
}
"""The engine's word for a metric, and by what its written bounds are divided."""

Values = Mapping[str, Setting]
Model = TypeVar("Model", bound=Strict)


@dataclass(frozen=True)
class Experiment:
    """Everything that a run depends on, and how many replications fit into one answer.

    `asked` is how many the author wants; `upset_s` is from when to when a fault or the highest
    rate lasts, None where the traffic is even.
    """

    system: Architecture
    path: RequestPath
    traffic: Traffic
    seed: int
    asked: int
    slots: int
    upset_s: tuple[float, float] | None

    @property
    def cost_ms(self) -> float:
        """One replication, by its requests, hops and slots; nothing is measured for it."""
        return run_cost_ms(self.path, self.traffic) + SLOT_MS * self.slots

    @property
    def replications(self) -> int:
        """As many as were asked for, if they fit."""
        return min(self.asked, max(1, int(AT_ONCE_MS / self.cost_ms)))

    def run(self) -> Run:
        """The same for equal experiments, bit by bit; the kernel is compiled if need be."""
        return simulate(
            self.path,
            self.traffic,
            seed=self.seed,
            replications=self.replications,
            slots=self.slots,
        )


def experiment(
    simulation: Simulation, values: Values, systems: Mapping[str, Architecture]
) -> Experiment:
    """The simulation at these values of its levers, one for each.

    Raises SettingRefused for a value that the model cannot take, ValueError for a system that
    cannot be simulated at all.
    """
    setting = _Setting(simulation, values)
    scalers = tuple(setting.scalers())
    system = _started(setting.turned(systems), scalers)
    traffic = setting.traffic()
    if not traffic.expected:
        raise SettingRefused(setting.owner(FACTOR), "Nobody comes: write a factor above 0.")
    first = next(rate for _start, rate in traffic.segments if rate)
    path = _path(system, simulation, scalers, setting.client(), first)
    made = Experiment(
        system=system,
        path=path,
        traffic=traffic,
        seed=simulation.seed,
        asked=simulation.replications,
        slots=_slots(simulation, traffic.expected),
        upset_s=_upset_s(simulation),
    )
    if made.cost_ms > MOST_MS:
        requests = round(traffic.expected * path.retry.max_attempts)
        raise SettingRefused(
            setting.owner(FACTOR),
            f"{requests:,} requests with all their attempts are too many for one answer: "
            "fewer of them, or a shorter time.",
        )
    return made


class _Setting:
    """A simulation with its levers where a learner has put them."""

    def __init__(self, simulation: Simulation, values: Values) -> None:
        self.simulation, self.values = simulation, values
        self.places: dict[str, tuple[Input, Setting]] = {
            bind: (one, values[one.id]) for one in simulation.controls for bind in one.bind
        }

    def owner(self, place: str) -> str:
        """The lever of a place, else the first one; empty where there is none."""
        if place in self.places:
            return self.places[place][0].id
        return self.simulation.controls[0].id if self.simulation.controls else ""

    def turned(self, systems: Mapping[str, Architecture]) -> Architecture:
        """The system with its parameters set, in one fixed month."""
        system = pinned(systems[self.simulation.architecture])
        typed: dict[str, str] = {}
        owners: dict[str, str] = {}
        for place, (one, value) in self.places.items():
            if is_of_system(place):
                at = resolved(system, place)
                typed[at], owners[at] = position(value), one.id
        try:
            return apply(system, Change(set=typed), named=systems)
        except ChangeRefused as refused:
            place = refused.key.removeprefix("set.")
            raise SettingRefused(owners.get(place, self.owner("")), str(refused)) from None

    def traffic(self) -> Traffic:
        times = float(factor_of(self.simulation, self.values))
        pieces = tuple((start, times * rate) for start, rate in _pieces(self.simulation))
        return Traffic(pieces, float(self.simulation.horizon_s))

    def client(self) -> Client:
        changed = {
            place.removeprefix(CLIENT): place
            for place in self.places
            if place.startswith(CLIENT) and place.removeprefix(CLIENT) in Client.model_fields
        }
        return self._with(self.simulation.client, changed)

    def scalers(self) -> Iterator[ScalerText]:
        for one in self.simulation.scalers:
            prefix = f"{SCALER}{one.component}."
            changed = {
                RULE_PLACES[place.removeprefix(prefix)]: place
                for place in self.places
                if place.startswith(prefix)
            }
            yield self._with(one, changed)

    def _with(self, part: Model, changed: Mapping[str, str]) -> Model:
        """The same part with some fields set, checked as if it had been written so."""
        if not changed:
            return part
        names = {name: str(one.validation_alias or name) for name, one in _fields(part).items()}
        kept = {names[name]: getattr(part, name) for name in part.model_fields_set}
        new = {names[name]: position(self.places[place][1]) for name, place in changed.items()}
        try:
            return type(part).model_validate({**kept, **new})
        except ValidationError as error:
            said = error.errors(include_url=False)[0]["msg"]
            place = next(iter(changed.values()))
            raise SettingRefused(self.owner(place), f"This does not fit here: {said}.") from None


def _fields(part: Strict) -> Mapping[str, FieldInfo]:
    return type(part).model_fields


def factor_of(simulation: Simulation, values: Values) -> Decimal:
    """By what the levers multiply the traffic; 1 where none does."""
    bound = [values[one.id] for one in simulation.controls if FACTOR in one.bind]
    return next((value for value in bound if isinstance(value, Decimal)), Decimal(1))


def is_of_system(place: str) -> bool:
    """Whether a lever's place is one of the system, and none of the client, rule or traffic."""
    is_client = place.startswith(CLIENT) and place.removeprefix(CLIENT) in Client.model_fields
    return not (is_client or place.startswith(SCALER) or place == FACTOR)


def _pieces(simulation: Simulation) -> Iterator[tuple[float, float]]:
    """Start and rate of every stretch; a ramp is cut into pieces of 10 s at their middle rate."""
    start = 0
    for one in simulation.traffic:
        low, high = float(one.rps), float(one.rps if one.to_rps is None else one.to_rps)
        width = one.for_s if low == high else RAMP_S
        for begun in range(0, one.for_s, width):
            middle = begun + min(width, one.for_s - begun) / 2
            yield float(start + begun), low + (high - low) * middle / one.for_s
        start += one.for_s


def _upset_s(simulation: Simulation) -> tuple[float, float] | None:
    """The faults from the first to the last, else the segments of the highest rate."""
    if simulation.faults:
        first = min(one.start_s for one in simulation.faults)
        return float(first), float(max(one.start_s + one.for_s for one in simulation.faults))
    ends = [0, *accumulate(one.for_s for one in simulation.traffic)]
    peaks = [max(one.rps, one.to_rps or one.rps) for one in simulation.traffic]
    lowest = min(min(one.rps, one.to_rps or one.rps) for one in simulation.traffic)
    if max(peaks) == lowest:
        return None
    high = [index for index, peak in enumerate(peaks) if peak == max(peaks)]
    return float(ends[high[0]]), float(ends[high[-1] + 1])


def _slots(simulation: Simulation, requests: float) -> int:
    """Slots of `slot_s`, wider ones in a long or quiet run, in as many groups as are drawn."""
    filled = max(FEWEST_SLOTS, int(requests / REQUESTS_OF_A_SLOT))
    wanted = min(MOST_SLOTS, filled, math.ceil(simulation.horizon_s / simulation.slot_s))
    least = math.ceil(wanted / DRAWN)
    even = (each for each in range(least, 3 * least) if wanted % each == 0)
    each = next(even, least)
    return math.ceil(wanted / each) * each


def _started(system: Architecture, scalers: tuple[ScalerText, ...]) -> Architecture:
    """The system with as many tasks as its rules allow from the start."""
    counts: dict[str, str] = {}
    for one in scalers:
        component = system.components[one.component]
        if component.scaled_by:
            count = min(max(component.copies, one.low), one.high)
            counts[f"{one.component}.{component.scaled_by}"] = str(count)
    return apply(system, Change(set=counts))


def _path(
    system: Architecture,
    simulation: Simulation,
    scalers: tuple[ScalerText, ...],
    client: Client,
    rate: float,
) -> RequestPath:
    """The hops of the flow at the first rate, with what clients, rules and faults do."""
    flow = system.flows[simulation.flow]
    context = at_rate(system.context, rate / float(flow.share or 1))
    path = request_path(context, flow)
    counts = {one.component: system.components[one.component].copies for one in scalers}
    hops = tuple(_divided(system, hop, counts) for hop in path.hops)
    return RequestPath(
        hops,
        client_timeout_s=client.timeout_ms / 1000,
        retry=_retry(client),
        scalers=tuple(_scaler(system, one, hops) for one in scalers),
        faults=tuple(map(_fault, simulation.faults)),
    )


def _divided(system: Architecture, hop: Hop, counts: Mapping[str, int]) -> Hop:
    """What other flows take is the same on every task, so that workers divide among tasks."""
    count = counts.get(_host(system, hop), 0)
    if not count or not hop.other_load:
        return hop
    return replace(hop, other_load=float(count * round(hop.other_load / count)))


def _host(system: Architecture, hop: Hop) -> str:
    return system.components[hop.id].runs_on or hop.id


def _retry(client: Client) -> Retry:
    base_s = client.backoff_ms / 1000
    return Retry(
        max_attempts=client.attempts,
        base_s=base_s,
        cap_s=max(base_s, client.backoff_cap_ms / 1000),
        jitter=client.jitter,
        limit_ratio=None if client.limit_ratio is None else float(client.limit_ratio),
    )


def _scaler(system: Architecture, one: ScalerText, hops: tuple[Hop, ...]) -> Scaler:
    component = system.components[one.component]
    metric, divisor = _METRICS[one.metric or "backlog_per_task"]
    above = float(one.target or one.out_above or 0) / divisor
    below = TRACKED * above if one.in_below is None else float(one.in_below) / divisor
    return Scaler(
        one.component,
        component.copies,
        one.low,
        one.high,
        above,
        below,
        one.out_for_s,
        one.in_for_s,
        rule="step" if one.rule == "step" else "target",
        metric=metric,
        step=one.step,
        cooldown_out_s=one.cooldown_out_s,
        cooldown_in_s=one.cooldown_in_s,
        provision=Dist.constant(float(one.provision_s)),
        vcpus=max(1.0, float(component.copy_vcpus)),
        pools=tuple(
            hop.id
            for hop in hops
            if hop.servers is not None and system.components[hop.id].runs_on == one.component
        ),
    )


def _fault(one: FaultText) -> Fault:
    factor = 1.0 if one.factor is None else float(one.factor)
    return Fault(one.component, float(one.start_s), float(one.for_s), one.mode, factor)
