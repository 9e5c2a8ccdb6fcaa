"""Repairs of machines and disks."""

from __future__ import annotations

from archlab.sandboxes.engine.acts import new_launch_template
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.edits.editing import Choice, Number, edits
from archlab.sandboxes.engine.faults.machines import TEMPLATE, set_on_demand
from archlab.sandboxes.engine.readers.autoscaling import GROUP
from archlab.sandboxes.engine.readers.ec2 import ORPHAN
from archlab.sandboxes.engine.scene import Scene, account, pages

TYPES = ("t4g.nano", "t4g.micro", "t4g.small", "t3.small", "m7g.medium")


@edits(
    "change_spot_share",
    "Change how the machines are bought",
    GROUP,
    "spot_asg",
    parameters=[Number("on_demand", "Per cent on demand", 0, 100, 0)],
)
def change_spot_share(scene: Scene, made: Made, on_demand: int) -> None:
    set_on_demand(scene, made, on_demand)


@edits(
    "change_machine_type",
    "Change the type of the machines",
    TEMPLATE,
    "graviton_type",
    parameters=[Choice("type", "Type", TYPES, "t4g.nano")],
)
def change_machine_type(scene: Scene, made: Made, type: str) -> None:  # noqa: A002 - AWS's word
    new_launch_template(scene, made, InstanceType=type)


@edits("require_tokens", "Ask for a session token", TEMPLATE, "imdsv2_required")
def require_tokens(scene: Scene, made: Made) -> None:
    new_launch_template(scene, made, MetadataOptions={"HttpTokens": "required"})


@edits("use_balancer_health", "Listen to the balancer", GROUP, "asg_elb_healthcheck")
def use_balancer_health(scene: Scene, made: Made) -> None:
    scene.client("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName=made.physical_id, HealthCheckType="ELB"
    )


@edits("hear_warning", "Switch the rule on", "AWS::Events::Rule", "spot_warning_rule")
def hear_warning(scene: Scene, made: Made) -> None:
    scene.client("events").enable_rule(Name=made.physical_id)


@edits(
    "delete_forgotten_disks",
    "Delete the disks that nothing uses",
    account,
    "no_unattached_volumes",
)
def delete_forgotten_disks(scene: Scene, _made: Made) -> None:
    """Those of the template stay: the template says that they are wanted."""
    wanted = {one.physical_id for one in scene.ledger.of("AWS::EC2::Volume")}
    for volume in _loose(scene):
        if volume not in wanted:
            scene.client("ec2").delete_volume(VolumeId=volume)


@edits(
    "list_orphan_disks",
    "List every disk that nothing uses",
    account,
    "orphans_all_listed",
)
def list_orphan_disks(scene: Scene, _made: Made) -> None:
    scene.client("ec2").create_tags(
        Resources=_loose(scene), Tags=[{"Key": ORPHAN, "Value": "listed"}]
    )


@edits(
    "list_orphan_addresses",
    "List every address that nothing uses",
    account,
    "orphans_all_listed",
)
def list_orphan_addresses(scene: Scene, _made: Made) -> None:
    ec2 = scene.client("ec2")
    loose = [one for one in ec2.describe_addresses()["Addresses"] if not one.get("AssociationId")]
    ec2.create_tags(
        Resources=[one["AllocationId"] for one in loose],
        Tags=[{"Key": ORPHAN, "Value": "listed"}],
    )


def _loose(scene: Scene) -> list[str]:
    chosen = [{"Name": "status", "Values": ["available"]}]
    found = pages(scene.client("ec2"), "describe_volumes", "Volumes", Filters=chosen)
    return [str(one["VolumeId"]) for one in found]
