"""From a declared flow to the path that latency computes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from archlab.domain.architecture.component import Context
from archlab.domain.architecture.demand import SECONDS_PER_DAY
from archlab.domain.architecture.flow import Flow
from archlab.domain.latency import Hop, RequestPath


def request_path(context: Context, flow: Flow) -> RequestPath:
    """The hops of a flow, each as its component serves it, beside the work of the other flows."""
    others = (
        other
        for other in context.architecture.flows.values()
        if other.trigger == "request" and other.id != flow.id
    )
    loads: dict[str, float] = {}
    for other in others:
        for id_, erlangs in _work(context, other).items():
            loads[id_] = loads.get(id_, 0.0) + erlangs
    hops = (replace(hop, other_load=loads.get(hop.id, 0.0)) for hop in _hops(context, flow))
    return RequestPath(tuple(hops))


def at_rate(context: Context, rate_per_s: float) -> Context:
    """The same where the demand is so many requests per second on average."""
    per_day = Decimal(repr(rate_per_s)) * SECONDS_PER_DAY
    return replace(context, demand=context.demand.model_copy(update={"requests_per_day": per_day}))


def flow_rate(context: Context, flow: Flow) -> float:
    """Requests per second that take this flow, on average."""
    return float(context.demand.per_second * flow.share)


def _work(context: Context, flow: Flow) -> dict[str, float]:
    """Erlangs that a flow brings to each component with workers."""
    rate = flow_rate(context, flow)
    work: dict[str, float] = {}
    for hop in _hops(context, flow):
        if hop.servers is not None:
            work[hop.id] = rate * hop.busy_s
        rate *= 1 - hop.hit_ratio
    return work


def _hops(context: Context, flow: Flow) -> list[Hop]:
    """A request that comes by a component again finds it awake and queues there no second time.

    A hop that `holds` keeps its worker until the end of the flow; any other serves someone else
    between two visits.
    """
    visited: set[str] = set()
    hops: list[Hop] = []
    holding: list[bool] = []
    for spec in flow.hops:
        hop = context.architecture.components[spec.at].hop(context, spec)
        if hop is None:
            continue
        again = spec.at in visited
        visited.add(spec.at)
        hops.append(replace(hop, servers=None, cold=None) if again else hop)
        holding.append(spec.holds)
    for number, hop in enumerate(hops):
        if hop.servers is not None:
            later = hops[number + 1 :]
            back_s = sum(each.time.mean for each in later if each.id == hop.id)
            held_s = sum(each.time.mean for each in later) - back_s if holding[number] else 0.0
            hops[number] = replace(hop, held_s=held_s, back_s=back_s)
    return hops
