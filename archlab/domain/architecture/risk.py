"""The third needle: expected downtime in minutes per month, and what is hit.

Events are merged before they are added. All that stands in one zone fails in one event, so the
longest failure of it counts, once. What lies on a request flow hits all requests; the rest hits
what it serves, and only for the time that requests do not fail anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal, NamedTuple

from archlab.domain.architecture.component import Component
from archlab.domain.architecture.failure import Assumption, FailureMode
from archlab.domain.architecture.model import Architecture
from archlab.domain.money import MONEY

ALL_REQUESTS = "all requests"


@dataclass(frozen=True)
class Risk:
    """One kind of event: minutes per month, what it hits, in which words, on which assumptions.

    `components` are all that fail in it, also those that add no minutes of their own.
    """

    minutes: Decimal
    hits: str
    events: str
    assumptions: tuple[Assumption, ...]
    components: tuple[str, ...]


@dataclass(frozen=True)
class Downtime:
    """Expected downtime. `minutes` counts what hits all requests; None when nothing is modelled.

    `unmodelled` maps a component to the failures of it that are in no figure.
    """

    state: Literal["modelled", "not modelled"]
    minutes: Decimal | None
    risks: tuple[Risk, ...]
    unmodelled: Mapping[str, str]


class _Strike(NamedTuple):
    component: Component
    mode: FailureMode
    hits_all: bool


def downtime(architecture: Architecture) -> Downtime:
    """Expected minutes of downtime in a month, by event."""
    on_the_way = _on_request_flows(architecture)
    with localcontext(MONEY):
        risks = tuple(
            risk
            for strikes in _events(architecture, on_the_way).values()
            for risk in _risks(strikes)
        )
        hitting_all = [risk.minutes for risk in risks if risk.hits == ALL_REQUESTS]
        minutes = sum(hitting_all, Decimal(0)) if hitting_all else None
    return Downtime(
        "not modelled" if minutes is None else "modelled",
        minutes,
        risks,
        {
            id_: component.unmodelled
            for id_, component in architecture.components.items()
            if component.unmodelled and (id_ in on_the_way or component.failure_modes())
        },
    )


def _on_request_flows(architecture: Architecture) -> set[str]:
    """What a request passes, and what that runs on: a process falls with its host."""
    requested = (flow for flow in architecture.flows.values() if flow.trigger == "request")
    passed = {hop.at for flow in requested for hop in flow.hops}
    hosts = {architecture.components[id_].runs_on for id_ in passed}
    return passed | {host for host in hosts if host is not None}


def _events(architecture: Architecture, on_the_way: set[str]) -> dict[str, list[_Strike]]:
    """Strikes by event. Who stands in no drawn zone is taken to stand in the first drawn one."""
    zones = [
        architecture.zone_of(component)
        for component in architecture.components.values()
        if any(mode.zone for mode in component.failure_modes())
    ]
    first = next((zone for zone in zones if zone), "")
    events: dict[str, list[_Strike]] = {}
    for id_, component in architecture.components.items():
        for mode in component.failure_modes():
            zone = architecture.zone_of(component) or first
            key = f"zone {zone}" if mode.zone else f"{mode.event} {id_}"
            events.setdefault(key, []).append(_Strike(component, mode, id_ in on_the_way))
    return events


def _risks(strikes: list[_Strike]) -> Iterator[Risk]:
    """The whole first; then, per thing that is hit, the minutes in which only that fails."""
    whole = [strike for strike in strikes if strike.hits_all]
    counted = _longest(whole)
    if whole:
        covered = [strike for strike in strikes if strike.mode.minutes <= counted]
        yield _risk(counted, ALL_REQUESTS, covered)
    rest = [strike for strike in strikes if not strike.hits_all]
    for hits in dict.fromkeys(strike.mode.hits for strike in rest):
        hit = [strike for strike in rest if strike.mode.hits == hits]
        beyond = _longest(hit) - counted
        if beyond > 0:
            yield _risk(beyond, hits, hit)


def _longest(strikes: Iterable[_Strike]) -> Decimal:
    return max((strike.mode.minutes for strike in strikes), default=Decimal(0))


def _risk(minutes: Decimal, hits: str, strikes: list[_Strike]) -> Risk:
    longest = max(strikes, key=lambda strike: strike.mode.minutes)
    components = tuple(strike.component.id for strike in strikes)
    return Risk(minutes, hits, longest.mode.sentence, longest.mode.assumptions, components)
