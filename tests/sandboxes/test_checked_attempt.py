"""One whole attempt: a system with a planted mistake is read, repaired and read again."""

from __future__ import annotations

from typing import Any

from check_systems import REGION, quiet

from archlab.domain.cloudformation import template_of
from archlab.domain.grading.state_checks import CHECKS, judge
from archlab.sandboxes.attempt import Attempt
from archlab.sandboxes.engine.request import Call, Request, account_of

ASKED = ("task_arm64", "no_nat_gateway", "log_retention_set")


def verdicts(number: int, *edits: str) -> dict[str, str]:
    template = template_of(quiet())
    request = Request(
        template.text,
        stack_name="lab-quiet",
        account_id=account_of(1, number),
        region=REGION,
        components=template.component_of,
        faults=[Call("task_arm64", {"component": "api"}), Call("log_retention_set")],
        edits=[Call(edit) for edit in edits],
        checks=[Call(id_) for id_ in ASKED],
    )
    events = list(Attempt(request).events())
    assert events[-1].args["outcome"] == "ready"
    facts: dict[str, Any] = {
        str(e.args["id"]): e.args["facts"] for e in events if e.kind == "FACTS"
    }
    return {id_: judge(CHECKS[id_], facts[id_]).status for id_ in ASKED}


def test_a_learner_repairs_what_was_planted() -> None:
    assert verdicts(1) == {
        "task_arm64": "fail",
        "no_nat_gateway": "pass",
        "log_retention_set": "fail",
    }
    assert set(verdicts(2, "change_platform", "delete_old_logs").values()) == {"pass"}
