"""Groups of machines, and services that grow with their load."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, Made, handler, once
from archlab.sandboxes.engine.handlers.calls import seen_by
from archlab.sandboxes.engine.strict import Properties

_TEMPLATE = "LaunchTemplateId LaunchTemplateName Version"
_SPREAD = (
    "InstancesDistribution{OnDemandAllocationStrategy OnDemandBaseCapacity"
    " OnDemandPercentageAboveBaseCapacity SpotAllocationStrategy SpotInstancePools SpotMaxPrice}"
)
_TRACKED = (
    "DisableScaleIn PredefinedMetricSpecification{PredefinedMetricType ResourceLabel}"
    " ScaleInCooldown ScaleOutCooldown TargetValue"
)
_GROUP_TRACKED = (
    "DisableScaleIn PredefinedMetricSpecification{PredefinedMetricType ResourceLabel} TargetValue"
)


def _group(context: Context, properties: Properties) -> Created:
    name = properties.text("AutoScalingGroupName", context.name)
    numbers = ("DesiredCapacity", "HealthCheckGracePeriod", "MaxSize", "MinSize")
    given: dict[str, Any] = {
        **{one: properties.number(one) for one in numbers if one in properties},
        **properties.pick(
            "CapacityRebalance", "HealthCheckType", "LaunchTemplate", "MixedInstancesPolicy"
        ),
    }
    if targets := properties.texts("TargetGroupARNs"):
        given["TargetGroupARNs"] = targets
    if zones := properties.texts("VPCZoneIdentifier"):
        given["VPCZoneIdentifier"] = ",".join(zones)
    tags = [
        {
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
            "Key": tag.text("Key"),
            "Value": tag.text("Value"),
            "PropagateAtLaunch": tag.flag("PropagateAtLaunch"),
        }
        for tag in properties.lists("Tags")
    ]
    context.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name, Tags=tags, **given
    )
    return Created(name)


def _delete_group(context: Context, made: Made) -> None:
    scaling = context.client("autoscaling")
    once(
        lambda: scaling.delete_auto_scaling_group(
            AutoScalingGroupName=made.physical_id, ForceDelete=True
        ),
        "ValidationError",
    )


def _group_policy(context: Context, properties: Properties) -> Created:
    group = properties.text("AutoScalingGroupName")
    name = properties.text("PolicyName", context.name)
    given = ("Cooldown", "EstimatedInstanceWarmup", "PolicyType", "TargetTrackingConfiguration")
    made = context.client("autoscaling").put_scaling_policy(
        AutoScalingGroupName=group,
        PolicyName=name,
        **properties.pick("AdjustmentType", "ScalingAdjustment", *given),
    )
    handle = {"AutoScalingGroupName": group, "PolicyName": name}
    # the emulator gives no ARN here, and nothing refers to it
    return Created(made.get("PolicyARN", name), {"PolicyName": name}, handle)


def _delete_group_policy(context: Context, made: Made) -> None:
    scaling = context.client("autoscaling")
    once(lambda: scaling.delete_policy(**made.handle), "ValidationError")


def _group_policy_exists(context: Context, made: Made) -> bool:
    found = context.client("autoscaling").describe_policies(
        AutoScalingGroupName=made.handle["AutoScalingGroupName"],
        PolicyNames=[made.handle["PolicyName"]],
    )
    return bool(found["ScalingPolicies"])


_SCALABLE = ("ServiceNamespace", "ResourceId", "ScalableDimension")


def _target(context: Context, properties: Properties) -> Created:
    handle = {name: properties.text(name) for name in _SCALABLE}
    context.client("application-autoscaling").register_scalable_target(
        MinCapacity=properties.number("MinCapacity"),
        MaxCapacity=properties.number("MaxCapacity"),
        **properties.pick("RoleARN"),
        **handle,
    )
    # CloudFormation's own form of the id, which policies refer to
    id_ = "|".join(handle[name] for name in ("ResourceId", "ScalableDimension", "ServiceNamespace"))
    return Created(id_, handle=handle)


_GONE = ("ObjectNotFoundException", "ValidationException")


def _delete_target(context: Context, made: Made) -> None:
    scaling = context.client("application-autoscaling")
    once(lambda: scaling.deregister_scalable_target(**made.handle), *_GONE)


def _target_exists(context: Context, made: Made) -> bool:
    found = context.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace=made.handle["ServiceNamespace"],
        ResourceIds=[made.handle["ResourceId"]],
        ScalableDimension=made.handle["ScalableDimension"],
    )
    return bool(found["ScalableTargets"])


def _policy(context: Context, properties: Properties) -> Created:
    name = properties.text("PolicyName", context.name)
    if "ScalingTargetId" in properties:
        resource, dimension, namespace = properties.text("ScalingTargetId").split("|")
        target = dict(zip(_SCALABLE, (namespace, resource, dimension), strict=True))
    else:
        target = {key: properties.text(key) for key in _SCALABLE}
    handle = {"PolicyName": name, **target}
    made = context.client("application-autoscaling").put_scaling_policy(
        **handle, **properties.pick("PolicyType", "TargetTrackingScalingPolicyConfiguration")
    )
    return Created(made["PolicyARN"], handle=handle)


def _delete_policy(context: Context, made: Made) -> None:
    scaling = context.client("application-autoscaling")
    once(lambda: scaling.delete_scaling_policy(**made.handle), *_GONE)


def _policy_exists(context: Context, made: Made) -> bool:
    found = context.client("application-autoscaling").describe_scaling_policies(
        PolicyNames=[made.handle["PolicyName"]],
        **{name: made.handle[name] for name in _SCALABLE},
    )
    return bool(found["ScalingPolicies"])


HANDLERS = (
    handler(
        "AWS::AutoScaling::AutoScalingGroup",
        "AutoScalingGroupName CapacityRebalance DesiredCapacity HealthCheckGracePeriod"
        f" HealthCheckType LaunchTemplate{{{_TEMPLATE}}} MaxSize MinSize"
        f" MixedInstancesPolicy{{{_SPREAD} LaunchTemplate{{"
        f"LaunchTemplateSpecification{{{_TEMPLATE}}} Overrides[InstanceType WeightedCapacity]}}}}"
        " Tags[Key Value PropagateAtLaunch] TargetGroupARNs[] VPCZoneIdentifier[]",
        _group,
        _delete_group,
        seen_by(
            "autoscaling",
            "describe_auto_scaling_groups",
            "AutoScalingGroupNames",
            "AutoScalingGroups",
        ),
    ),
    handler(
        "AWS::AutoScaling::ScalingPolicy",
        "AdjustmentType AutoScalingGroupName Cooldown EstimatedInstanceWarmup PolicyName"
        f" PolicyType ScalingAdjustment TargetTrackingConfiguration{{{_GROUP_TRACKED}}}",
        _group_policy,
        _delete_group_policy,
        _group_policy_exists,
        "PolicyName",
    ),
    handler(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "MaxCapacity MinCapacity ResourceId RoleARN ScalableDimension ServiceNamespace",
        _target,
        _delete_target,
        _target_exists,
    ),
    handler(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "PolicyName PolicyType ResourceId ScalableDimension ScalingTargetId ServiceNamespace"
        f" TargetTrackingScalingPolicyConfiguration{{{_TRACKED}}}",
        _policy,
        _delete_policy,
        _policy_exists,
    ),
)
