"""Checks of containers: their tasks, their services and their registry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archlab.domain.grading.state_checks.check import (
    Check,
    Declared,
    Finding,
    Look,
    Setting,
    Subject,
    at_least,
    equals,
    said,
)

KINDS = ("fargate_service",)
TASK_READS = ("ecs:DescribeServices", "ecs:DescribeTaskDefinition")
SERVICE_READS = ("ecs:DescribeServices",)
REGISTRY_READS = ("ecr:DescribeRepositories",)
_SECRET = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL")
_POOLERS = ("pgbouncer", "pgcat", "odyssey")


def tag_of(image: str) -> str:
    """The tag of an image, "latest" where none is written, "" where a digest pins it.

    A colon before the last slash is the port of a registry.
    """
    if "@" in image:
        return ""
    name = image.rsplit("/", 1)[-1]
    return name.partition(":")[2] or "latest"


def _containers(test: Look) -> Look:
    """A judge of one container for each container of the task; the first broken one is named."""

    def look(subject: Subject) -> Finding:
        found = [(one["name"], test(one)) for one in subject["containers"]]
        for name, finding in found:
            if finding.reason:
                return Finding(finding.reason, f"{name}: {finding.actual}")
        if not found:
            return Finding("no_container", "no container")
        return Finding("", ", ".join(f"{name}: {one.actual}" for name, one in found))

    return look


def _pinned(container: Subject) -> Finding:
    image = container["image"]
    return Finding("latest" if tag_of(image) == "latest" else "", image)


def _written_secrets(container: Mapping[str, Any]) -> Iterator[str]:
    return (name for name in container["environment"] if _SECRET.search(name.upper()))


def _secrets(subject: Subject) -> Finding:
    written = [name for one in subject["containers"] for name in _written_secrets(one)]
    stored = [source for one in subject["containers"] for source in one["secrets"]]
    if written:
        return Finding("written", f"in plain text: {', '.join(written)}")
    foreign = [one for one in stored if ":secretsmanager:" not in one]
    if foreign:
        return Finding("elsewhere", f"{len(foreign)} from elsewhere")
    return Finding("" if stored else "no_secret", f"{len(stored)} from Secrets Manager")


def _pooler(subject: Subject) -> Finding:
    names = [one["name"] for one in subject["containers"]]
    images = " ".join(one["image"] for one in subject["containers"])
    right = any(pooler in images for pooler in _POOLERS)
    return Finding("" if right else "no_pooler", said("containers", names))


def _commands(subject: Subject) -> Sequence[tuple[str, str, str]]:
    """(image, what it is built on, health command) of the containers that have one."""
    found = []
    for one in subject["containers"]:
        if command := one["health_command"]:
            found.append((one["image"], one["base"], " ".join(command)))
    return found


def _no_curl(subject: Subject) -> Finding:
    commands = _commands(subject)
    if not commands:
        return Finding("no_command", "no health command")
    for image, base, command in commands:
        if "curl" in command.split() and ("alpine" in image or base == "alpine"):
            return Finding("curl_on_alpine", f"{command} in {image}")
    return Finding("", "; ".join(command for _, _, command in commands))


def _loopback(subject: Subject) -> Finding:
    commands = [command for _, _, command in _commands(subject)]
    said_so = "; ".join(commands) or "no health command"
    if not commands:
        return Finding("no_command", said_so)
    if any("localhost" in command for command in commands):
        return Finding("localhost", said_so)
    return Finding("" if all("127.0.0.1" in one for one in commands) else "elsewhere", said_so)


def _logs_exist(subject: Subject) -> Finding:
    named, there = subject["log_groups"], subject["existing"]
    missing = sorted(set(named) - set(there))
    if not named:
        return Finding("no_group", "no log group")
    if missing:
        return Finding("missing_group", f"missing: {', '.join(missing)}")
    return Finding("", said("log_groups", named))


def _breaker(subject: Subject) -> Finding:
    breaker = {key.lower(): value for key, value in subject["breaker"].items()}
    enable, rollback = bool(breaker.get("enable")), bool(breaker.get("rollback"))
    actual = f"{said('enable', enable)}, {said('rollback', rollback)}"
    return Finding("" if enable and rollback else "no_breaker", actual)


def _tracking(subject: Subject) -> Finding:
    policies = subject["policies"]
    if not policies:
        return Finding("no_policy", "no policy")
    for policy in policies:
        out, in_ = policy["out_s"], policy["in_s"]
        if out is not None and in_ is not None and in_ > out:
            return Finding("", f"out after {out} s, in after {in_} s")
    first = policies[0]
    return Finding("flaps", f"out after {first['out_s']} s, in after {first['in_s']} s")


def _sized(subject: Subject) -> Finding:
    cpu, memory = int(subject["cpu"]), int(subject["memory"])
    right = (cpu, memory) == (subject.limit("cpu"), subject.limit("memory_mib"))
    return Finding("" if right else "other_size", f"{cpu} units with {memory} MiB")


def _keeps_few(subject: Subject) -> Finding:
    kept = subject["kept"]
    if kept is None:
        return Finding("no_rule", "no rule")
    return Finding("" if kept <= subject.limit("images") else "too_many", f"keeps {kept}")


CHECKS = (
    Check(
        id="secrets_from_manager",
        title="Passwords come from Secrets Manager",
        expected="secrets by reference, none in the environment",
        lesson="Whoever may read a task definition reads the environment, and so does an intruder.",
        origin="seed",
        seeds=("003",),
        kinds=KINDS,
        reader="tasks",
        reads=TASK_READS,
        look=_secrets,
        reasons={
            "written": "A secret is written out in the environment of a container.",
            "elsewhere": "A secret comes from elsewhere than Secrets Manager.",
            "no_secret": "The task takes no secret from Secrets Manager.",
        },
    ),
    Check(
        id="pgbouncer_sidecar",
        title="A pooler stands beside the application",
        expected="a container with a pooler",
        lesson="Tasks come and go with their connections; a pool keeps the database's few ones.",
        origin="seed",
        seeds=("004", "003"),
        kinds=KINDS,
        reader="tasks",
        reads=TASK_READS,
        look=_pooler,
        reasons={"no_pooler": "No container of the task is a pooler."},
    ),
    Check(
        id="healthcheck_no_curl",
        title="The health command exists in the image",
        expected="no curl where the image is built on Alpine",
        lesson="Alpine brings wget and no curl: the check fails although the application is fine.",
        origin="seed",
        seeds=("003",),
        kinds=KINDS,
        reader="tasks",
        reads=TASK_READS,
        look=_no_curl,
        reasons={
            "no_command": "No container has a health command.",
            "curl_on_alpine": "The command calls curl, which an Alpine image does not have.",
        },
    ),
    Check(
        id="healthcheck_ipv4_loopback",
        title="The health command asks the address that the server listens on",
        expected="127.0.0.1 in every health command",
        lesson="On Alpine the name localhost may mean IPv6 first, where nothing listens.",
        origin="seed",
        seeds=("003",),
        kinds=KINDS,
        reader="tasks",
        reads=TASK_READS,
        look=_loopback,
        reasons={
            "no_command": "No container has a health command.",
            "localhost": "The command asks for localhost, which may be the IPv6 address.",
            "elsewhere": "The command does not ask the container itself.",
        },
    ),
    Check(
        id="image_tag_not_latest",
        title="Every image has a tag of its own",
        expected="a digest, or a tag other than latest",
        lesson="A rollback needs a name for the version before; latest names another one each day.",
        origin="seed",
        seeds=("003", "004"),
        kinds=KINDS,
        reader="tasks",
        reads=TASK_READS,
        look=_containers(_pinned),
        reasons={
            "latest": "An image is named latest, or has no tag, which means the same.",
            "no_container": "The task has no container.",
        },
    ),
    Check(
        id="task_arm64",
        title="The task runs on Graviton",
        expected="the platform is ARM64",
        lesson="The same work for about a fifth less, if every image is built for both processors.",
        origin="seed",
        seeds=("000", "003"),
        kinds=KINDS,
        reader="tasks",
        reads=TASK_READS,
        look=equals("processor", "ARM64", reason="not_arm"),
        reasons={"not_arm": "The task runs on another processor."},
        declared=Declared(
            "AWS::ECS::TaskDefinition", ("RuntimePlatform", "CpuArchitecture"), "processor"
        ),
    ),
    Check(
        id="task_size",
        title="The task has the size that was computed",
        expected="{cpu} CPU units with {memory_mib} MiB",
        lesson="A task is paid by its size and not by its work; twice the size is twice the price.",
        origin="seed",
        seeds=("000",),
        kinds=KINDS,
        reader="tasks",
        reads=TASK_READS,
        look=_sized,
        limits={"cpu": 256, "memory_mib": 512},
        reasons={"other_size": "The task has another size."},
    ),
    Check(
        id="container_log_group_exists",
        title="The containers write to a log group that exists",
        expected="every configured log group exists",
        lesson="Without its log group a container does not start, and nothing says why.",
        origin="seed",
        seeds=("004",),
        kinds=KINDS,
        reader="task_logs",
        reads=(*TASK_READS, "logs:DescribeLogGroups"),
        look=_logs_exist,
        reasons={
            "no_group": "No container writes to a log group.",
            "missing_group": "A container writes to a log group that does not exist.",
        },
    ),
    Check(
        id="ecs_circuit_breaker",
        title="A failing deployment rolls itself back",
        expected="the circuit breaker is on and rolls back",
        lesson="A version that never becomes healthy is stopped and undone while people sleep.",
        origin="seed",
        seeds=("003",),
        kinds=KINDS,
        reader="service_deployments",
        reads=SERVICE_READS,
        look=_breaker,
        reasons={"no_breaker": "The circuit breaker is off, or it does not roll back."},
        declared=Declared(
            "AWS::ECS::Service",
            ("DeploymentConfiguration", "DeploymentCircuitBreaker"),
            "breaker",
        ),
        compiled=Setting("fargate_service", "circuit_breaker", value=False),
    ),
    Check(
        id="task_no_public_ip",
        title="The tasks have no public address",
        expected="assignPublicIp is DISABLED",
        lesson="Behind a balancer nobody calls a task by an address, so it needs none.",
        origin="adapted",
        seeds=("003",),
        kinds=KINDS,
        reader="services",
        reads=SERVICE_READS,
        look=equals("public_address", "DISABLED", reason="addressed"),
        reasons={"addressed": "The tasks get public addresses."},
        declared=Declared(
            "AWS::ECS::Service",
            ("NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp"),
            "public_address",
        ),
    ),
    Check(
        id="service_min_2_tasks",
        title="The service survives the loss of one task",
        expected="at least {tasks} tasks are wanted",
        lesson="With two tasks a lost one is a slow minute; with one it is an outage.",
        origin="seed",
        seeds=("004",),
        kinds=KINDS,
        reader="services",
        reads=SERVICE_READS,
        look=at_least("desired", "tasks", "too_few"),
        limits={"tasks": 2},
        reasons={"too_few": "Fewer tasks are wanted."},
        declared=Declared("AWS::ECS::Service", ("DesiredCount",), "desired"),
    ),
    Check(
        id="asg_target_tracking_ecs",
        title="The service grows fast and shrinks slowly",
        expected="target tracking with a longer wait before shrinking than before growing",
        lesson="A service that shrinks as fast as it grows starts and stops all day.",
        origin="seed",
        seeds=("003", "004"),
        kinds=KINDS,
        reader="service_scaling",
        reads=("application-autoscaling:DescribeScalingPolicies",),
        look=_tracking,
        reasons={
            "no_policy": "No policy follows a target.",
            "flaps": "The service shrinks as soon as it grows, or sooner.",
        },
        targets=("embedded", "aws"),
    ),
    Check(
        id="ecr_immutable_tags",
        title="A tag of the registry is given once",
        expected="imageTagMutability is IMMUTABLE",
        lesson="If a tag can move, a rollback to it may start something else.",
        origin="adapted",
        seeds=("003",),
        kinds=("ecr_repository",),
        reader="repositories",
        reads=REGISTRY_READS,
        look=equals("mutability", "IMMUTABLE", reason="mutable"),
        reasons={"mutable": "A tag can be moved to another image."},
        declared=Declared("AWS::ECR::Repository", ("ImageTagMutability",), "mutability"),
    ),
    Check(
        id="ecr_scan_on_push",
        title="Every pushed image is scanned",
        expected="scanOnPush is true",
        lesson="A known hole in a base image is found when it arrives, not when it is used.",
        origin="added",
        seeds=(),
        kinds=("ecr_repository",),
        reader="repositories",
        reads=REGISTRY_READS,
        look=equals("scan_on_push", wanted=True, reason="not_scanned"),
        reasons={"not_scanned": "Images are not scanned when they arrive."},
        declared=Declared(
            "AWS::ECR::Repository", ("ImageScanningConfiguration", "ScanOnPush"), "scan_on_push"
        ),
    ),
    Check(
        id="ecr_keeps_max_images",
        title="Old images leave the registry",
        expected="a rule that keeps at most {images} images",
        lesson="Images are paid by the month; without a rule every build is paid for ever.",
        origin="seed",
        seeds=("000",),
        kinds=("ecr_repository",),
        reader="repository_rules",
        reads=("ecr:GetLifecyclePolicy",),
        absent=("LifecyclePolicyNotFoundException",),
        look=_keeps_few,
        limits={"images": 5},
        reasons={
            "no_rule": "No rule removes old images.",
            "too_many": "The rule keeps more images.",
        },
    ),
)
