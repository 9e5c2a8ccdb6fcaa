"""Registries of images."""

from __future__ import annotations

from archlab.sandboxes.engine.contract import Context, Created, Made, handler, keyed, lower, once
from archlab.sandboxes.engine.handlers.calls import seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GONE = "RepositoryNotFoundException"


def _repository(context: Context, properties: Properties) -> Created:
    ecr = context.client("ecr")
    name = properties.text("RepositoryName", context.name)
    more = lower(properties.pick("ImageScanningConfiguration", "ImageTagMutability"))
    made = ecr.create_repository(
        repositoryName=name, tags=keyed(properties), **(more if isinstance(more, dict) else {})
    )["repository"]
    rules = properties.part("LifecyclePolicy")
    if "LifecyclePolicyText" in rules:
        text = rules.text("LifecyclePolicyText")
        ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=text)
    force = "yes" if properties.flag("EmptyOnDelete") else ""
    attributes = {"Arn": made["repositoryArn"], "RepositoryUri": made["repositoryUri"]}
    return Created(name, attributes, {"force": force})


def _delete(context: Context, made: Made) -> None:
    ecr = context.client("ecr")
    force = bool(made.handle["force"])
    once(lambda: ecr.delete_repository(repositoryName=made.physical_id, force=force), _GONE)


HANDLERS = (
    handler(
        "AWS::ECR::Repository",
        "EmptyOnDelete ImageScanningConfiguration{ScanOnPush} ImageTagMutability"
        f" LifecyclePolicy{{LifecyclePolicyText}} RepositoryName {TAGS}",
        _repository,
        _delete,
        seen_by("ecr", "describe_repositories", "repositoryNames", "repositories", _GONE),
        "Arn RepositoryUri",
    ),
)
