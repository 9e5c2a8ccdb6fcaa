"""The verdicts of an attempt, from the facts that its process read back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archlab.domain.grading.state_checks import CHECKS, Check, Verdict, judge, judge_template
from archlab.domain.grading.state_checks.check import MISSING
from archlab.domain.pack.blocks import Lab
from archlab.sandboxes.models import CheckResult, SandboxRun


@dataclass
class Told:
    """What a process said besides its progress: facts in the order of the checks of the lab."""

    facts: list[Mapping[str, Any]] = field(default_factory=list)
    not_stored: set[tuple[str, str]] = field(default_factory=set)


def verdicts(run: SandboxRun, lab: Lab, told: Told) -> list[CheckResult]:
    """One for every check of the lab; what nobody could read is unknown, never wrong."""
    resources = json.loads(run.template)["Resources"]
    found = []
    for number, one in enumerate(lab.checks):
        check = CHECKS[one.check]
        facts = told.facts[number] if number < len(told.facts) else {"unseen": "it was not read"}
        verdict = verdict_of(check, facts, dict(one.args), resources)
        found.append(
            CheckResult(
                run=run,
                attempt=run.attempt,
                ordinal=number,
                check_id=one.id,
                check_name=one.check,
                status=verdict.status,
                basis=verdict.basis,
                reason=check.sentence(verdict.reason) if verdict.reason else "",
                expected=verdict.expected,
                actual=verdict.actual,
                evidence=dict(facts),
            )
        )
    return found


def is_passed(results: Sequence[CheckResult]) -> bool:
    """Whatever counts is as it should be; what a source did and nobody recommends is only shown."""
    counted = (one for one in results if CHECKS[one.check_name].counts)
    return bool(results) and all(one.status == CheckResult.Status.PASS for one in counted)


def verdict_of(
    check: Check, facts: Mapping[str, Any], limits: Mapping[str, int], resources: Mapping[str, Any]
) -> Verdict:
    """Of what was read back; where the target does not keep it, of the template."""
    verdict = judge(check, facts, limits)
    if verdict.reason == MISSING:
        return judge_template(check, resources) or verdict
    return verdict
