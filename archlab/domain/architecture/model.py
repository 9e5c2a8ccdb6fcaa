"""The one model: components, links and flows in a region, with a month and a demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import localcontext
from functools import cached_property
from typing import Literal

from archlab.domain.architecture.component import Component, Context
from archlab.domain.architecture.demand import Demand
from archlab.domain.architecture.dials import Dials
from archlab.domain.architecture.flow import Flow
from archlab.domain.money import MONEY
from archlab.domain.pricing import Allowances, DocumentedBill, Usage

GroupKind = Literal["provider", "account", "region", "vpc", "az", "subnet", "network", "host"]
LinkKind = Literal["sync", "async", "data", "control"]

FORECAST_HOURS = 730


@dataclass(frozen=True)
class Group:
    """A frame on the drawing; frames nest by `parent`."""

    id: str
    label: str
    kind: GroupKind
    parent: str | None = None


@dataclass(frozen=True)
class Link:
    """Who talks to whom; one per ordered pair."""

    from_: str
    to: str
    label: str = ""
    kind: LinkKind = "sync"


@dataclass(frozen=True)
class Architecture:
    """A whole system, never changed in place: `apply` makes a new one.

    Two with the same content are equal and hash alike, so answers about one can be cached.
    """

    id: str
    title: str
    region: str
    components: Mapping[str, Component]
    summary: str = ""
    month_hours: int = FORECAST_HOURS
    demand: Demand = field(default_factory=Demand)
    groups: Mapping[str, Group] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    flows: Mapping[str, Flow] = field(default_factory=dict)
    allowances: Allowances = Allowances.NONE
    documented: DocumentedBill | None = None

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Computed once; the bill and the texts may differ without harm to a hash."""
        parts = (tuple(self.components.items()), self.links, tuple(self.flows.items()))
        return hash((self.id, self.region, self.month_hours, self.demand, parts))

    @cached_property
    def context(self) -> Context:
        """What the components may look at."""
        return Context(self.region, self.month_hours, self.demand, self)

    def usages(self) -> Mapping[str, Sequence[Usage]]:
        """Component id -> what it consumes in this system's month."""
        with localcontext(MONEY):
            return {
                id_: component.usage(self.context) for id_, component in self.components.items()
            }

    def dials(self, places: Sequence[str]) -> Dials:
        """What moves when the numbers at these places do; raises NoSuchDial."""
        return Dials(self, places)

    def flow(self, id_: str | None = None) -> Flow | None:
        """The named flow, or the first one that a request triggers; None if there is none."""
        if id_ is not None:
            return self.flows.get(id_)
        return next((flow for flow in self.flows.values() if flow.trigger == "request"), None)

    def zone_of(self, component: Component) -> str | None:
        """The nearest group of kind az around the component; None if none is drawn."""
        seen: set[str] = set()
        id_ = component.group
        while id_ is not None and id_ in self.groups and id_ not in seen:
            seen.add(id_)
            group = self.groups[id_]
            if group.kind == "az":
                return group.id
            id_ = group.parent
        return None
