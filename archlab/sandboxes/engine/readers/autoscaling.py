"""Facts of groups of machines, and of what is told when spot takes one back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.registering import Subjects, reads
from archlab.sandboxes.engine.scene import Scene, pages, subject, taken, unless_absent

WARNING = "EC2 Spot Instance Interruption Warning"
GROUP = "AWS::AutoScaling::AutoScalingGroup"


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
    events = scene.client("events")
    for made in scene.of("AWS::Events::Rule"):
        name = made.physical_id
        found = unless_absent(("ResourceNotFoundException",), events.describe_rule, Name=name)
        if found is None:
            yield subject(made, warns=True, enabled=False, targets=0)
            continue
        targets = pages(events, "list_targets_by_rule", "Targets", Rule=name)
        kinds = json.loads(found.get("EventPattern") or "{}").get("detail-type", [])
        yield subject(
            made,
            warns=WARNING in kinds,
            enabled=found["State"] == "ENABLED",
            targets=len([*targets]),
        )
