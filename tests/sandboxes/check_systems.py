"""Systems that have whatever the checks read, twice over, deployed to the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from archlab.domain.architecture import KINDS, Architecture, Component, Link
from archlab.domain.cloudformation import template_of
from archlab.domain.grading.state_checks import Setting
from archlab.sandboxes.engine.binding import bind
from archlab.sandboxes.engine.clients import Boto
from archlab.sandboxes.engine.contract import Clients, Ledger, Stack
from archlab.sandboxes.engine.document import load
from archlab.sandboxes.engine.executor import Deployment

REGION = "us-east-1"
ACCOUNT = "234567890123"


def part(kind: str, id_: str, **parameters: object) -> Component:
    return KINDS[kind].model_validate({"kind": kind, "id": id_, **parameters})


def system(name: str, parts: Sequence[Component], *links: tuple[str, str]) -> Architecture:
    components = {one.id: one for one in parts}
    joined = tuple(Link(a, b) for a, b in links)
    return Architecture(name, name.title(), REGION, components, links=joined)


def _service(id_: str) -> Component:
    return part(
        "fargate_service",
        id_,
        cpu=256,
        memory_mib=512,
        tasks=2,
        max=4,
        arch="arm64",
        image_tag="commit",
        image_base="alpine",
        secrets_from="store",
        health_interval_s=30,
        zones=2,
    )


def _database(id_: str) -> Component:
    return part(
        "rds_instance",
        id_,
        **{"class": "db.t4g.small"},
        multi_az=True,
        replicas=1,
        max_connections=200,
    )


def platform() -> Architecture:
    """Two services, each with a balancer, a database, a cache, a queue and a registry."""
    parts: list[Component] = []
    links: list[tuple[str, str]] = []
    for n in ("one", "two"):
        parts += [
            _service(f"api-{n}"),
            part("pgbouncer", f"pool-{n}", host=f"api-{n}"),
            part("alb", f"lb-{n}", idle_s=120, sticky=True),
            part("waf_acl", f"waf-{n}", rules=2),
            _database(f"db-{n}"),
            part("elasticache", f"cache-{n}", **{"class": "cache.t4g.micro"}, nodes=2),
            part("sqs_queue", f"queue-{n}", dlq=True),
            part("ecr_repository", f"images-{n}", immutable_tags=True),
        ]
        links += [
            (f"lb-{n}", f"api-{n}"),
            (f"lb-{n}", f"waf-{n}"),
            *((f"api-{n}", f"{kind}-{n}") for kind in ("db", "cache", "queue")),
            (f"images-{n}", f"api-{n}"),
        ]
    parts += [
        part("nat_gateway", "nat", zones=2),
        part("vpc_endpoint", "endpoint"),
        part("flow_logs", "flows"),
        part("alarms", "alarms", count=50),
    ]
    return system("platform", parts, *links)


def serverless() -> Architecture:
    """Two functions, each with an API, a table, a bucket and an edge."""
    parts: list[Component] = [part("xray", "traces"), part("kms_keys", "keys", keys=2)]
    links: list[tuple[str, str]] = []
    for n in ("one", "two"):
        parts += [
            part(
                "lambda_function",
                f"fn-{n}",
                memory_mib=256,
                avg_ms=20,
                arch="arm64",
                reserved_concurrency=10,
            ),
            part("http_api", f"api-{n}"),
            part("dynamodb_table", f"table-{n}", pitr=True),
            part("s3_bucket", f"files-{n}", versioning=True, archive_days=30, upload_max_mib=5),
            part("cloudfront", f"edge-{n}"),
            part("waf_acl", f"waf-{n}"),
        ]
        links += [
            (f"api-{n}", f"fn-{n}"),
            (f"fn-{n}", f"table-{n}"),
            (f"edge-{n}", f"files-{n}"),
            (f"edge-{n}", f"api-{n}"),
            (f"edge-{n}", f"waf-{n}"),
        ]
    return system("serverless", parts, *links)


def machines() -> Architecture:
    """Two groups of spot machines behind an edge, and a disk that nothing uses."""
    parts: list[Component] = [
        part("lambda_function", "fn", memory_mib=128, avg_ms=20),
        part("cloudfront", "edge"),
        part("ebs_volume", "old-one", gib=50),
        part("ebs_volume", "old-two", gib=20),
    ]
    links: list[tuple[str, str]] = []
    for n in ("one", "two"):
        parts.append(
            part(
                "ec2_group",
                f"box-{n}",
                type="t4g.nano",
                max=2,
                desired=1,
                purchase="spot",
                health="elb",
                public_ipv4=True,
                spot_warning=True,
            )
        )
        links += [("edge", f"box-{n}"), (f"box-{n}", "fn")]
    return system("machines", parts, *links)


def quiet() -> Architecture:
    """A network without a way out."""
    return system("quiet", [_service("api"), part("vpc_endpoint", "endpoint")])


SYSTEMS: Mapping[str, Callable[[], Architecture]] = {
    "platform": platform,
    "serverless": serverless,
    "machines": machines,
    "quiet": quiet,
}


@dataclass(frozen=True)
class Deployed:
    """`resources` are the template's."""

    clients: Clients
    ledger: Ledger
    resources: Mapping[str, Any]


def deploy(architecture: Architecture) -> Deployed:
    """Everything of an architecture on the emulator; `mock_aws` must be active."""
    clients = Boto(REGION)
    template = template_of(architecture)
    stack = Stack(f"lab-{architecture.id}", ACCOUNT, REGION)
    document = load(template.text)
    given = {"DomainName": "shop.example", "Run": "test"}
    parameters = {name: given[name] for name in given if name in document.parameters}
    plan = bind(document, stack, parameters)
    deployment = Deployment(plan, clients, template.component_of)
    failed = [event for event in deployment.create() if event.kind == "CREATE_FAILED"]
    assert not failed, failed
    return Deployed(clients, deployment.ledger, json.loads(template.text)["Resources"])


def compiled_wrong(architecture: Architecture, settings: Sequence[Setting]) -> Architecture:
    """The same with parameters of the first component of a kind set."""
    components = dict(architecture.components)
    for one in settings:
        first = next(c for c in components.values() if c.kind_name() == one.kind)
        components[first.id] = first.with_parameters({one.parameter: one.value})
    return replace(architecture, id=f"{architecture.id}-wrong", components=components)
