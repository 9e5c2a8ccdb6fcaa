"""The checks of a lab on what stands in a real account: the same readers as in the emulator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from archlab.domain.grading.state_checks import CHECKS
from archlab.domain.pack.blocks import Lab
from archlab.sandboxes.aws.calls import Clients, ask
from archlab.sandboxes.aws.connection import STACKS
from archlab.sandboxes.aws.launch import Checks
from archlab.sandboxes.engine.contract import Ledger, Made
from archlab.sandboxes.engine.readers import READERS
from archlab.sandboxes.models import AwsRun
from archlab.sandboxes.order import at
from archlab.sandboxes.verdicts import verdict_of


def checks_of(run: AwsRun, lab: Lab, region: str) -> Checks:
    """Check id -> verdict. What could not be read is unknown, never wrong."""
    resources = json.loads(run.template)["Resources"]

    def read(clients: Clients) -> Mapping[str, str]:
        ledger = _ledger(clients, run, region)
        found = {}
        for one in lab.checks:
            facts = _facts(one.check, one.component or "", clients, ledger, region)
            verdict = verdict_of(CHECKS[one.check], facts, dict(one.args), resources)
            found[one.id] = str(verdict.status)
        return found

    return read


def _facts(
    check: str, component: str, clients: Clients, ledger: Ledger, region: str
) -> Mapping[str, Any]:
    try:
        found = READERS[check](lambda service: clients(service, region), ledger, at(component))
        return dict(found) if isinstance(found, dict) else {}
    except Exception as error:  # a reader of an emulator may meet what it never met there
        return {"unseen": type(error).__name__}


def _ledger(clients: Clients, run: AwsRun, region: str) -> Ledger:
    """The first hundred resources of the stack, which is what AWS tells at once."""
    formation = clients("cloudformation", region)
    found = ask(formation, "describe_stack_resources", StackName=f"{STACKS}{run.name}")
    return Ledger(
        {
            one["LogicalResourceId"]: Made(
                one["LogicalResourceId"],
                one["ResourceType"],
                run.component_of.get(one["LogicalResourceId"], ""),
                one.get("PhysicalResourceId", ""),
            )
            for one in found["StackResources"]
        }
    )
