"""What a child process is asked for, and what it answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archlab.domain.pack.blocks import Lab
from archlab.sandboxes.edits import calls
from archlab.sandboxes.engine.events import Event
from archlab.sandboxes.models import SandboxRun

EXAMPLE_ACCOUNT = 123_456_789_012
"""The emulator's own, which no attempt may have."""


def account_of(run: SandboxRun) -> str:
    """Twelve digits of its own for every attempt."""
    digest = hashlib.sha256(f"{run.pk}/{run.attempt}".encode()).digest()
    number = int.from_bytes(digest[:8], "big") % 900_000_000_000 + 100_000_000_000
    return str(number + (number == EXAMPLE_ACCOUNT))


def order_of(run: SandboxRun, lab: Lab) -> Mapping[str, Any]:
    """The document on the child's standard input."""
    return {
        "template": json.loads(run.template),
        "components": run.component_of,
        "account_id": account_of(run),
        "region": run.region,
        "stack_name": f"archlab-{run.pk.hex[:12]}",
        "faults": run.faults,
        "edits": calls(run.edits),
        "facts": [
            {"id": one.id, "check": one.check, "args": {"component": one.component or ""}}
            for one in lab.checks
        ],
        "tears_down": run.tears_down,
    }


def events(order: Mapping[str, Any], *, stop: Callable[[], bool]) -> Iterator[Event]:
    raise NotImplementedError
