"""What works in an emulator and hangs, fails or does harm in AWS.

From AWS's documentation; none of it has been tried yet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archlab.sandboxes.aws.connection import HOME
from archlab.sandboxes.aws.plan import Objection, Plan

_DIGEST = re.compile(r"public\.ecr\.aws/[a-z0-9._/-]+@sha256:[0-9a-f]{64}")
_MACHINE_IMAGE = re.compile(r'"ami-[0-9a-f]+"')


def _certificate(plan: Plan) -> Iterator[Objection]:
    """A certificate waits until its domain answers for it, and the stack waits with it."""
    for name, _given in plan.of("CertificateManager::Certificate"):
        said = "Leave DomainName empty: name a certificate of yours in CertificateArn, or use HTTP."
        yield Objection(f"Resources/{name}", said)


def _image(plan: Plan) -> Iterator[Objection]:
    """A service whose image is not there never becomes stable, and the stack waits for it."""
    for name, given in plan.of("ECS::Service"):
        if given.get("DesiredCount", 1) == 0:
            continue
        task = given.get("TaskDefinition")
        wanted = task.get("Ref") if isinstance(task, Mapping) else None
        containers = _containers(plan, wanted)
        if not containers or not all(_is_public(one) for one in containers):
            said = "Set its tasks to 0, or take a public image by its digest: nothing was pushed."
            yield Objection(f"Resources/{name}/DesiredCount", said)


def _containers(plan: Plan, task: Any) -> list[Mapping[str, Any]]:
    definitions = dict(plan.of("ECS::TaskDefinition"))
    return list(definitions.get(task, {}).get("ContainerDefinitions", ()))


def _is_public(container: Mapping[str, Any]) -> bool:
    return bool(_DIGEST.fullmatch(str(container.get("Image", ""))))


def _machine_image(plan: Plan) -> Iterator[Objection]:
    """The id of an image differs from region to region and dies with the next one."""
    for name, one in plan.resources.items():
        if _MACHINE_IMAGE.search(json.dumps(one)):
            said = "Name the image by its SSM parameter, not by its id."
            yield Objection(f"Resources/{name}", said)


def _edge(plan: Plan) -> Iterator[Objection]:
    if plan.region == HOME:
        return
    for name, given in plan.of("WAFv2::WebACL"):
        if given.get("Scope") == "CLOUDFRONT":
            said = f"A web ACL for CloudFront exists in {HOME} alone."
            yield Objection(f"Resources/{name}/Scope", said)


def _alarm_topic(plan: Plan) -> Iterator[Objection]:
    """Alarms may not use AWS's own key, so a topic with it swallows every alarm."""
    for name, given in plan.of("SNS::Topic"):
        if "alias/aws/sns" in str(given.get("KmsMasterKeyId", "")):
            said = "Alarms cannot reach a topic under AWS's own key: leave the key out."
            yield Objection(f"Resources/{name}/KmsMasterKeyId", said)


def _zones(plan: Plan) -> Iterator[Objection]:
    for type_, key in (
        ("ElasticLoadBalancingV2::LoadBalancer", "Subnets"),
        ("RDS::DBSubnetGroup", "SubnetIds"),
    ):
        for name, given in plan.of(type_):
            if len(given.get(key, ())) < 2:
                yield Objection(f"Resources/{name}/{key}", "AWS wants subnets in two zones.")


def _mail(plan: Plan) -> Iterator[Objection]:
    """A subscription sends mail to whoever is named."""
    for name, given in plan.of("SNS::Subscription"):
        if given.get("Protocol") != "email":
            continue
        to = given.get("Endpoint")
        address = plan.values.get(str(to.get("Ref"))) if isinstance(to, Mapping) else to
        if not plan.own_email or address != plan.own_email:
            said = "Alarms go to your own verified address and to nobody else."
            yield Objection(f"Resources/{name}/Endpoint", said)


def _egress(plan: Plan) -> Iterator[Objection]:
    """A group without a rule may call everything."""
    for name, given in plan.of("EC2::SecurityGroup"):
        if not given.get("SecurityGroupEgress"):
            yield Objection(f"Resources/{name}", "Say where it may call: without a rule, anywhere.")


HIDDEN: tuple[Callable[[Plan], Iterator[Objection]], ...] = (
    _certificate,
    _image,
    _machine_image,
    _edge,
    _alarm_topic,
    _zones,
    _mail,
    _egress,
)
