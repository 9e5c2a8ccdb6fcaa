"""Facts of groups of machines, and of what is told when spot takes one back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.registering import Subjects, reads
from archlab.sandboxes.engine.scene import Scene, pages, subject, taken

GROUP = "AWS::AutoScaling::AutoScalingGroup"
WARNING = "EC2 Spot Instance Interruption Warning"


def _groups(scene: Scene) -> Iterator[tuple[Made, Mapping[str, Any]]]:
    client = scene.client("autoscaling")
    for made in scene.of(GROUP):
        named = {"AutoScalingGroupNames": [made.physical_id]}
        for answer in pages(client, "describe_auto_scaling_groups", "AutoScalingGroups", **named):
            yield made, answer


@reads("machine_groups_bought")
def machine_groups_bought(scene: Scene) -> Subjects:
    for made, answer in _groups(scene):
        mixed = answer.get("MixedInstancesPolicy")
        if not mixed:
            yield subject(made, on_demand_percent=None)
            continue
        shares = mixed.get("InstancesDistribution", {})
        yield subject(
            made, **taken(shares, on_demand_percent="OnDemandPercentageAboveBaseCapacity")
        )


@reads("machine_group_health")
def machine_group_health(scene: Scene) -> Subjects:
    for made, answer in _groups(scene):
        yield subject(made, **taken(answer, health="HealthCheckType"))


@reads("spot_warnings")
def spot_warnings(scene: Scene) -> Subjects:
    for made in scene.of(GROUP):
        yield subject(made, rules=[*_warnings(scene)])


def _warnings(scene: Scene) -> Iterator[dict[str, Any]]:
    events = scene.client("events")
    for rule in pages(events, "list_rules", "Rules"):
        if WARNING in json.loads(rule.get("EventPattern") or "{}").get("detail-type", []):
            targets = pages(events, "list_targets_by_rule", "Targets", Rule=rule["Name"])
            yield {"enabled": rule["State"] == "ENABLED", "targets": len([*targets])}
