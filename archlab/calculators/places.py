"""Numbers of systems that can be swept: what they are called and how far they go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from pydantic.fields import FieldInfo

from archlab.calculators.fields import has_choices, round_up
from archlab.domain.architecture import Architecture, Demand, Value
from archlab.domain.architecture.parameters import limits, word_of
from archlab.domain.architecture.watch import billed_parameters
from archlab.web import numbers

LOAD = "demand.requests_per_day"
BUSIEST = Decimal(3_000_000)


@dataclass(frozen=True, slots=True)
class Place:
    """A number that a bill reads: its name in an address, its label, its value and its limits."""

    name: str
    owner: str
    label: str
    help: str
    value: Decimal
    least: Decimal
    most: Decimal | None
    is_whole: bool

    @property
    def title(self) -> str:
        return f"{self.owner}: {self.label}"

    def shown(self, x: Decimal) -> str:
        """A position with as many decimals as it is worth."""
        whole = self.is_whole or abs(x) >= 1000 or x == x.to_integral_value()
        return numbers.fixed(x, 0 if whole else 2)

    @property
    def far(self) -> Decimal:
        """Where a curve may end that starts at the least value."""
        if self.name == LOAD:
            return max(BUSIEST, round_up(4 * self.value))
        near = round_up(4 * max(self.value, Decimal("2.5")))
        return near if self.most is None else min(near, self.most)


def places_of(architecture: Architecture) -> Iterator[Place]:
    """The load, and every number that the bill of this system reads."""
    name = "requests_per_day"
    load = architecture.demand.requests_per_day
    yield _place("demand", _("Demand"), name, Demand.model_fields[name], load)
    context = architecture.context
    for id_, component in architecture.components.items():
        known, values = component.parameter_fields(), component.parameters()
        for name in billed_parameters(component, context):
            if type(values[name]) in (int, Decimal) and not has_choices(known[name]):
                title = component.label or component.title
                yield _place(id_, title, name, known[name], values[name])


def _place(id_: str, owner: str, name: str, info: FieldInfo, value: Value) -> Place:
    least, most = limits(info)
    return Place(
        name=f"{id_}.{name}",
        owner=owner,
        label=name.replace("_", " "),
        help=info.description or "",
        value=Decimal(value or 0),
        least=least or Decimal(0),
        most=most,
        is_whole=word_of(info.annotation) is int,
    )
