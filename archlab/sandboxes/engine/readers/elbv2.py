"""Facts of load balancers and of the web firewall before them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.registering import Subjects, reads
from archlab.sandboxes.engine.scene import Scene, pages, subject, taken, unless_absent

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"


@reads("listeners")
def listeners(scene: Scene) -> Subjects:
    elbv2 = scene.client("elbv2")
    for made in scene.of(BALANCER):
        found = pages(elbv2, "describe_listeners", "Listeners", LoadBalancerArn=made.physical_id)
        yield subject(made, listeners=[_listener(one) for one in found])


def _listener(answer: Mapping[str, Any]) -> dict[str, Any]:
    actions = answer.get("DefaultActions", [])
    redirects = [one["RedirectConfig"] for one in actions if one["Type"] == "redirect"]
    return {
        "port": answer["Port"],
        "protocol": answer["Protocol"],
        "actions": [one["Type"] for one in actions],
        "redirects_to": redirects[0].get("Protocol", "") if redirects else "",
        "certificates": len(answer.get("Certificates", [])),
    }


@reads("balancers")
def balancers(scene: Scene) -> Subjects:
    elbv2 = scene.client("elbv2")
    for made in scene.of(BALANCER):
        found = elbv2.describe_load_balancers(LoadBalancerArns=[made.physical_id])
        zones = found["LoadBalancers"][0]["AvailabilityZones"]
        yield subject(made, zones=[one["ZoneName"] for one in zones])


@reads("balancer_attributes")
def balancer_attributes(scene: Scene) -> Subjects:
    elbv2 = scene.client("elbv2")
    for made in scene.of(BALANCER):
        found = elbv2.describe_load_balancer_attributes(LoadBalancerArn=made.physical_id)
        values = _attributes(found)
        key = "idle_timeout.timeout_seconds"
        yield subject(made, **({"idle_s": int(values[key])} if key in values else {}))


@reads("target_groups")
def target_groups(scene: Scene) -> Subjects:
    elbv2 = scene.client("elbv2")
    for made in scene.of(TARGETS):
        found = elbv2.describe_target_groups(TargetGroupArns=[made.physical_id])
        yield subject(
            made,
            **taken(
                found["TargetGroups"][0],
                path="HealthCheckPath",
                interval_s="HealthCheckIntervalSeconds",
                failures="UnhealthyThresholdCount",
            ),
        )


@reads("target_group_attributes")
def target_group_attributes(scene: Scene) -> Subjects:
    elbv2 = scene.client("elbv2")
    for made in scene.of(TARGETS):
        found = elbv2.describe_target_group_attributes(TargetGroupArn=made.physical_id)
        values, key = _attributes(found), "stickiness.enabled"
        yield subject(made, **({"sticky": values[key] == "true"} if key in values else {}))


def _attributes(answer: Mapping[str, Any]) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in answer["Attributes"]}


def _acl_of(scene: Scene, made: Made) -> Mapping[str, Any] | None:
    wafv2 = scene.client("wafv2")
    absent = ("WAFNonexistentItemException",)
    arn = made.physical_id
    found = unless_absent(absent, wafv2.get_web_acl_for_resource, ResourceArn=arn)
    return (found or {}).get("WebACL")


@reads("balancer_acls")
def balancer_acls(scene: Scene) -> Subjects:
    for made in scene.of(BALANCER):
        acl = _acl_of(scene, made)
        yield subject(made, acl=acl["Name"] if acl else None)


@reads("balancer_acl_rules")
def balancer_acl_rules(scene: Scene) -> Subjects:
    wafv2 = scene.client("wafv2")
    for made in scene.of(BALANCER):
        acl = _acl_of(scene, made)
        if acl is None:
            yield subject(made, acl=None, rate_rules=[])
            continue
        named = {"Name": acl["Name"], "Id": acl["Id"], "Scope": "REGIONAL"}
        rules = wafv2.get_web_acl(**named)["WebACL"]["Rules"]
        limits = [one["Name"] for one in rules if "RateBasedStatement" in one["Statement"]]
        yield subject(made, acl=acl["Name"], rate_rules=limits)
