"""Architecture -> template: the components' own answers, the ground below them, tags on all."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from archlab.domain.architecture import Architecture, Component
from archlab.domain.architecture.deployable import (
    CLUSTER,
    Json,
    NotDeployable,
    Outside,
    Resource,
)
from archlab.domain.cloudformation.ground import network
from archlab.domain.cloudformation.parameters import CONDITIONS, PARAMETERS
from archlab.domain.cloudformation.site import Ground
from archlab.domain.cloudformation.tags import tags_of

LONGEST = 51_200
"""Bytes that CloudFormation takes in one call."""
MOST_RESOURCES = 200
NOTHING = "Nothing in it is deployed by a template."
REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
_NAMES = re.compile(r"\$\{([A-Za-z0-9]+)[}.]")


@dataclass(frozen=True)
class Unfit:
    """A component that keeps its architecture from being deployed, and why."""

    component: str
    reason: str


class Undeployable(ValueError):
    """An architecture that cannot be deployed as a whole; every reason at once."""

    def __init__(self, reasons: tuple[Unfit, ...]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(f"{one.component}: {one.reason}" for one in reasons))


@dataclass(frozen=True)
class Template:
    """The template, and what it was made from.

    `component_of` has the component behind each logical id; the ground belongs to nobody.
    `outside` are the components of others, which the system is deployed without.
    """

    body: Mapping[str, Json]
    component_of: Mapping[str, str]
    outside: tuple[Unfit, ...] = ()

    @cached_property
    def text(self) -> str:
        """The bytes that are downloaded and deployed: one spelling, keys in order."""
        return json.dumps(self.body, sort_keys=True, separators=(",", ":"))

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def compile_template(architecture: Architecture) -> dict[str, Json]:
    """The CloudFormation template of an architecture.

    Raises `Undeployable` with every component that no template can make. Two calls with equal
    architectures give equal templates.
    """
    return dict(template_of(architecture).body)


def template_of(architecture: Architecture) -> Template:
    """The template with what it was made from. Raises `Undeployable`."""
    site = Ground(architecture)
    parts, outside, unfit = _parts(architecture, site)
    if unfit or not parts:
        raise Undeployable(unfit or outside or (Unfit("architecture", NOTHING),))
    resources = {name: resource for name, (_, resource) in parts.items()}
    resources |= _ground(architecture, site)
    body = _body(architecture, resources)
    template = Template(body, {name: owner for name, (owner, _) in parts.items()}, outside)
    _must_fit(template, len(resources))
    return template


def _parts(
    architecture: Architecture, site: Ground
) -> tuple[dict[str, tuple[str, Resource]], tuple[Unfit, ...], tuple[Unfit, ...]]:
    """The resources with their owners, what stands outside, and what cannot be deployed."""
    found: dict[str, tuple[str, Resource]] = {}
    outside: list[Unfit] = []
    unfit: list[Unfit] = []
    if architecture.region not in REGIONS:
        unfit.append(Unfit("region", f"The sandbox deploys to {', '.join(REGIONS)} alone."))
    for component in architecture.components.values():
        try:
            parts = component.resources(site)
        except Outside as reason:
            outside.append(Unfit(component.id, str(reason)))
            continue
        except NotDeployable as reason:
            unfit.append(Unfit(component.id, str(reason)))
            continue
        for part, resource in parts.items():
            name = site.id(component, part)
            if name in found:
                unfit.append(Unfit(component.id, f"Another component makes {name} as well."))
            found[name] = (component.id, resource)
    return found, tuple(outside), tuple(unfit)


def _ground(architecture: Architecture, site: Ground) -> dict[str, Resource]:
    components: list[Component] = list(architecture.components.values())
    needs = {need for component in components for need in component.needs}
    found: dict[str, Resource] = {}
    if "network" in needs:
        found |= network([way for component in components for way in component.exits(site)])
    if "cluster" in needs:
        found[CLUSTER] = Resource(
            "AWS::ECS::Cluster", {"CapacityProviders": ["FARGATE", "FARGATE_SPOT"]}
        )
    return found


def _body(architecture: Architecture, resources: Mapping[str, Resource]) -> dict[str, Json]:
    written: dict[str, Json] = {name: _written(resources[name]) for name in sorted(resources)}
    conditions = {name: CONDITIONS[name] for name in sorted(set(_conditions(written)))}
    names = set(_references(written)) | set(_references(conditions)) | {"Run", "Expires"}
    parameters = {name: PARAMETERS[name] for name in sorted(names) if name in PARAMETERS}
    body: dict[str, Json] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"archlab: {architecture.title}"[:1024],
        "Parameters": parameters,
        "Resources": written,
    }
    return body | ({"Conditions": conditions} if conditions else {})


def _written(resource: Resource) -> dict[str, Json]:
    properties = {name: value for name, value in resource.properties.items() if value is not None}
    properties |= tags_of(resource.type)
    found: dict[str, Json] = {"Type": resource.type}
    if properties:
        found["Properties"] = properties
    if resource.after:
        found["DependsOn"] = list(resource.after)
    if resource.condition:
        found["Condition"] = resource.condition
    if resource.keeps_data:
        found |= {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}
    return found


def _conditions(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "Condition" and isinstance(inner, str):
                yield inner
            if key == "Fn::If" and isinstance(inner, list):
                yield str(inner[0])
            yield from _conditions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _conditions(inner)


def _references(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "Ref" and isinstance(inner, str):
                yield inner
            if key == "Fn::Sub" and isinstance(inner, str):
                yield from _NAMES.findall(inner)
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _must_fit(template: Template, count: int) -> None:
    size = len(template.text.encode())
    if size > LONGEST:
        said = f"The template has {size:,} bytes and CloudFormation takes {LONGEST:,}."
        raise Undeployable((Unfit("template", said),))
    if count > MOST_RESOURCES:
        said = f"{count} resources; the sandbox takes {MOST_RESOURCES}."
        raise Undeployable((Unfit("template", said),))
