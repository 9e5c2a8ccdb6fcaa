"""Mistakes at machines and disks."""

from __future__ import annotations

from archlab.sandboxes.engine.acts import first_zone, new_launch_template
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.faults.planting import plants
from archlab.sandboxes.engine.readers.autoscaling import GROUP
from archlab.sandboxes.engine.scene import Scene, account

TEMPLATE = "AWS::EC2::LaunchTemplate"


@plants("spot_asg", GROUP, "Every machine is bought on demand.")
def buy_on_demand(scene: Scene, made: Made) -> None:
    set_on_demand(scene, made, 100)


def set_on_demand(scene: Scene, made: Made, percent: int) -> None:
    """The share that is bought on demand; the launch template has to be sent along."""
    client, name = scene.client("autoscaling"), made.physical_id
    found = client.describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    mixed = found["AutoScalingGroups"][0]["MixedInstancesPolicy"]
    shares = {**mixed["InstancesDistribution"], "OnDemandPercentageAboveBaseCapacity": percent}
    source = mixed["LaunchTemplate"]["LaunchTemplateSpecification"]
    named = {"LaunchTemplateId": source["LaunchTemplateId"], "Version": source["Version"]}
    client.update_auto_scaling_group(
        AutoScalingGroupName=name,
        MixedInstancesPolicy={
            "LaunchTemplate": {"LaunchTemplateSpecification": named},
            "InstancesDistribution": shares,
        },
    )


@plants("graviton_type", TEMPLATE, "The newest version starts machines of Intel.")
def other_type(scene: Scene, made: Made) -> None:
    new_launch_template(scene, made, InstanceType="t3.small")


@plants("imdsv2_required", TEMPLATE, "The newest version needs no session token.")
def no_tokens(scene: Scene, made: Made) -> None:
    new_launch_template(scene, made, MetadataOptions={"HttpTokens": "optional"})


@plants("asg_elb_healthcheck", GROUP, "The group asks only whether a machine runs.")
def machine_health(scene: Scene, made: Made) -> None:
    scene.client("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName=made.physical_id, HealthCheckType="EC2"
    )


@plants("spot_warning_rule", "AWS::Events::Rule", "The rule for the warning is switched off.")
def silence_warning(scene: Scene, made: Made) -> None:
    scene.client("events").disable_rule(Name=made.physical_id)


def _leave_volume(scene: Scene, _made: Made) -> None:
    scene.client("ec2").create_volume(
        AvailabilityZone=first_zone(scene), Size=100, VolumeType="gp3"
    )


plants("no_unattached_volumes", account, "A disk of 100 GiB was left behind.")(_leave_volume)
plants("orphans_all_listed", account, "A disk of 100 GiB is used by nobody.")(_leave_volume)
