"""Fact readers: what of a deployed system is looked at, one small JSON each.

A module of this folder registers its readers when it is imported; `child.py` imports them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from archlab.sandboxes.engine.contract import Clients, Ledger
from archlab.sandboxes.engine.values import Value

Reader: TypeAlias = Callable[[Clients, Ledger, Mapping[str, Value]], Value]
"""(clients, ledger, args) -> facts. `args` has "component" where the check names one.

A code on the check's own list of what means "absent" is a fact; every other error is raised, and
the check then is unknown.
"""

READERS: dict[str, Reader] = {}
