"""The templates of the packs, and a small one that may be launched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import builders

from archlab.domain.architecture import KINDS, Architecture, Component, Link
from archlab.domain.cloudformation import Template, Undeployable, template_of

SLUGS = ("lambda-to-fargate", "spot-mvp", "ec2-to-lambda", "vps-to-aws", "eight-services")


def systems() -> Iterator[tuple[str, Architecture]]:
    for slug in SLUGS:
        for name, system in builders.pack(slug)[0].architectures.items():
            yield f"{slug}/{name}", system


@cache
def fits() -> dict[str, Template]:
    """Every architecture of the packs that has a template."""
    found = {}
    for name, system in systems():
        try:
            found[name] = template_of(system)
        except Undeployable:
            continue
    return found


def types_of(template: Template) -> set[str]:
    return {one["Type"] for one in json.loads(template.text)["Resources"].values()}


def part(kind: str, id_: str, **parameters: object) -> Component:
    return KINDS[kind].model_validate({"kind": kind, "id": id_, **parameters})


def system(*components: Component, links: tuple[Link, ...] = (), region: str = "eu-west-1") -> Any:
    parts = {one.id: one for one in components}
    return Architecture("small", "Small", region, parts, links=links)


def small() -> Architecture:
    """A queue and its topic: cheap, quick, and nothing stands in the way."""
    made: Architecture = system(part("sqs_queue", "jobs"), part("sns_topic", "news"))
    return made


def altered(template: Template, **resources: Any) -> Template:
    """The template with resources replaced or added."""
    body = json.loads(template.text)
    body["Resources"] |= resources
    return Template(body, template.component_of, template.outside)
