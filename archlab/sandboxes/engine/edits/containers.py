"""Repairs of containers and their registry."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.acts import revise_container, revise_task, update_service
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.edits.editing import Choice, Number, edits
from archlab.sandboxes.engine.faults import containers as mistakes
from archlab.sandboxes.engine.readers.ecs import described
from archlab.sandboxes.engine.scene import Scene

SERVICE = "AWS::ECS::Service"
REGISTRY = "AWS::ECR::Repository"
POOLER = {
    "name": "pgbouncer",
    "image": "public.ecr.aws/bitnami/pgbouncer:1.24.1",
    "essential": True,
}


@edits(
    "take_secret_from_store",
    "Take the password from Secrets Manager",
    SERVICE,
    "secrets_from_manager",
)
def take_secret_from_store(scene: Scene, made: Made) -> None:
    """Nothing stays in the environment; what the store has already is kept."""
    stored = scene.ledger.of("AWS::SecretsManager::Secret")

    def change(container: dict[str, Any]) -> None:
        container["environment"] = []
        if stored and not container.get("secrets"):
            container["secrets"] = [{"name": "DB_PASSWORD", "valueFrom": stored[0].physical_id}]

    revise_container(scene, made, change)


@edits("add_pooler", "Put a pooler beside the application", SERVICE, "pgbouncer_sidecar")
def add_pooler(scene: Scene, made: Made) -> None:
    def change(task: dict[str, Any]) -> None:
        task["containerDefinitions"] = [*task["containerDefinitions"], dict(POOLER)]

    revise_task(scene, made, change)


@edits(
    "change_health_command",
    "Change the health command",
    SERVICE,
    "healthcheck_no_curl",
    "healthcheck_ipv4_loopback",
    parameters=[
        Choice("command", "Command", ("wget -qO-", "curl -fsS"), "wget -qO-"),
        Choice("host", "Address", ("127.0.0.1", "localhost", "[::1]"), "127.0.0.1"),
    ],
)
def change_health_command(scene: Scene, made: Made, command: str, host: str) -> None:
    called = f"{command} http://{host}:8080/health"
    revise_container(scene, made, lambda container: mistakes.ask(container, called))


@edits(
    "change_image_tag",
    "Change the tag of the image",
    SERVICE,
    "image_tag_not_latest",
    parameters=[Choice("tag", "Tag", ("latest", "1.27.3", "3f2a9c1"), "3f2a9c1")],
)
def change_image_tag(scene: Scene, made: Made, tag: str) -> None:
    def change(container: dict[str, Any]) -> None:
        path, slash, name = container["image"].rpartition("/")
        container["image"] = f"{path}{slash}{name.partition(':')[0]}:{tag}"

    revise_container(scene, made, change)


@edits(
    "change_platform",
    "Change the processor of the task",
    SERVICE,
    "task_arm64",
    parameters=[Choice("processor", "Processor", ("ARM64", "X86_64"), "ARM64")],
)
def change_platform(scene: Scene, made: Made, processor: str) -> None:
    platform = {"cpuArchitecture": processor, "operatingSystemFamily": "LINUX"}
    revise_task(scene, made, lambda task: task.update({"runtimePlatform": platform}))


@edits(
    "change_task_size",
    "Change the size of the task",
    SERVICE,
    "task_size",
    parameters=[
        Choice("size", "CPU units and MiB", ("256/512", "512/1024", "1024/2048"), "256/512")
    ],
)
def change_task_size(scene: Scene, made: Made, size: str) -> None:
    cpu, _slash, memory = size.partition("/")
    mistakes.set_size(scene, made, cpu, memory)


@edits(
    "create_log_group",
    "Make the log group of the task",
    SERVICE,
    "container_log_group_exists",
)
def create_log_group(scene: Scene, made: Made) -> None:
    group = scene.helper("AWS::Logs::LogGroup", made).physical_id
    scene.client("logs").create_log_group(logGroupName=group)


@edits("hide_tasks", "Take the public addresses from the tasks", SERVICE, "task_no_public_ip")
def hide_tasks(scene: Scene, made: Made) -> None:
    network = described(scene, made)["networkConfiguration"]
    network["awsvpcConfiguration"]["assignPublicIp"] = "DISABLED"
    update_service(scene, made, networkConfiguration=network)


@edits(
    "want_tasks",
    "Change how many tasks are wanted",
    SERVICE,
    "service_min_2_tasks",
    parameters=[Number("tasks", "Tasks", 0, 10, 2)],
)
def want_tasks(scene: Scene, made: Made, tasks: int) -> None:
    update_service(scene, made, desiredCount=tasks)


@edits(
    "change_cooldowns",
    "Change how fast the service grows and shrinks",
    SERVICE,
    "asg_target_tracking_ecs",
    parameters=[
        Number("out_s", "Seconds before it grows again", 0, 3600, 60),
        Number("in_s", "Seconds before it shrinks again", 0, 3600, 300),
    ],
)
def change_cooldowns(scene: Scene, made: Made, out_s: int, in_s: int) -> None:
    mistakes.set_cooldowns(scene, made, out_s=out_s, in_s=in_s)


@edits("fix_tags", "Let a tag be given once", REGISTRY, "ecr_immutable_tags")
def fix_tags(scene: Scene, made: Made) -> None:
    scene.client("ecr").put_image_tag_mutability(
        repositoryName=made.physical_id, imageTagMutability="IMMUTABLE"
    )


@edits("scan_images", "Scan images when they arrive", REGISTRY, "ecr_scan_on_push")
def scan_images(scene: Scene, made: Made) -> None:
    scene.client("ecr").put_image_scanning_configuration(
        repositoryName=made.physical_id, imageScanningConfiguration={"scanOnPush": True}
    )


@edits(
    "keep_images",
    "Change how many images stay",
    REGISTRY,
    "ecr_keeps_max_images",
    parameters=[Number("images", "Images", 1, 1000, 5)],
)
def keep_images(scene: Scene, made: Made, images: int) -> None:
    mistakes.keep_images(scene, made, images)
