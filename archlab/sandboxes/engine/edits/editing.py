"""How an edit is registered, and how the values that a learner gives are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archlab.sandboxes.engine.contract import Clients, Ledger, Made
from archlab.sandboxes.engine.scene import Pick, Scene, scene_of
from archlab.sandboxes.engine.values import Value, join, refused

ARGS = "args"


@dataclass(frozen=True)
class Number:
    """A whole number within limits."""

    name: str
    title: str
    low: int
    high: int
    default: int

    def read(self, value: Value) -> int:
        text = str(value).strip()
        if not text.isdecimal() or not self.low <= int(text[:9]) <= self.high:
            sentence = f"Write a whole number from {self.low} to {self.high}."
            raise refused(join(ARGS, self.name), sentence)
        return int(text)


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    name: str
    title: str
    options: Sequence[str]
    default: str

    def read(self, value: Value) -> str:
        if value not in self.options:
            raise refused(join(ARGS, self.name), f"Choose {', '.join(self.options)}.")
        return str(value)


Parameter = Number | Choice
Change = Callable[..., None]
"""(scene, resource, one keyword for each parameter)."""


@dataclass(frozen=True)
class Edit:
    """What a learner may do by hand. Called with (clients, ledger, args).

    `args` may have "component", "resource" (a logical id) and the parameters; everything else is
    refused. `repairs` are the checks that it can turn green.
    """

    id: str
    title: str
    repairs: tuple[str, ...]
    on: Pick
    parameters: tuple[Parameter, ...]
    change: Change

    def __call__(self, clients: Clients, ledger: Ledger, args: Mapping[str, Value]) -> None:
        scene = scene_of(clients, ledger, args)
        values = self.values(args)
        self.change(scene, self._resource(scene, args), **values)

    def values(self, args: Mapping[str, Value]) -> dict[str, Any]:
        """The parameters as they are used. Raises `Refused` with what to write."""
        known = {one.name: one for one in self.parameters}
        for name in args:
            if name not in {"component", "resource", *known}:
                raise refused(join(ARGS, name), f"{self.title} takes no such value.")
        return {name: one.read(args.get(name, one.default)) for name, one in known.items()}

    def _resource(self, scene: Scene, args: Mapping[str, Value]) -> Made:
        name = args.get("resource")
        if name is None:
            return scene.picked(self.on)
        for one in scene.candidates(self.on):
            if one.logical_id == name:
                return one
        raise refused(join(ARGS, "resource"), f"{self.title} does not apply to {name}.")


REGISTERED: dict[str, Edit] = {}


def edits(
    id_: str, title: str, on: Pick, *repairs: str, parameters: Sequence[Parameter] = ()
) -> Callable[[Change], Change]:
    """Register an edit. Twice the same id is a programming error."""

    def register(change: Change) -> Change:
        if id_ in REGISTERED:
            raise ValueError(f"there is an edit {id_} already")
        REGISTERED[id_] = Edit(id_, title, repairs, on, tuple(parameters), change)
        return change

    return register
