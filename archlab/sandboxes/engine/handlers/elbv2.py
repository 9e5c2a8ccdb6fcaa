"""Load balancers with what listens and what is behind it."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, handler, tag_list
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_REDIRECT = "RedirectConfig{Host Path Port Protocol Query StatusCode}"
_FIXED = "FixedResponseConfig{ContentType MessageBody StatusCode}"
_FORWARD = "ForwardConfig{TargetGroups[TargetGroupArn Weight]}"
_ACTION = f"Order TargetGroupArn Type {_REDIRECT} {_FIXED} {_FORWARD}"
_ATTRIBUTES = "Attributes[Key Value]"


def _attributes(properties: Properties, name: str) -> list[dict[str, str]]:
    return [{"Key": o.text("Key"), "Value": o.text("Value")} for o in properties.lists(name)]


def _balancer(context: Context, properties: Properties) -> Created:
    elb = context.client("elbv2")
    made = elb.create_load_balancer(
        Name=properties.text("Name", context.name),
        **properties.pick("Scheme", "SecurityGroups", "Subnets", "Type"),
        **tag_list(properties),
    )["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]
    if attributes := _attributes(properties, "LoadBalancerAttributes"):
        elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes)
    attributes_of = {
        "LoadBalancerArn": arn,
        "DNSName": made["DNSName"],
        "LoadBalancerName": made["LoadBalancerName"],
        "LoadBalancerFullName": arn.split("loadbalancer/", 1)[1],
        "CanonicalHostedZoneID": made["CanonicalHostedZoneId"],
    }
    return Created(arn, attributes_of)


_HEALTH = (
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckPath",
    "HealthCheckPort",
    "HealthCheckProtocol",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
)


def _target_group(context: Context, properties: Properties) -> Created:
    elb = context.client("elbv2")
    more = properties.pick("Port", "Protocol", "TargetType", "VpcId", "Matcher", *_HEALTH)
    made = elb.create_target_group(
        Name=properties.text("Name", context.name), **more, **tag_list(properties)
    )["TargetGroups"][0]
    arn = made["TargetGroupArn"]
    if attributes := _attributes(properties, "TargetGroupAttributes"):
        elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=attributes)
    names = {"TargetGroupArn": arn, "TargetGroupName": made["TargetGroupName"]}
    return Created(arn, {**names, "TargetGroupFullName": arn.rsplit(":", 1)[1]})


def _listener(context: Context, properties: Properties) -> Created:
    more: dict[str, Any] = properties.pick("Certificates", "Protocol", "SslPolicy")
    made = context.client("elbv2").create_listener(
        LoadBalancerArn=properties["LoadBalancerArn"],
        Port=properties.number("Port"),
        DefaultActions=properties["DefaultActions"],
        **more,
    )["Listeners"][0]
    return Created(made["ListenerArn"], {"ListenerArn": made["ListenerArn"]})


def _rule(context: Context, properties: Properties) -> Created:
    made = context.client("elbv2").create_rule(
        ListenerArn=properties["ListenerArn"],
        Priority=properties.number("Priority"),
        Conditions=properties["Conditions"],
        Actions=properties["Actions"],
    )["Rules"][0]
    return Created(made["RuleArn"], {"RuleArn": made["RuleArn"]})


HANDLERS = (
    handler(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        f"LoadBalancer{_ATTRIBUTES} Name Scheme SecurityGroups[] Subnets[] Type {TAGS}",
        _balancer,
        deleted_by("elbv2", "delete_load_balancer", "LoadBalancerArn", "LoadBalancerNotFound"),
        seen_by(
            "elbv2",
            "describe_load_balancers",
            "LoadBalancerArns",
            "LoadBalancers",
            "LoadBalancerNotFound",
        ),
        "LoadBalancerArn DNSName LoadBalancerName LoadBalancerFullName CanonicalHostedZoneID",
    ),
    handler(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        f"Matcher{{HttpCode}} Name Port Protocol TargetGroup{_ATTRIBUTES} TargetType VpcId {TAGS} "
        + " ".join(_HEALTH),
        _target_group,
        deleted_by("elbv2", "delete_target_group", "TargetGroupArn", "TargetGroupNotFound"),
        seen_by(
            "elbv2",
            "describe_target_groups",
            "TargetGroupArns",
            "TargetGroups",
            "TargetGroupNotFound",
        ),
        "TargetGroupArn TargetGroupName TargetGroupFullName",
    ),
    handler(
        "AWS::ElasticLoadBalancingV2::Listener",
        f"Certificates[CertificateArn] DefaultActions[{_ACTION}] LoadBalancerArn Port Protocol"
        " SslPolicy",
        _listener,
        deleted_by("elbv2", "delete_listener", "ListenerArn", "ListenerNotFound"),
        seen_by("elbv2", "describe_listeners", "ListenerArns", "Listeners", "ListenerNotFound"),
        "ListenerArn",
    ),
    handler(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        f"Actions[{_ACTION}] Conditions[Field Values[]] ListenerArn Priority",
        _rule,
        deleted_by("elbv2", "delete_rule", "RuleArn", "RuleNotFound"),
        seen_by("elbv2", "describe_rules", "RuleArns", "Rules", "RuleNotFound"),
        "RuleArn",
    ),
)
