"""The models that truth cases name, each answered by our own functions.

An answer is a number or a list of numbers by the name that the case uses for it, or what a
simulation made of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from archlab.domain.latency.analyse import analyse
from archlab.domain.latency.capacity import settled
from archlab.domain.latency.checks import above_0
from archlab.domain.latency.cold_starts import pool_cold_share
from archlab.domain.latency.credits import MODES, Burstable, burstable, cpu_credits
from archlab.domain.latency.dist import Dist
from archlab.domain.latency.faults import outage_backlog, spot_loss
from archlab.domain.latency.identities import differences
from archlab.domain.latency.jobs import dead_letters, priority
from archlab.domain.latency.lambda_pool import Function, simulate_function
from archlab.domain.latency.networks import Network, closed_network, open_network
from archlab.domain.latency.path import Hop, RequestPath, cold_share
from archlab.domain.latency.patience import mmcd
from archlab.domain.latency.percentiles import erlang_quantile
from archlab.domain.latency.queueing import Queue, erlang_b, mg1, mmc, mmck
from archlab.domain.latency.sharing import ps_response, shared_stations
from archlab.domain.latency.traffic import Traffic

Answer = Mapping[str, object]
POOL_RUNS, POOL_CALLS, POOL_LEAD = 30, 100_000, 20_000
"""Replications of a warm pool, calls of each, and calls before them until it is warm."""
MANY = 10_000_000
"""As good as no limit on the environments of a function."""
SERVICES: Mapping[str, Callable[[float], Dist]] = {
    "exponential": Dist.exponential,
    "constant": Dist.constant,
}
SHARES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}


class BadCase(ValueError):
    """A case whose parameters cannot be read; the message names the one."""


@dataclass(frozen=True)
class Sampled:
    """A figure that was simulated: the mean over replications with its standard error."""

    mean: float
    error: float


class Given:
    """The parameters of a case, read by name and type."""

    def __init__(self, parameters: Mapping[str, object]) -> None:
        self._parameters = parameters

    def has(self, name: str) -> bool:
        """Whether the case states this parameter."""
        return name in self._parameters

    def number(self, *names: str) -> float:
        """The first of these names that the case states, a finite number."""
        return _number(self._first(*names), names[0])

    def inverse(self, name: str) -> float:
        """1 over a number above 0, such as the mean service time of a rate."""
        return 1 / above_0(self.number(name), name)

    def whole(self, *names: str) -> int:
        """The first of these names that the case states, a whole number."""
        value = self.number(*names)
        if value != int(value):
            raise BadCase(f"{names[0]} {value}: write a whole number")
        return int(value)

    def numbers(self, name: str) -> list[float]:
        """A list of finite numbers."""
        return [_number(each, name) for each in self._list(name)]

    def rows(self, name: str) -> list[list[float]]:
        """A list of lists of finite numbers."""
        rows = self._list(name)
        if not all(isinstance(row, list) for row in rows):
            raise BadCase(f"{name}: write a list of lists")
        return [[_number(each, name) for each in cast(list[object], row)] for row in rows]

    def word(self, name: str) -> str:
        """A text."""
        value = self._first(name)
        if not isinstance(value, str):
            raise BadCase(f"{name} {value}: write a word")
        return value

    def only(self, name: str, *known: str) -> None:
        """Refuses another way of doing it than the one that we compute."""
        if name in self._parameters and self._parameters[name] not in known:
            raise BadCase(f"{name} {self._parameters[name]}: only {' or '.join(known)}")

    def each(self, name: str) -> list[Given]:
        """A list of cases inside the case."""
        inner = self._list(name)
        if not all(isinstance(one, Mapping) for one in inner):
            raise BadCase(f"{name}: write a list of parameters")
        return [Given(cast(Mapping[str, object], one)) for one in inner]

    def number_lists(self, suffix: str) -> dict[str, list[float]]:
        """Every list of numbers whose name ends like this."""
        return {name: self.numbers(name) for name in self._parameters if name.endswith(suffix)}

    def _first(self, *names: str) -> object:
        for name in names:
            if name in self._parameters:
                return self._parameters[name]
        raise BadCase(f"the parameter {' or '.join(names)} is missing")

    def _list(self, name: str) -> list[object]:
        value = self._first(name)
        if not isinstance(value, list):
            raise BadCase(f"{name} {value}: write a list")
        return value


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadCase(f"{name} {value}: write a number")
    return float(value)


def _erlang_b(given: Given) -> Answer:
    one_by_one = given.each("cases") if given.has("cases") else [given]
    return {
        "blocking": [
            erlang_b(one.whole("servers", "c"), one.number("offered_erlangs")) for one in one_by_one
        ]
    }


def _mmc(given: Given) -> Answer:
    mu = given.number("mu") if given.has("mu") else given.inverse("mean_service")
    lam = given.number("lam") if given.has("lam") else given.number("offered_erlangs") * mu
    queue = mmc(lam, mu, given.whole("c", "servers"))
    waits = {f"wait_{name}": queue.wait_quantile(share) for name, share in SHARES.items()}
    answer = _queue(queue) | waits
    if given.has("service_level_threshold"):
        answer["service_level"] = queue.service_level(given.number("service_level_threshold"))
    return answer


def _mmck(given: Given) -> Answer:
    return _queue(mmck(given.number("lam"), given.number("mu"), given.whole("c"), given.whole("K")))


def _queue(queue: Queue) -> dict[str, object]:
    names = ("rho", "p_wait", "wq", "w", "lq", "l", "throughput", "p_block", "p0")
    return {name: getattr(queue, name) for name in names if getattr(queue, name) is not None}


def _open_network(given: Given) -> Answer:
    return _network(
        open_network(given.number("lam"), given.numbers("visits"), given.numbers("service"))
    )


def _closed_network(given: Given) -> Answer:
    network = closed_network(
        given.whole("users"),
        given.number("think"),
        given.numbers("visits"),
        given.numbers("service"),
    )
    return {**_network(network), "throughput": network.rate}


def _network(network: Network) -> Answer:
    return {
        "utilisation": list(network.utilisation),
        "response_per_visit": list(network.response_per_visit),
        "queue_length": list(network.queue_length),
        "throughput": list(network.throughput),
        "system_response": network.response,
    }


def _shared_stations(given: Given) -> Answer:
    given.only("discipline", "processor sharing")
    shared = shared_stations(given.numbers("lam"), given.rows("service_by_class_and_station"))
    answer: dict[str, object] = {"utilisation": list(shared.utilisation)}
    for number, (response, queue) in enumerate(
        zip(shared.response, shared.queue_length, strict=True), 1
    ):
        answer[f"class{number}_response"] = list(response)
        answer[f"class{number}_queue"] = list(queue)
    return answer


def _ps(given: Given) -> Answer:
    one_by_one = given.each("cases") if given.has("cases") else [given]
    return {
        "mean_response": [ps_response(one.number("lam"), one.inverse("mu")) for one in one_by_one]
    }


def _md1(given: Given) -> Answer:
    return _general(given.number("lam"), given.number("service_const"), 0.0)


def _mg1_lognormal(given: Given) -> Answer:
    if given.has("sigma") and given.has("service_mean"):
        cv2 = math.expm1(given.number("sigma") ** 2)
        return _general(given.number("lam"), given.number("service_mean"), cv2)
    service = Dist.lognormal(given.number("service_p50"), given.number("service_p99"))
    return _general(given.number("lam"), service.mean, service.cv2)


def _general(lam: float, mean_service: float, cv2: float) -> Answer:
    queue = mg1(lam, mean_service, cv2)
    names = ("rho", "wq", "w", "lq", "l")
    return {name: getattr(queue, name) for name in names} | {"service_cv2": cv2}


def _seed_hop_sums(given: Given) -> Answer:
    def total(times_ms: list[float]) -> float:
        hops = [Hop(f"{n}", "", Dist.constant(ms / 1000)) for n, ms in enumerate(times_ms)]
        return round(analyse(RequestPath(tuple(hops)), 1.0).p50_ms, 9)

    return {
        name.replace("_ms", "_total_ms"): total(times_ms)
        for name, times_ms in given.number_lists("_ms").items()
    }


def _priority(given: Given) -> Answer:
    given.only("order", "class 0 first")
    classes = priority(given.numbers("lam"), [1 / above_0(mu, "mu") for mu in given.numbers("mu")])
    names = ("wq", "w", "throughput")
    return {name: [getattr(each, name) for each in classes] for name in names}


def _patience(given: Given) -> Answer:
    pool = mmcd(given.number("lam"), given.number("mu"), given.whole("c"), given.number("timeout"))
    names = ("p_no_wait", "p_timeout", "wq_served", "wq_all", "throughput")
    return {name: getattr(pool, name) for name in names} | {"util": pool.utilisation}


def _dead_letters(given: Given) -> Answer:
    letters = dead_letters(given.number("p_fail"), given.whole("max_receive_count"))
    return {"p_dead": letters.p_dead, "mean_attempts": letters.mean_attempts}


def _credits(given: Given) -> Answer:
    machine = (
        Burstable(given.whole("vcpu"), given.number("earn_per_h"), given.number("max_balance"))
        if given.has("earn_per_h")
        else burstable(given.word("instance"))
    )
    mode = given.word("mode") if given.has("mode") else "standard"
    if mode not in MODES:
        raise BadCase(f"mode {mode}: write {' or '.join(MODES)}")
    start = given.number("start_balance") if given.has("start_balance") else machine.max_balance
    found = cpu_credits(machine, given.number("utilisation_per_vcpu"), start, mode)
    return {
        "spend_per_h": found.spend_per_h,
        "net_per_h": found.net_per_h,
        "hours_to_empty": found.hours_to_empty,
        "hours_to_full": found.hours_to_full,
        "baseline_utilisation": found.baseline,
        "surplus_per_h": found.surplus_per_h,
    }


def _outage(given: Given) -> Answer:
    given.only("behaviour", "requests wait, none time out")
    found = outage_backlog(
        given.number("lam_per_s"), given.number("capacity_per_s"), given.number("outage_s")
    )
    return {
        "backlog": found.backlog,
        "drain_s": found.drain_s,
        "affected_requests": found.affected,
        "max_wait_s": found.max_wait_s,
        "mean_wait_of_affected_s": found.mean_wait_s,
    }


def _cold_limit(given: Given) -> Answer:
    return {"p_cold": cold_share(given.number("lam"), given.number("keep_alive_s"))}


def _warm_pool(given: Given) -> Answer:
    """A closed form where cold and warm calls are alike, simulated where they are not."""
    given.only("routing", "newest idle first")
    given.only("service", *SERVICES)
    service = given.word("service") if given.has("service") else "exponential"
    warm, cold = given.number("warm_service_mean"), given.number("cold_service_mean")
    lam, keep_alive = given.number("lam"), given.number("keep_alive_s")
    if warm == cold and service == "exponential":
        return {"p_cold": pool_cold_share(lam, warm, keep_alive)}
    function = Function(
        SERVICES[service](warm),
        SERVICES[service](cold),
        keep_alive,
        concurrency=MANY,
        growth_per_s=MANY,
        burst=MANY,
    )
    above_0(lam, "lam")
    traffic = Traffic.steady(lam, POOL_CALLS / lam)
    shares = [
        simulate_function(function, traffic, seed=seed, lead_s=POOL_LEAD / lam).cold_share
        for seed in range(POOL_RUNS)
    ]
    error = float(np.std(shares, ddof=1)) / math.sqrt(POOL_RUNS)
    return {"p_cold": Sampled(math.fsum(shares) / POOL_RUNS, error)}


def _identities(given: Given) -> Answer:
    given.only("applies_to", "every run of the exact engine")
    found = differences(seed=0)
    return {
        "offered_minus_answered_minus_errors_minus_in_flight": found.requests,
        "time_integral_of_number_in_system_minus_sum_of_sojourns_rel": found.sojourns,
        "busy_time_minus_sum_of_service_rel": found.services,
        "explain_rows_sum_minus_mean_latency_rel": found.explained,
    }


def _settled(given: Given) -> Answer:
    found = settled(
        given.number("rate_per_s"),
        given.number("worker_hold_s"),
        given.whole("workers_per_task"),
        given.number("scale_out_above"),
        given.whole("min"),
        given.whole("max"),
    )
    return {
        "busy_workers": found.busy_workers,
        "steady_tasks": found.tasks,
        "utilisation": found.utilisation,
    }


def _spot(given: Given) -> Answer:
    found = spot_loss(
        given.number("p_interrupted_per_month"),
        given.number("down_s_per_interruption"),
        given.number("hours_per_month"),
    )
    return {
        "interruptions_per_month": found.per_month,
        "mean_hours_between": found.mean_hours_between,
        "expected_down_s_per_month": found.down_s_per_month,
    }


def _percentiles_do_not_add(given: Given) -> Answer:
    each = re.fullmatch(r"exponential mean (\d+(?:\.\d+)?)", given.word("each"))
    if each is None:
        raise BadCase(f"each {given.word('each')}: write exponential mean and a number")
    hops, share = given.whole("hops"), given.number("quantile")
    mean = float(each[1])
    name = f"p{100 * share:g}"
    return {
        f"{name}_of_sum": erlang_quantile(hops, mean, share),
        f"sum_of_{name}": hops * Dist.exponential(mean).quantile(share),
    }


def _mm1_quantiles(given: Given) -> Answer:
    queue = mmc(given.number("lam"), given.number("mu"), 1)
    shares = {name: queue.response_quantile(share) for name, share in SHARES.items()}
    return {"mean": queue.w} | shares


def _lognormal(given: Given) -> Answer:
    dist = Dist.lognormal(given.number("p50"), given.number("p99"))
    shares = {name: dist.quantile(share) for name, share in SHARES.items()}
    moments = {"mu": math.log(dist.scale), "sigma": dist.sigma, "mean": dist.mean, "cv2": dist.cv2}
    return moments | shares


MODELS: Mapping[str, Callable[[Given], Answer]] = {
    "autoscaler_fixed_point": _settled,
    "closed_network": _closed_network,
    "cpu_credits": _credits,
    "erlang_b": _erlang_b,
    "identities": _identities,
    "lambda_warm_pool": _warm_pool,
    "lambda_warm_pool_limit": _cold_limit,
    "lognormal_from_two_points": _lognormal,
    "md1": _md1,
    "mg1_lognormal": _mg1_lognormal,
    "mm1_priority_nonpreemptive": _priority,
    "mm1_ps": _ps,
    "mm1_response_quantiles": _mm1_quantiles,
    "mmc": _mmc,
    "mmc_deterministic_patience": _patience,
    "mmck": _mmck,
    "open_network": _open_network,
    "open_two_class_ps": _shared_stations,
    "outage_backlog_fluid": _outage,
    "percentiles_do_not_add": _percentiles_do_not_add,
    "retries_until_dead_letter": _dead_letters,
    "seed_hop_sums": _seed_hop_sums,
    "spot_interruption": _spot,
}
