"""Faults that are planted in a deployed system: one act each, found by the id of their check."""

from __future__ import annotations

from collections.abc import Mapping

from archlab.sandboxes.engine.faults import (
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
from archlab.sandboxes.engine.faults.planting import REGISTERED, Fault

_ROOMS = (balancers, containers, databases, edge, functions, machines, network, stores, watching)

FAULTS: Mapping[str, Fault] = REGISTERED

__all__ = ["FAULTS", "Fault"]
