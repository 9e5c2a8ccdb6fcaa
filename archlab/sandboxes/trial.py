"""A lab tried from the command line: as it should be, or with one of its faults."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archlab.domain.architecture import Architecture
from archlab.domain.cloudformation import Template
from archlab.domain.grading.state_checks import CHECKS, Verdict
from archlab.domain.pack import Pack
from archlab.domain.pack.blocks import Lab, LabFault
from archlab.domain.pack.words import CURRENT
from archlab.sandboxes.attempt import Attempt
from archlab.sandboxes.engine.events import Event
from archlab.sandboxes.engine.request import Call, Request, account_of
from archlab.sandboxes.labs import deployable, planted, right, wrong
from archlab.sandboxes.order import at, domain_of
from archlab.sandboxes.verdicts import verdict_of

NUMBER, ATTEMPT = 1, 0
"""A trial stands in no ledger; its process is as much its own as that of any attempt."""


BROKEN = ("REFUSED", "CREATE_FAILED", "FAULT_FAILED", "EDIT_FAILED")


@dataclass(frozen=True)
class Trial:
    """What a trial found; `problem` when it could not be carried out."""

    name: str
    target: str
    resources: int
    verdicts: Mapping[str, Verdict]
    leftovers: Sequence[str]
    seconds: float
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Every check passes, and nothing is left."""
        good = all(one.status == "pass" for one in self.verdicts.values())
        return good and not self.leftovers and not self.problem

    def to_json(self) -> dict[str, Any]:
        checks = [
            {"id": id_, "verdict": one.status, "expected": one.expected, "actual": one.actual}
            for id_, one in self.verdicts.items()
        ]
        return {
            "lab": self.name,
            "target": self.target,
            "resources": self.resources,
            "checks": checks,
            "leftovers": list(self.leftovers),
            "seconds": round(self.seconds, 3),
        }


def system_in(pack: Pack, step: str, lab: Lab) -> Architecture:
    """The system of a lab; for the learner's own, the one that the documented path has there."""
    if lab.architecture != CURRENT:
        return pack.architectures[lab.architecture]
    named = [
        pack.steps[one].architecture
        for one in pack.path_documented[: pack.path_documented.index(step) + 1]
    ]
    return pack.architectures[[name for name in named if name][-1]]


def tried(
    name: str,
    lab: Lab,
    system: Architecture,
    faults: Sequence[LabFault] = (),
    repairs: Sequence[str] = (),
) -> Trial:
    """Deploy, read back, check, tear down, and look for what is left.

    What the lab names under `actions` belongs to a right solution; faults are looked at without
    it, after the calls that are named as `repairs`.
    """
    start = time.monotonic()
    template = deployable(wrong(lab, right(lab, system), faults))
    plants = [Call(one["check"], at(one["component"])) for one in planted(faults)]
    request = _request(lab, template, system, plants, repairs if faults else lab.actions)
    facts: list[Mapping[str, Any]] = []
    made, leftovers, problem = 0, ["everything"], ""
    for event in Attempt(request).events():
        if event.kind == "VERIFIED":
            made += 1
        elif event.kind in ("FACTS", "FACTS_UNSEEN"):
            facts.append(_facts(event.args))
        elif event.kind == "TORN_DOWN":
            leftovers = [str(one) for one in _list(event.args["leftovers"])]
        elif event.kind == "INVENTORY":
            leftovers += [str(one) for one in _list(event.args.get("found", ["not seen"]))]
        elif event.kind in BROKEN or _broke_off(event):
            problem = problem or f"{event.kind} {event.logical_id} {json.dumps(event.args)}"
    found = {
        check.id: verdict_of(CHECKS[check.check], told, dict(check.args), _resources(template))
        for check, told in zip(lab.checks, facts, strict=False)
    }
    return Trial(name, "embedded", made, found, leftovers, time.monotonic() - start, problem)


def _request(
    lab: Lab,
    template: Template,
    system: Architecture,
    faults: Sequence[Call],
    actions: Sequence[str],
) -> Request:
    return Request(
        template=template.text,
        stack_name="archlab-trial",
        account_id=account_of(NUMBER, ATTEMPT),
        region=lab.region or system.region,
        parameters=domain_of(template.body),
        components=dict(template.component_of),
        faults=faults,
        edits=[Call(action) for action in actions],
        checks=[Call(one.check, at(one.component or "")) for one in lab.checks],
        teardown=True,
    )


def _broke_off(event: Event) -> bool:
    """It ended before everything was read back and taken down."""
    return event.kind == "ENDED" and event.args["outcome"] not in ("torn_down", "leftovers")


def _facts(args: Mapping[str, Any]) -> Mapping[str, Any]:
    return args["facts"] if "facts" in args else {"unseen": args.get("message") or args["code"]}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _resources(template: Template) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(template.text)["Resources"]
    return found
