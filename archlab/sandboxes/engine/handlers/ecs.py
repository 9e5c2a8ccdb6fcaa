"""Containers: clusters, task definitions and services."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, Made, handler, keyed, lower, once
from archlab.sandboxes.engine.handlers.calls import seen_by, state_is_not
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties
from archlab.sandboxes.engine.values import Value

_STRATEGY = "CapacityProviderStrategy[Base CapacityProvider Weight]"
_CONTAINER = (
    "Command[] Cpu DependsOn[Condition ContainerName] EntryPoint[] Environment[Name Value]"
    " DockerLabels* Essential HealthCheck{Command[] Interval Retries StartPeriod Timeout} Image"
    " LogConfiguration{LogDriver Options*} Memory MemoryReservation Name"
    " PortMappings[ContainerPort HostPort Protocol] ReadonlyRootFilesystem"
    " Secrets[Name ValueFrom] StartTimeout StopTimeout Ulimits[HardLimit Name SoftLimit] User"
)


def _tags(properties: Properties) -> list[dict[str, str]]:
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in keyed(properties)]


def _lowered(properties: Properties, *names: str) -> dict[str, Any]:
    lowered = lower(properties.pick(*names))
    return lowered if isinstance(lowered, dict) else {}


def _cluster(context: Context, properties: Properties) -> Created:
    names = ("CapacityProviders", "DefaultCapacityProviderStrategy")
    made = context.client("ecs").create_cluster(
        clusterName=properties.text("ClusterName", context.name),
        tags=_tags(properties),
        **_lowered(properties, "ClusterSettings", *names),
    )["cluster"]
    return Created(made["clusterName"], {"Arn": made["clusterArn"]}, {"arn": made["clusterArn"]})


def _delete_cluster(context: Context, made: Made) -> None:
    ecs = context.client("ecs")
    once(lambda: ecs.delete_cluster(cluster=made.physical_id), "ClusterNotFoundException")


def _container(properties: Properties) -> Value:
    """One container; the keys below `Options` are the log driver's and stay as they are."""
    names = {name for name in _CONTAINER_NAMES if name in properties}
    found: dict[str, Value] = {
        key: value for name in sorted(names) for key, value in _lowered(properties, name).items()
    }
    if "LogConfiguration" in properties:
        logs = properties.part("LogConfiguration")
        found["logConfiguration"] = {
            "logDriver": logs.text("LogDriver"),
            "options": logs.get("Options") or {},
        }
    return found


_CONTAINER_NAMES = (
    "Command",
    "Cpu",
    "DependsOn",
    "DockerLabels",
    "EntryPoint",
    "Environment",
    "Essential",
    "HealthCheck",
    "Image",
    "Memory",
    "MemoryReservation",
    "Name",
    "PortMappings",
    "ReadonlyRootFilesystem",
    "Secrets",
    "StartTimeout",
    "StopTimeout",
    "Ulimits",
    "User",
)


def _task(context: Context, properties: Properties) -> Created:
    names = ("Cpu", "Memory", "NetworkMode", "RequiresCompatibilities", "RuntimePlatform")
    more = _lowered(properties, "ExecutionRoleArn", "TaskRoleArn", "EphemeralStorage", *names)
    made = context.client("ecs").register_task_definition(
        family=properties.text("Family", context.name),
        containerDefinitions=[_container(one) for one in properties.lists("ContainerDefinitions")],
        tags=_tags(properties),
        **more,
    )["taskDefinition"]
    arn = made["taskDefinitionArn"]
    return Created(arn, {"TaskDefinitionArn": arn})


def _delete_task(context: Context, made: Made) -> None:
    context.client("ecs").deregister_task_definition(taskDefinition=made.physical_id)


def _service(context: Context, properties: Properties) -> Created:
    names = ("CapacityProviderStrategy", "Cluster", "LaunchType", "LoadBalancers")
    more = ("NetworkConfiguration", "PlatformVersion", "SchedulingStrategy", "TaskDefinition")
    settings = ("DeploymentConfiguration", "EnableExecuteCommand", "PropagateTags")
    numbers = ("DesiredCount", "HealthCheckGracePeriodSeconds")
    made = context.client("ecs").create_service(
        serviceName=properties.text("ServiceName", context.name),
        tags=_tags(properties),
        **_lowered(properties, *names, *more, *settings, *numbers),
    )["service"]
    handle = {"cluster": properties.text("Cluster"), "service": made["serviceName"]}
    return Created(made["serviceArn"], {"Name": made["serviceName"]}, handle)


_NO_SERVICE = ("ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException")


def _delete_service(context: Context, made: Made) -> None:
    ecs = context.client("ecs")
    once(lambda: ecs.delete_service(**made.handle, force=True), *_NO_SERVICE)


def _service_exists(context: Context, made: Made) -> bool:
    found = context.client("ecs").describe_services(
        cluster=made.handle["cluster"], services=[made.handle["service"]]
    )
    return any(one["status"] not in ("INACTIVE", "DRAINING") for one in found["services"])


HANDLERS = (
    handler(
        "AWS::ECS::Cluster",
        f"CapacityProviders[] ClusterName ClusterSettings[Name Value]"
        f" DefaultCapacityProviderStrategy[Base CapacityProvider Weight] {TAGS}",
        _cluster,
        _delete_cluster,
        seen_by(
            "ecs",
            "describe_clusters",
            "clusters",
            "clusters",
            lives=state_is_not("status", "INACTIVE"),
        ),
        "Arn",
    ),
    handler(
        "AWS::ECS::TaskDefinition",
        f"ContainerDefinitions[{_CONTAINER}] Cpu EphemeralStorage{{SizeInGiB}} ExecutionRoleArn"
        " Family Memory NetworkMode RequiresCompatibilities[]"
        f" RuntimePlatform{{CpuArchitecture OperatingSystemFamily}} TaskRoleArn {TAGS}",
        _task,
        _delete_task,
        seen_by(
            "ecs",
            "describe_task_definition",
            "taskDefinition",
            "taskDefinition",
            "ClientException",
            one=True,
            lives=state_is_not("status", "INACTIVE", "DELETE_IN_PROGRESS"),
        ),
        "TaskDefinitionArn",
    ),
    handler(
        "AWS::ECS::Service",
        f"{_STRATEGY} Cluster DeploymentConfiguration~{{DeploymentCircuitBreaker{{Enable"
        " Rollback} MaximumPercent MinimumHealthyPercent} DesiredCount EnableExecuteCommand"
        " HealthCheckGracePeriodSeconds~ LaunchType"
        " LoadBalancers[ContainerName ContainerPort TargetGroupArn]"
        " NetworkConfiguration{AwsvpcConfiguration{AssignPublicIp SecurityGroups[] Subnets[]}}"
        f" PlatformVersion PropagateTags SchedulingStrategy ServiceName TaskDefinition {TAGS}",
        _service,
        _delete_service,
        _service_exists,
        "Name",
    ),
)
