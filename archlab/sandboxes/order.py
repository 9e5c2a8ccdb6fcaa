"""What a child process is asked for, from what is stored of a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archlab.domain.pack.blocks import Lab
from archlab.sandboxes.attempt import Attempt
from archlab.sandboxes.edits import calls
from archlab.sandboxes.engine.events import Event
from archlab.sandboxes.engine.request import Call, Request, account_of
from archlab.sandboxes.models import SandboxRun

DOMAIN = "shop.example"
"""A domain that is nobody's, for the certificates of an emulator, which validates none."""


def request_of(run: SandboxRun, lab: Lab) -> Request:
    """The attempt that the run is at; every attempt has an account of its own."""
    return Request(
        template=run.template,
        stack_name=f"archlab-{run.pk}",
        account_id=account_of(run.pk, run.attempt),
        region=run.region,
        parameters={
            "Run": str(run.uid),
            "Expires": run.expires.isoformat(),
            **domain_of(json.loads(run.template)),
        },
        components=run.component_of,
        faults=[Call(one["check"], at(one["component"])) for one in run.faults],
        edits=calls(run.edits),
        checks=[Call(one.check, at(one.component or "")) for one in lab.checks],
        teardown=run.tears_down,
    )


def domain_of(template: Mapping[str, Any]) -> Mapping[str, str]:
    """The domain, where the template asks for one."""
    return {"DomainName": DOMAIN} if "DomainName" in template.get("Parameters", {}) else {}


def at(component: str) -> dict[str, str]:
    """The arguments of a call that looks at one component; without one, at all of them."""
    return {"component": component} if component else {}


def events(request: Request, *, still_wanted: Callable[[], bool]) -> Iterator[Event]:
    """What the process of the attempt says, until it has ended or is not wanted any more."""
    return Attempt(request).events(still_wanted)
