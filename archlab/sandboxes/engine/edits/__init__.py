"""What a learner may do to a deployed system by hand: one typed call each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from archlab.sandboxes.engine.contract import Clients, Ledger
from archlab.sandboxes.engine.values import Value

Edit: TypeAlias = Callable[[Clients, Ledger, Mapping[str, Value]], None]
"""(clients, ledger, args); raises `Refused` for arguments that it does not take."""

EDITS: dict[str, Edit] = {}
