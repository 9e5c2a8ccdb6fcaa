"""A system by names that stay: a version's bytes, a base, choices and settings; never a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from archlab.catalog.models import ScenarioVersion
from archlab.catalog.queries import pack_of
from archlab.domain.architecture import Architecture, Change, ChangeRefused, apply
from archlab.domain.pack.play_system import Choice, System, built
from archlab.domain.pricing import Allowances


class Gone(LookupError):
    """What this system was made of is not installed here any more; the message names it."""


@dataclass(frozen=True)
class PinnedSystem:
    """`scenario` is the sha256 of a version's bytes, `set` a place and its value as text.

    With settings it is a forecast: the bill that a source printed no longer belongs to it.
    """

    title: str
    scenario: str
    base: str
    choices: tuple[tuple[str, str], ...] = ()
    set: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    month_hours: int = 0
    allowances: str = ""

    def as_json(self) -> dict[str, Any]:
        parts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {**parts, "choices": [list(one) for one in self.choices], "set": dict(self.set)}

    @classmethod
    def of_json(cls, parts: Mapping[str, Any]) -> Self:
        choices = tuple((decision, option) for decision, option in parts["choices"])
        return cls(**{**parts, "choices": choices})

    def architecture(self) -> Architecture:
        """Computed again; raises `Gone`."""
        version = ScenarioVersion.objects.defer("content").filter(sha256=self.scenario).first()
        if version is None:
            raise Gone(f"scenario {self.scenario[:12]}")
        recipe = System(self.base, tuple(Choice(*one) for one in self.choices))
        pack = pack_of(version)
        found = built(pack, recipe) if self.base in pack.architectures else None
        if found is None:
            raise Gone(f"system {self.base} of scenario {self.scenario[:12]}")
        return self._settled(found) if self.month_hours else found

    def _settled(self, start: Architecture) -> Architecture:
        try:
            after = apply(start, Change(set=dict(self.set)))
        except ChangeRefused as refused:
            raise Gone(f"{refused.key} of system {self.base}") from refused
        return replace(
            after,
            region=self.region,
            month_hours=self.month_hours,
            allowances=Allowances(self.allowances),
            documented=None,
        )
