"""Facts of containers: services, their current task definitions, their registries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.registering import Subjects, reads
from archlab.sandboxes.engine.scene import Scene, pages, subject, taken, unless_absent

BASE = "org.opencontainers.image.base.name"
"""The standard label that names what an image is built on."""


def cluster_of(service_arn: str) -> str:
    """`arn:...:service/CLUSTER/NAME` -> CLUSTER."""
    return service_arn.split("/")[-2]


def service_name(service_arn: str) -> str:
    return service_arn.split("/")[-1]


def described(scene: Scene, made: Made) -> Mapping[str, Any]:
    """A service of the ledger as it stands now."""
    arn = made.physical_id
    found = scene.client("ecs").describe_services(cluster=cluster_of(arn), services=[arn])
    return dict(found["services"][0])


def current_task(scene: Scene, made: Made) -> Mapping[str, Any]:
    """The task definition that a service uses now, not the one that the template made."""
    name = described(scene, made)["taskDefinition"]
    found = scene.client("ecs").describe_task_definition(taskDefinition=name)
    return dict(found["taskDefinition"])


@reads("services")
def services(scene: Scene) -> Subjects:
    for made in scene.of("AWS::ECS::Service"):
        answer = described(scene, made)
        network = answer.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
        yield subject(
            made,
            **taken(answer, desired="desiredCount"),
            **taken(network, public_address="assignPublicIp"),
        )


@reads("service_deployments")
def service_deployments(scene: Scene) -> Subjects:
    for made in scene.of("AWS::ECS::Service"):
        deployment = described(scene, made).get("deploymentConfiguration", {})
        yield subject(made, **taken(deployment, breaker="deploymentCircuitBreaker"))


@reads("service_scaling")
def service_scaling(scene: Scene) -> Subjects:
    scaling = scene.client("application-autoscaling")
    for made in scene.of("AWS::ECS::Service"):
        arn = made.physical_id
        target = f"service/{cluster_of(arn)}/{service_name(arn)}"
        found = pages(
            scaling,
            "describe_scaling_policies",
            "ScalingPolicies",
            ServiceNamespace="ecs",
            ResourceId=target,
        )
        tracked = [one for one in found if one["PolicyType"] == "TargetTrackingScaling"]
        yield subject(made, policies=[_cooldowns(one) for one in tracked])


def _cooldowns(policy: Mapping[str, Any]) -> dict[str, Any]:
    """Seconds; None where the policy leaves it to the default, which is the same for both."""
    settings = policy["TargetTrackingScalingPolicyConfiguration"]
    return {"out_s": settings.get("ScaleOutCooldown"), "in_s": settings.get("ScaleInCooldown")}


@reads("tasks")
def tasks(scene: Scene) -> Subjects:
    for made in scene.of("AWS::ECS::Service"):
        task = current_task(scene, made)
        platform = task.get("runtimePlatform") or {}
        yield subject(
            made,
            containers=[_container(one) for one in task["containerDefinitions"]],
            # a task without a platform runs on X86_64
            processor=platform.get("cpuArchitecture", "X86_64"),
            **taken(task, cpu="cpu", memory="memory"),
        )


def _container(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Names of variables only: their values may be secrets."""
    return {
        "name": answer["name"],
        "image": answer["image"],
        "base": answer.get("dockerLabels", {}).get(BASE, ""),
        "environment": [one["name"] for one in answer.get("environment", [])],
        "secrets": [one["valueFrom"] for one in answer.get("secrets", [])],
        "health_command": list((answer.get("healthCheck") or {}).get("command", [])),
    }


@reads("task_logs")
def task_logs(scene: Scene) -> Subjects:
    logs = scene.client("logs")
    for made in scene.of("AWS::ECS::Service"):
        named = sorted(set(_log_groups(current_task(scene, made))))
        yield subject(made, log_groups=named, existing=[one for one in named if _exists(logs, one)])


def _log_groups(task: Mapping[str, Any]) -> Iterator[str]:
    for container in task["containerDefinitions"]:
        options = (container.get("logConfiguration") or {}).get("options", {})
        if "awslogs-group" in options:
            yield str(options["awslogs-group"])


def _exists(logs: Any, name: str) -> bool:
    found = pages(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    return any(one["logGroupName"] == name for one in found)


@reads("repositories")
def repositories(scene: Scene) -> Subjects:
    for made in scene.of("AWS::ECR::Repository"):
        found = scene.client("ecr").describe_repositories(repositoryNames=[made.physical_id])
        answer = found["repositories"][0]
        yield subject(
            made,
            **taken(answer, mutability="imageTagMutability"),
            **taken(answer.get("imageScanningConfiguration", {}), scan_on_push="scanOnPush"),
        )


@reads("repository_rules")
def repository_rules(scene: Scene) -> Subjects:
    ecr = scene.client("ecr")
    for made in scene.of("AWS::ECR::Repository"):
        absent = ("LifecyclePolicyNotFoundException",)
        found = unless_absent(absent, ecr.get_lifecycle_policy, repositoryName=made.physical_id)
        yield subject(made, kept=_kept(found["lifecyclePolicyText"]) if found else None)


def _kept(text: str) -> int | None:
    """How many images of any tag the rules of a policy leave."""
    counts = [
        int(rule["selection"]["countNumber"])
        for rule in json.loads(text)["rules"]
        if rule["selection"]["countType"] == "imageCountMoreThan"
        and rule["selection"]["tagStatus"] == "any"
    ]
    return min(counts, default=None)
