"""What faults and edits have in common: a new revision of something that is changed as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.ecs import cluster_of, current_task
from archlab.sandboxes.engine.scene import Scene

_OF_A_TASK = (
    *("family", "containerDefinitions", "cpu", "memory", "networkMode", "executionRoleArn"),
    *("requiresCompatibilities", "taskRoleArn", "runtimePlatform", "ephemeralStorage"),
)


def revise_task(scene: Scene, made: Made, change: Callable[[dict[str, Any]], None]) -> None:
    """A new revision of a service's task definition, which the service then uses."""
    task = current_task(scene, made)
    wanted = {name: task[name] for name in _OF_A_TASK if task.get(name)}
    change(wanted)
    ecs = scene.client("ecs")
    arn = ecs.register_task_definition(**wanted)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(
        cluster=cluster_of(made.physical_id), service=made.physical_id, taskDefinition=arn
    )


def revise_container(scene: Scene, made: Made, change: Callable[[dict[str, Any]], None]) -> None:
    """The same for the first container, the application itself."""
    revise_task(scene, made, lambda task: change(task["containerDefinitions"][0]))


def update_service(scene: Scene, made: Made, **settings: Any) -> None:
    cluster = cluster_of(made.physical_id)
    scene.client("ecs").update_service(cluster=cluster, service=made.physical_id, **settings)


def update_distribution(scene: Scene, made: Made, change: Callable[[dict[str, Any]], None]) -> None:
    """A distribution is changed by its whole configuration and the mark of the one before."""
    client = scene.client("cloudfront")
    answer = client.get_distribution_config(Id=made.physical_id)
    config = answer["DistributionConfig"]
    change(config)
    client.update_distribution(
        Id=made.physical_id, IfMatch=answer["ETag"], DistributionConfig=config
    )


def modify_database(scene: Scene, made: Made, **settings: Any) -> None:
    scene.client("rds").modify_db_instance(
        DBInstanceIdentifier=made.physical_id, ApplyImmediately=True, **settings
    )


def new_launch_template(scene: Scene, made: Made, **content: Any) -> None:
    """A version with other values; the rest is that of the newest one, written out.

    An emulator forgets what a version only inherits.
    """
    ec2 = scene.client("ec2")
    newest = {"LaunchTemplateId": made.physical_id, "Versions": ["$Latest"]}
    found = ec2.describe_launch_template_versions(**newest)["LaunchTemplateVersions"][0]
    wanted = {**found["LaunchTemplateData"], **content}
    # what is answered here and not taken back
    wanted.get("MetadataOptions", {}).pop("State", None)
    ec2.create_launch_template_version(LaunchTemplateId=made.physical_id, LaunchTemplateData=wanted)


def database_of(scene: Scene, made: Made) -> dict[str, Any]:
    found = scene.client("rds").describe_db_instances(DBInstanceIdentifier=made.physical_id)
    return dict(found["DBInstances"][0])


def group_of_database(scene: Scene, made: Made) -> str:
    return str(database_of(scene, made)["VpcSecurityGroups"][0]["VpcSecurityGroupId"])


def subnets_of_database(scene: Scene, made: Made) -> list[str]:
    group = database_of(scene, made)["DBSubnetGroup"]
    return [str(one["SubnetIdentifier"]) for one in group["Subnets"]]


def listener_of(scene: Scene, balancer: Made, port: int) -> dict[str, Any] | None:
    elbv2 = scene.client("elbv2")
    found = elbv2.describe_listeners(LoadBalancerArn=balancer.physical_id)["Listeners"]
    return next((dict(one) for one in found if one["Port"] == port), None)


def first_zone(scene: Scene) -> str:
    zones = scene.client("ec2").describe_availability_zones()["AvailabilityZones"]
    return str(zones[0]["ZoneName"])


def rule(protocol: str, port: int, range_: str) -> list[dict[str, Any]]:
    """One permission of a security group; protocol -1 has no ports."""
    ports = {} if protocol == "-1" else {"FromPort": port, "ToPort": port}
    return [{"IpProtocol": protocol, "IpRanges": [{"CidrIp": range_}], **ports}]
