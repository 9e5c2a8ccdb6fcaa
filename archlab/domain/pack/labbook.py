"""What labs may name: checks with the targets that each can be read on, faults, actions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from archlab.domain.grading.state_checks import CHECKS

COMPILED = frozenset(name for name, check in CHECKS.items() if check.compiled is not None)
"""Checks that no call turns red once everything stands: a parameter has to be compiled wrong."""


@dataclass(frozen=True, slots=True)
class LabBook:
    """`planted` are the checks that a call can turn red once everything stands. `limits` are the
    numbers of a check that a lab may change.
    """

    checks: Mapping[str, Collection[str]]
    limits: Mapping[str, Collection[str]]
    planted: Collection[str]
    actions: Collection[str]


@lru_cache(maxsize=1)
def shipped_book() -> LabBook:
    """The book of the checks that come with the product."""
    return LabBook(
        checks={name: frozenset(check.targets) for name, check in CHECKS.items()},
        limits={name: frozenset(check.limits) for name, check in CHECKS.items()},
        planted=frozenset(CHECKS) - COMPILED,
        actions=frozenset(CHECKS) - COMPILED,
    )
