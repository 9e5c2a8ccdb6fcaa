"""A learner's system as a recipe: a named architecture and the options applied to it, in order.

Nothing but the recipe is kept; the architecture is folded from it and cached, so that every replay
of every learner with the same choices shares one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from archlab.domain.architecture import Architecture, ChangeRefused, apply
from archlab.domain.pack.blocks import Decision, Option
from archlab.domain.pack.model import Pack

MOST_SYSTEMS = 4096


class Choice(NamedTuple):
    """An option of a decision."""

    decision: str
    option: str


class System(NamedTuple):
    """The architecture `base` (a checkpoint) after these choices."""

    base: str
    choices: tuple[Choice, ...] = ()

    def holds(self, decision: str) -> bool:
        """This decision has left its mark."""
        return any(choice.decision == decision for choice in self.choices)

    def plus(self, choice: Choice) -> System:
        """After one more choice."""
        return System(self.base, (*self.choices, choice))

    def without(self, decision: str) -> System:
        """As if this decision had not been taken."""
        return System(self.base, tuple(c for c in self.choices if c.decision != decision))

    def swapped(self, choice: Choice) -> System:
        """With another option at the place of this decision."""
        swapped = (choice if c.decision == choice.decision else c for c in self.choices)
        return System(self.base, tuple(swapped))


def built(pack: Pack, system: System) -> Architecture | None:
    """The architecture of a recipe; None if one of its changes does not fit."""
    return _built(_Versioned(pack.version, pack), system)


def first_fitting(
    pack: Pack, system: System, decision: Decision, *options: Option | None
) -> tuple[System, Option] | None:
    """The system after the first of these options whose change fits."""
    for option in options:
        if option is not None:
            after = system.plus(Choice(decision.id, option.id))
            if built(pack, after) is not None:
                return after, option
    return None


@dataclass(frozen=True)
class _Versioned:
    """Equal when the version is: the bytes of a pack are its identity."""

    version: str
    pack: Pack = field(compare=False)


@lru_cache(maxsize=MOST_SYSTEMS)
def _built(versioned: _Versioned, system: System) -> Architecture | None:
    pack = versioned.pack
    if not system.choices:
        return pack.architectures[system.base]
    last = system.choices[-1]
    before = _built(versioned, System(system.base, system.choices[:-1]))
    decision = pack.block(last.decision)
    option = decision.option(last.option) if isinstance(decision, Decision) else None
    if before is None or option is None:
        return None
    if option.change is None:
        return before
    try:
        return apply(before, option.change, named=pack.architectures)
    except ChangeRefused:
        return None
