"""Systems for tests: the documented one of seed 000 and pieces to vary it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from archlab.domain.architecture import (
    KINDS,
    Architecture,
    Component,
    Context,
    Demand,
    Flow,
    FlowHop,
    Group,
    Link,
    Value,
)
from archlab.domain.architecture.flow import Trigger
from archlab.domain.pricing import DocumentedBill, DocumentedLine

SIX_AN_HOUR = Demand(requests_per_day=Decimal(144), peak_factor=Decimal(1))

EDGE = ("cdn", "to the edge", 5, 25)
EDGE_TO_BALANCER = ("lb", "edge to balancer", 3, 12)
BALANCER = ("lb", "balancer", 2, 8)
HANDLER = ("api", "handler", 5, 20)

Times = tuple[str, str, int, int]

NEEDED: dict[str, dict[str, Value]] = {
    "vps": {"monthly_usd": 12},
    "ec2_instance": {"type": "t4g.small"},
    "fargate_service": {"cpu": 256, "memory_mib": 512},
    "lambda_function": {"memory_mib": 128, "avg_ms": 20},
    "kms_keys": {"keys": 1},
    "ec2_group": {"type": "t4g.small", "max": 4, "desired": 1},
    "rds_instance": {"class": "db.t4g.small"},
    "aurora_serverless": {"min_acu": "0.5", "max_acu": 4, "avg_acu": 1},
    "elasticache": {"class": "cache.t4g.micro"},
    "ebs_volume": {"gib": 30},
    "home_worker": {"watts": 350},
}
"""The parameters that have no default, by kind."""


def part(kind: str, id_: str = "", /, **values: Value | tuple[int, int]) -> Component:
    """A component of a kind; its id is the kind's name unless given."""
    return KINDS[kind].model_validate({"id": id_ or kind, **values})


def flow(*hops: Times, id_: str = "page", trigger: Trigger = "request") -> Flow:
    specs = tuple(FlowHop(at, Decimal(p50), Decimal(p99), label) for at, label, p50, p99 in hops)
    return Flow(id_, "One API call", specs, trigger)


def system(
    *components: Component,
    flows: Sequence[Flow] = (),
    links: Sequence[Link] = (),
    hours: int = 744,
    demand: Demand = SIX_AN_HOUR,
) -> Architecture:
    return Architecture(
        id="test",
        title="A system under test",
        region="us-east-1",
        month_hours=hours,
        demand=demand,
        groups={
            "vpc": Group("vpc", "VPC", "vpc"),
            "zone-a": Group("zone-a", "Zone a", "az", "vpc"),
            "zone-b": Group("zone-b", "Zone b", "az", "vpc"),
            "subnet-a": Group("subnet-a", "Subnet", "subnet", "zone-a"),
        },
        components={component.id: component for component in components},
        links=tuple(links),
        flows={each.id: each for each in flows},
    )


def context(*, hours: int = 744, demand: Demand = SIX_AN_HOUR) -> Context:
    return system(hours=hours, demand=demand).context


def task(**values: Value) -> Component:
    documented: dict[str, Value] = {
        "cpu": 256,
        "memory_mib": 1024,
        "arch": "arm64",
        "health_interval_s": 60,
        "health_timeout_s": 5,
        "health_retries": 3,
    }
    return part("fargate_service", "api", **{**documented, **values})


def documented() -> Architecture:
    """Seed 000 at its end, without its printed bill."""
    return system(
        part("client", "visitor"),
        part("route53_zone", "dns", zones=2, queries=75_000),
        part("cloudfront", "cdn"),
        part("waf_acl", "waf", rules=2),
        part("s3_bucket", "assets", gb="5.65"),
        part("alb", "lb"),
        task(),
        part("vpc_endpoint", "endpoint"),
        part("kms_keys", "keys", keys="11.93"),
        part("ecr_repository", "images", gb="5.6"),
        part("log_group", "logs"),
        part("nat_gateway", "nat", processed_gb="3.78"),
        part("external", "payments", monthly_usd=0),
        links=[
            Link("visitor", "cdn"),
            Link("cdn", "lb"),
            Link("lb", "api"),
            Link("api", "nat"),
            Link("nat", "payments"),
        ],
        flows=[
            flow(EDGE, EDGE_TO_BALANCER, BALANCER, HANDLER),
            flow(
                HANDLER,
                ("nat", "NAT gateway", 1, 3),
                ("payments", "provider", 200, 800),
                id_="payment",
                trigger="job",
            ),
        ],
    )


def printed_bill() -> DocumentedBill:
    line = DocumentedLine("ecs", "Fargate task", Decimal("8.67"), ("api",))
    return DocumentedBill(Decimal("8.67"), (line,))
