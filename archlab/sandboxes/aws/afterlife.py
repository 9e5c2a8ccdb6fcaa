"""Things that AWS still lists although they are gone and cost nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from archlab.sandboxes.aws.calls import AwsFailed, Clients, ask


def is_ghost(clients: Clients, region: str, arn: str) -> bool:
    """Whether a tagged thing is only remembered. Raises AwsFailed."""
    for pattern, (service, is_gone) in _KINDS.items():
        if found := re.search(pattern, arn):
            try:
                return is_gone(clients(service, region), found[1])
            except AwsFailed as failed:
                if failed.is_absence:
                    return True
                raise
    return False


def _key(kms: Any, arn: str) -> bool:
    return bool(ask(kms, "describe_key", KeyId=arn)["KeyMetadata"]["KeyState"] == "PendingDeletion")


def _secret(manager: Any, arn: str) -> bool:
    return "DeletedDate" in ask(manager, "describe_secret", SecretId=arn)


def _task(ecs: Any, arn: str) -> bool:
    found = ask(ecs, "describe_task_definition", taskDefinition=arn)["taskDefinition"]
    return bool(found["status"] != "ACTIVE")


def _cluster(ecs: Any, arn: str) -> bool:
    found = ask(ecs, "describe_clusters", clusters=[arn])["clusters"]
    return all(one["status"] == "INACTIVE" for one in found)


def _gateway(ec2: Any, id_: str) -> bool:
    found = ask(ec2, "describe_nat_gateways", NatGatewayIds=[id_])["NatGateways"]
    return all(one["State"] == "deleted" for one in found)


def _endpoint(ec2: Any, id_: str) -> bool:
    found = ask(ec2, "describe_vpc_endpoints", VpcEndpointIds=[id_])["VpcEndpoints"]
    return all(one["State"] == "deleted" for one in found)


def _instance(ec2: Any, id_: str) -> bool:
    found = ask(ec2, "describe_instances", InstanceIds=[id_])["Reservations"]
    states = [one["State"]["Name"] for group in found for one in group["Instances"]]
    return all(state == "terminated" for state in states)


# What stands in brackets names the thing: an ARN, or the id that EC2 wants
_KINDS: Mapping[str, tuple[str, Callable[[Any, str], bool]]] = {
    r"^(arn:aws:kms:.*:key/.+)": ("kms", _key),
    r"^(arn:aws:secretsmanager:.*)": ("secretsmanager", _secret),
    r"^(arn:aws:ecs:.*:task-definition/.+)": ("ecs", _task),
    r"^(arn:aws:ecs:.*:cluster/.+)": ("ecs", _cluster),
    r"^arn:aws:ec2:.*:natgateway/(.+)": ("ec2", _gateway),
    r"^arn:aws:ec2:.*:vpc-endpoint/(.+)": ("ec2", _endpoint),
    r"^arn:aws:ec2:.*:instance/(.+)": ("ec2", _instance),
}
