"""Mistakes at containers and their registry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from archlab.sandboxes.engine.acts import revise_container, revise_task, update_service
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.faults.planting import plants
from archlab.sandboxes.engine.readers.ecs import BASE, described
from archlab.sandboxes.engine.scene import Scene

SERVICE = "AWS::ECS::Service"
REGISTRY = "AWS::ECR::Repository"


@plants("secrets_from_manager", SERVICE, "A password is written out in the environment.")
def write_secret(scene: Scene, made: Made) -> None:
    def change(container: dict[str, Any]) -> None:
        written = {"name": "DB_PASSWORD", "value": "written here for everybody to read"}
        container["environment"] = [*container.get("environment", []), written]

    revise_container(scene, made, change)


@plants("pgbouncer_sidecar", SERVICE, "The pooler is gone from the task.")
def drop_pooler(scene: Scene, made: Made) -> None:
    def change(task: dict[str, Any]) -> None:
        task["containerDefinitions"] = task["containerDefinitions"][:1]

    revise_task(scene, made, change)


ASKED = "wget -qO- http://127.0.0.1:8080/health"


def asked(container: Mapping[str, Any]) -> tuple[str, str]:
    """The program and the address of a health check, so that one mistake keeps the other."""
    command = (container.get("healthCheck") or {}).get("command") or [ASKED]
    program, _space, url = command[-1].removesuffix(" || exit 1").rpartition(" ")
    return program, url


def ask(container: dict[str, Any], command: str) -> None:
    """The health check of a container by another command; its times stay."""
    check = container.get("healthCheck") or {}
    container["healthCheck"] = {**check, "command": ["CMD-SHELL", f"{command} || exit 1"]}


@plants("healthcheck_no_curl", SERVICE, "The image is Alpine now, and the check calls curl.")
def call_curl(scene: Scene, made: Made) -> None:
    def change(container: dict[str, Any]) -> None:
        container["dockerLabels"] = {**container.get("dockerLabels", {}), BASE: "alpine"}
        ask(container, f"curl -fsS {asked(container)[1]}")

    revise_container(scene, made, change)


@plants("healthcheck_ipv4_loopback", SERVICE, "The check asks for localhost.")
def ask_localhost(scene: Scene, made: Made) -> None:
    def change(container: dict[str, Any]) -> None:
        program, url = asked(container)
        ask(container, f"{program} {url.replace('127.0.0.1', 'localhost')}")

    revise_container(scene, made, change)


@plants("image_tag_not_latest", SERVICE, "The image is named latest.")
def name_latest(scene: Scene, made: Made) -> None:
    def change(container: dict[str, Any]) -> None:
        path, slash, name = container["image"].rpartition("/")
        container["image"] = f"{path}{slash}{name.partition(':')[0].partition('@')[0]}:latest"

    revise_container(scene, made, change)


@plants("task_arm64", SERVICE, "The task names no platform, so it runs on Intel.")
def drop_platform(scene: Scene, made: Made) -> None:
    revise_task(scene, made, lambda task: task.pop("runtimePlatform", None))


@plants("task_size", SERVICE, "The task is four times as large.")
def outgrow(scene: Scene, made: Made) -> None:
    set_size(scene, made, "1024", "2048")


def set_size(scene: Scene, made: Made, cpu: str, memory: str) -> None:
    revise_task(scene, made, lambda task: task.update({"cpu": cpu, "memory": memory}))


@plants("container_log_group_exists", SERVICE, "The log group of the container is gone.")
def delete_log_group(scene: Scene, made: Made) -> None:
    groups = scene.ledger.of("AWS::Logs::LogGroup", made.component)
    scene.client("logs").delete_log_group(logGroupName=groups[0].physical_id)


@plants("task_no_public_ip", SERVICE, "The tasks get public addresses.")
def give_addresses(scene: Scene, made: Made) -> None:
    network = described(scene, made)["networkConfiguration"]
    network["awsvpcConfiguration"]["assignPublicIp"] = "ENABLED"
    update_service(scene, made, networkConfiguration=network)


@plants("service_min_2_tasks", SERVICE, "One task is wanted.")
def one_task(scene: Scene, made: Made) -> None:
    update_service(scene, made, desiredCount=1)


@plants("asg_target_tracking_ecs", SERVICE, "The service shrinks at once.")
def shrink_at_once(scene: Scene, made: Made) -> None:
    set_cooldowns(scene, made, out_s=60, in_s=0)


def set_cooldowns(scene: Scene, made: Made, *, out_s: int, in_s: int) -> None:
    """The first policy of a service with other waits."""
    client = scene.client("application-autoscaling")
    cluster, name = made.physical_id.split("/")[-2:]
    found = client.describe_scaling_policies(
        ServiceNamespace="ecs", ResourceId=f"service/{cluster}/{name}"
    )["ScalingPolicies"][0]
    settings = dict(found["TargetTrackingScalingPolicyConfiguration"])
    kept = ("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension", "PolicyType")
    client.put_scaling_policy(
        **{key: found[key] for key in kept},
        TargetTrackingScalingPolicyConfiguration={
            **settings,
            "ScaleOutCooldown": out_s,
            "ScaleInCooldown": in_s,
        },
    )


@plants("ecr_immutable_tags", REGISTRY, "A tag can be moved.")
def let_tags_move(scene: Scene, made: Made) -> None:
    scene.client("ecr").put_image_tag_mutability(
        repositoryName=made.physical_id, imageTagMutability="MUTABLE"
    )


@plants("ecr_scan_on_push", REGISTRY, "Images are not scanned.")
def stop_scanning(scene: Scene, made: Made) -> None:
    scene.client("ecr").put_image_scanning_configuration(
        repositoryName=made.physical_id, imageScanningConfiguration={"scanOnPush": False}
    )


@plants("ecr_keeps_max_images", REGISTRY, "The rule keeps 500 images.")
def keep_many(scene: Scene, made: Made) -> None:
    keep_images(scene, made, 500)


def keep_images(scene: Scene, made: Made, images: int) -> None:
    """The lifecycle rule of a registry: so many images stay, whatever their tag."""
    chosen = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": images}
    rule = {"rulePriority": 1, "selection": chosen, "action": {"type": "expire"}}
    scene.client("ecr").put_lifecycle_policy(
        repositoryName=made.physical_id, lifecyclePolicyText=json.dumps({"rules": [rule]})
    )
