"""What a learner may do to a deployed system by hand: one typed act each."""

from __future__ import annotations

from collections.abc import Mapping

from archlab.sandboxes.engine.edits import (
    balancers,
    containers,
    databases,
    edge,
    functions,
    machines,
    network,
    stores,
    watching,
)
from archlab.sandboxes.engine.edits.editing import REGISTERED, Choice, Edit, Number, Parameter

_ROOMS = (balancers, containers, databases, edge, functions, machines, network, stores, watching)

EDITS: Mapping[str, Edit] = REGISTERED

__all__ = ["EDITS", "Choice", "Edit", "Number", "Parameter", "repairs_of"]


def repairs_of(check: str) -> tuple[Edit, ...]:
    """The edits that can turn a check green again."""
    return tuple(edit for edit in EDITS.values() if check in edit.repairs)
