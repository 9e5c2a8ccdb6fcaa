"""A component: one thing of a system, of a kind, with typed parameters.

Every kind is one file in `kinds/`. It says what the component consumes, how it serves a request and
how it can fail; nothing outside `kinds/` knows a service by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import model_validator
from pydantic.fields import FieldInfo

from archlab.domain.architecture.demand import Demand
from archlab.domain.architecture.deployable import (
    Grant,
    Json,
    Metric,
    Need,
    NotDeployable,
    Resources,
    Site,
)
from archlab.domain.architecture.failure import FailureMode
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.architecture.parameters import Parameters, Value
from archlab.domain.latency import Dist, Hop
from archlab.domain.pricing import QuantityClass, Usage
from archlab.domain.units import Unit

if TYPE_CHECKING:
    from archlab.domain.architecture.model import Architecture

Glyph = Literal[
    "person",
    "outside",
    "edge",
    "guard",
    "network",
    "exit",
    "container",
    "function",
    "compute",
    "data",
    "cache",
    "queue",
    "secret",
    "store",
    "observe",
]

PLACING = frozenset({"kind", "id", "at", "label", "group", "note", "src"})
"""Fields of every component; all others are the parameters of its kind."""

HOURS_PER_WEEK = 168


@dataclass(frozen=True)
class Context:
    """What a component may look at when it answers for itself."""

    region: str
    month_hours: int
    demand: Demand
    architecture: Architecture

    @property
    def hours(self) -> Decimal:
        """Hours of the month, for the quantities of a bill."""
        return Decimal(self.month_hours)

    @property
    def requests(self) -> Decimal:
        """Requests of the month."""
        return self.demand.requests(self.month_hours)

    def running_hours(self, off_hours_week: int) -> Decimal:
        """Hours of the month for what is stopped for so many hours of each week."""
        return self.hours * (HOURS_PER_WEEK - off_hours_week) / HOURS_PER_WEEK

    def copies_of(self, host: str | None) -> int:
        """How many of a host run side by side; one where none is named or known."""
        found = self.architecture.components.get(host) if host else None
        return found.copies if found else 1


class Component(Parameters):
    """Base of all kinds. What a kind does not override: it costs nothing and never fails."""

    title: ClassVar[str]
    category: ClassVar[Glyph]
    serves: ClassVar[bool] = True
    """Whether a request can pass it at all."""
    guards: ClassVar[bool] = False
    """Whether it inspects the requests to whatever links to it."""
    unmodelled: ClassVar[str] = "no failure rate is published"
    """What of its own failures is not in the downtime needle; empty if everything is."""
    scaled_by: ClassVar[str] = ""
    """The parameter that a scaling rule moves, which `copies` tells; empty if none can."""
    averaged_by: ClassVar[str] = ""
    """The parameter that states how many are paid for on average; empty if there is none."""

    kind: str
    id: str
    at: tuple[int, int] | None = None
    label: str = ""
    group: str | None = None
    note: str = ""
    src: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _labelled(cls, given: Mapping[str, object]) -> Mapping[str, object]:
        return given if given.get("label") else {**given, "label": cls.title}

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """A field with an alias can be read by it: `getattr(database, "class")`."""
        for name, field in cls.model_fields.items():
            if field.alias:
                setattr(cls, field.alias, property(attrgetter(name)))

    @classmethod
    def kind_name(cls) -> str:
        """The word for this kind in a pack."""
        return str(cls.model_fields["kind"].default)

    @classmethod
    def parameter_fields(cls) -> Mapping[str, FieldInfo]:
        """Name -> field (type, default, limits, description) of the kind's own parameters.

        A name that Python keeps for itself, such as `class`, is the alias of its field.
        """
        return {
            field.alias or name: field
            for name, field in cls.model_fields.items()
            if name not in PLACING
        }

    def parameters(self) -> dict[str, Value]:
        """Name -> value, defaults included."""
        return {name: getattr(self, name) for name in self.parameter_fields()}

    @property
    def copies(self) -> int:
        """How many of it run side by side, for the processes on it."""
        return 1

    @property
    def copy_vcpus(self) -> Decimal:
        """Processors of one copy."""
        return Decimal(1)

    @property
    def stated_class(self) -> QuantityClass:
        """How well a stated rate is known: a source is named for it, or it is assumed."""
        return "documented" if self.src else "assumed"

    @property
    def runs_on(self) -> str | None:
        """Id of the component on which it is a process, and with which it fails."""
        return None

    def usage(self, context: Context) -> list[Usage]:
        """Price keys with the quantities of one month."""
        return []

    def hop(self, context: Context, spec: FlowHop) -> Hop | None:
        """How it serves a request on a flow; None if no request can pass it."""
        return delay(self, spec) if self.serves else None

    def failure_modes(self) -> list[FailureMode]:
        """How it fails, how often and for how long."""
        return []

    @property
    def needs(self) -> frozenset[Need]:
        """What must stand before it can be deployed: the network, the cluster."""
        return frozenset()

    @property
    def port(self) -> int | None:
        """Where it takes connections inside the network; None if it has no place there."""
        return None

    @property
    def balanced(self) -> Literal["address", "instance"] | None:
        """What a balancer registers of it; None if it stands behind none."""
        return None

    def resources(self, site: Site) -> Resources:
        """What it is in CloudFormation, by part; raises NotDeployable with the reason."""
        raise NotDeployable(f"{self.title} is no part of AWS that a template can make.")

    def grants(self, site: Site) -> tuple[Grant, ...]:
        """What whoever calls it must be allowed to do."""
        return ()

    def exits(self, site: Site) -> tuple[Mapping[str, Json], ...]:
        """Ways out of the private subnets, one for each zone that has its own."""
        return ()

    def watched(self, site: Site) -> tuple[Metric, ...]:
        """What is worth an alarm, the most telling first."""
        return ()

    def detail(self) -> str:
        """The short second line on the drawing, such as "0.25 vCPU, 1 GB"; may be empty."""
        return ""


def delay(component: Component, spec: FlowHop, *, servers: int | None = None) -> Hop:
    """A hop that takes the time of the flow's figures, with workers if there are any."""
    p99_ms = spec.p50_ms if spec.p99_ms is None else spec.p99_ms
    return Hop(
        component.id,
        spec.label or component.label,
        Dist.lognormal(float(spec.p50_ms) / 1000, float(p99_ms) / 1000),
        servers,
        parallel=spec.parallel,
        hit_ratio=float(spec.hit_ratio or 0),
    )


def monthly(name: str, usd: Decimal | None, unstated: str) -> list[Usage]:
    """One stated month; not priced while it is not written.

    Nothing at all where 0 is written, because no bill has such a line.
    """
    if usd is None:
        return [Usage(f"unpriced:{name}", Decimal(1), reason=unstated)]
    if not usd:
        return []
    return [
        Usage(
            f"stated:{name}",
            Decimal(1),
            stated_usd=usd,
            unit=Unit.MONTH,
            quantity_class="documented",
        )
    ]


def short(number: Decimal | int) -> str:
    """A number for a label: no exponent, no trailing zeros."""
    return format(Decimal(number).normalize(), "f")
