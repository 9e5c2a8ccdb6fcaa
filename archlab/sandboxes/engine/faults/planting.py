"""How a fault is registered: under the id of the check that it turns red."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from archlab.sandboxes.engine.contract import Clients, Ledger
from archlab.sandboxes.engine.scene import Act, Pick, scene_of
from archlab.sandboxes.engine.values import Value


@dataclass(frozen=True)
class Fault:
    """One mistake in a deployed system: `text` says what was done, `on` to which resource.

    Called with (clients, ledger, args); `args` may have "component".
    """

    check: str
    on: Pick
    text: str
    act: Act

    def __call__(self, clients: Clients, ledger: Ledger, args: Mapping[str, Value]) -> None:
        scene = scene_of(clients, ledger, args)
        self.act(scene, scene.picked(self.on))


REGISTERED: dict[str, Fault] = {}


def plants(check: str, on: Pick, text: str) -> Callable[[Act], Act]:
    """Register a fault. Two faults for one check are a programming error."""

    def register(act: Act) -> Act:
        if check in REGISTERED:
            raise ValueError(f"{check} has a fault already")
        REGISTERED[check] = Fault(check, on, text, act)
        return act

    return register
