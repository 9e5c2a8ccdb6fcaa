"""Faults that are planted in a deployed system: one call each, found by the id of their check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from archlab.sandboxes.engine.contract import Clients, Ledger
from archlab.sandboxes.engine.values import Value

Fault: TypeAlias = Callable[[Clients, Ledger, Mapping[str, Value]], None]
"""(clients, ledger, args); `args` has "component" where the lab names one."""

FAULTS: dict[str, Fault] = {}
