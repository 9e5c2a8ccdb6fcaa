"""Checks of deployed resources by facts that were read back: pure judges, one registry."""

from __future__ import annotations

from collections.abc import Mapping

from archlab.domain.grading.state_checks import (
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
from archlab.domain.grading.state_checks.check import (
    Check,
    Facts,
    Finding,
    Limits,
    Setting,
    Status,
    Verdict,
    judge,
    judge_template,
)

_ROOMS = (network, databases, containers, balancers, edge, functions, machines, stores, watching)

CHECKS: Mapping[str, Check] = {check.id: check for room in _ROOMS for check in room.CHECKS}

__all__ = [
    "CHECKS",
    "Check",
    "Facts",
    "Finding",
    "Limits",
    "Setting",
    "Status",
    "Verdict",
    "judge",
    "judge_template",
]
