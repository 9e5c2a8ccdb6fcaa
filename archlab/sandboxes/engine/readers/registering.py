"""How a reader is registered: once, for every check that is judged from its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from archlab.domain.grading.state_checks import CHECKS
from archlab.sandboxes.engine.contract import Clients, Ledger
from archlab.sandboxes.engine.scene import Scene, scene_of
from archlab.sandboxes.engine.values import Value

Reader: TypeAlias = Callable[[Clients, Ledger, Mapping[str, Value]], Value]
"""(clients, ledger, args) -> facts. `args` has "component" where the check names one.

A code on the check's own list of what means "absent" is a fact; every other error is raised, and
the check then is unknown.
"""
Subjects = Iterator[dict[str, Any]]
Read = Callable[[Scene], Subjects]

REGISTERED: dict[str, Reader] = {}


def reads(name: str) -> Callable[[Read], Read]:
    """Register a reader under the name that checks call it by."""

    def register(read: Read) -> Read:
        def facts(clients: Clients, ledger: Ledger, args: Mapping[str, Value]) -> Value:
            return {"subjects": list(read(scene_of(clients, ledger, args)))}

        REGISTERED.update({check.id: facts for check in CHECKS.values() if check.reader == name})
        return read

    return register
