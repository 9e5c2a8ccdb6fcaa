"""Two systems beside each other: needles, and the parts that differ."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.safestring import SafeString

from archlab.catalog.assess import assessed
from archlab.catalog.drawings import drawing
from archlab.domain.architecture import Architecture, Assessment
from archlab.domain.money import cents
from archlab.domain.pack import Decision, Option
from archlab.journeys.blocks import Scene
from archlab.journeys.options import with_option


@dataclass(frozen=True, slots=True)
class Row:
    """A part of two systems with its USD in each; None is a part without a price."""

    label: str
    has_left: bool
    left: Decimal | None
    has_right: bool
    right: Decimal | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two options of a decision beside each other: needles, and the parts that differ."""

    left: Side
    right: Side
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Side:
    title: str
    architecture: Architecture
    needles: Assessment


def comparison(left: Side, right: Side) -> Comparison:
    """Only the parts that differ."""
    a, b = _by_part(left), _by_part(right)
    rows = tuple(
        Row(part, part in a, a.get(part), part in b, b.get(part))
        for part in dict.fromkeys([*a, *b])
        if (part in a, a.get(part)) != (part in b, b.get(part))
    )
    return Comparison(left, right, rows)


def _by_part(side: Side) -> dict[str, Decimal | None]:
    """Label of a part -> its USD in cents; parts that cost nothing are left out."""
    amounts: dict[str, Decimal | None] = {}
    for line in side.needles.cost.lines:
        for part in line.parts:
            label = label_of(side.architecture, part.component)
            so_far = amounts.get(label, Decimal(0))
            amounts[label] = _sum(so_far, part.usd)
    return {label: _cents(usd) for label, usd in amounts.items() if usd != 0}


def _sum(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else a + b


def _cents(usd: Decimal | None) -> Decimal | None:
    return None if usd is None else cents(usd)


def label_of(architecture: Architecture, component: str) -> str:
    found = architecture.components.get(component)
    return (found.label or found.title) if found else component


@dataclass(frozen=True)
class ComparePage:
    """Two options of one decision; the learner's own beside the documented one unless chosen."""

    scene: Scene
    decision: Decision
    a: str | None
    b: str | None

    @cached_property
    def comparison(self) -> Comparison:
        return comparison(self._side(self.left), self._side(self.right))

    @cached_property
    def left(self) -> Option:
        mine = self.scene.play.choice(self.decision.id)
        return self._option(self.a) or mine or self.decision.options[0]

    @cached_property
    def right(self) -> Option:
        others = [o for o in self.decision.options if o.id != self.left.id]
        documented = next((o for o in others if o.documented), others[0])
        return self._option(self.b) or documented

    def _option(self, name: str | None) -> Option | None:
        return next((o for o in self.decision.options if o.id == name), None)

    def _side(self, option: Option) -> Side:
        taken = self.scene.play.taken(self.decision.id)
        before = taken.before if taken else self.scene.now
        after = with_option(self.scene.pack, self.decision, option, before) or before
        return Side(option.text, after, assessed(after, self.decision.flow))

    @property
    def plate(self) -> SafeString:
        """The right side's drawing with what differs from the left one."""
        sides = self.comparison
        return drawing(
            sides.right.architecture,
            before=sides.left.architecture,
            alt=f"{sides.left.title} / {sides.right.title}",
            sheet=sides.right.title,
        )
