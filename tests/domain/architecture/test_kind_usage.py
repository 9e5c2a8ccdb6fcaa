"""What each kind consumes: the lines that sources forget are here too."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from architecture_builders import SIX_AN_HOUR, context, documented, part, system, task

from archlab.domain.architecture import KINDS, Demand, Value
from archlab.domain.money import cents
from archlab.domain.pricing import PriceBook, Usage, reconcile

BOOK = PriceBook.shipped()
ADDRESS = "AmazonVPC:public-ipv4.in-use.hour"

Row = tuple[str, dict[str, Value], dict[str, str]]

CONSUMED: list[Row] = [
    ("client", {}, {}),
    ("external", {"monthly_usd": "29"}, {"stated:external.monthly_usd": "1"}),
    ("external", {}, {"unpriced:external.monthly_usd": "1"}),
    ("vps", {"monthly_usd": "11.99"}, {"stated:vps.monthly_usd": "1"}),
    (
        "ec2_instance",
        {"type": "t4g.small", "count": 2},
        {"AmazonEC2:ondemand.linux.t4g.small": "1488", "AmazonEBS:gp3": "16", ADDRESS: "1488"},
    ),
    (
        "ec2_instance",
        {"type": "t4g.small", "public_ipv4": False, "root_type": "gp2", "root_gib": 30},
        {"AmazonEC2:ondemand.linux.t4g.small": "744", "AmazonEBS:gp2": "30"},
    ),
    (
        "ec2_instance",
        {"type": "t4g.small", "purchase": "spot", "public_ipv4": False},
        {"AmazonEC2:spot.linux.t4g.small": "744", "AmazonEBS:gp3": "8"},
    ),
    (
        "ec2_instance",
        {"type": "x", "purchase": "spot", "spot_usd_hour": "0.0064", "public_ipv4": False},
        {"stated:ec2_instance.spot_usd_hour": "744", "AmazonEBS:gp3": "8"},
    ),
    (
        "ec2_instance",
        {"type": "t3.medium", "purchase": "reserved_3y", "public_ipv4": False},
        {"AmazonEC2:ri.linux.t3.medium.std.3yr.noupfront": "744", "AmazonEBS:gp3": "8"},
    ),
    (
        "fargate_service",
        {"cpu": 256, "memory_mib": 1024, "arch": "arm64"},
        {"AmazonECS:fargate.arm.vcpu": "186", "AmazonECS:fargate.arm.gb": "744"},
    ),
    (
        "fargate_service",
        {"cpu": 512, "memory_mib": 1024, "tasks": 2, "public_ipv4": True},
        {
            "AmazonECS:fargate.x86.vcpu": "744",
            "AmazonECS:fargate.x86.gb": "1488",
            ADDRESS: "1488",
        },
    ),
    (
        "fargate_service",
        {"cpu": 1024, "memory_mib": 2048, "spot_share": "0.25"},
        {
            "AmazonECS:fargate.x86.vcpu": "558",
            "AmazonECS:fargate.x86.gb": "1116",
            "unpriced:fargate.spot": "186",
        },
    ),
    (
        "fargate_service",
        {"cpu": 256, "memory_mib": 512, "tasks": 0},
        {"AmazonECS:fargate.x86.vcpu": "0", "AmazonECS:fargate.x86.gb": "0"},
    ),
    (
        "lambda_function",
        {"memory_mib": 256, "avg_ms": "24.2", "arch": "arm64"},
        {
            "AWSLambda:request": "4464",
            "AWSLambda:duration.arm64": "27.9",
            "AWSLambda:provisioned-concurrency.arm64": "0",
        },
    ),
    (
        "lambda_function",
        {"memory_mib": 512, "avg_ms": 1000, "calls_per_request": "0.5", "ping_minutes": 5},
        {
            "AWSLambda:request": "11160",
            "AWSLambda:duration.x86": "5580",
            "AWSLambda:provisioned-concurrency.x86": "0",
        },
    ),
    (
        "lambda_function",
        {"memory_mib": 512, "avg_ms": 0, "provisioned": 1},
        {
            "AWSLambda:request": "4464",
            "AWSLambda:provisioned-duration.x86": "0",
            "AWSLambda:provisioned-concurrency.x86": "1339200",
        },
    ),
    ("http_api", {}, {"AmazonApiGateway:http-api": "4464"}),
    ("http_api", {"extra_requests": 36}, {"AmazonApiGateway:http-api": "4500"}),
    (
        "websocket_api",
        {"messages": 7_440_000, "connection_minutes": 44_640_000},
        {
            "AmazonApiGateway:websocket.message": "7440000",
            "AmazonApiGateway:websocket.connection-minute": "44640000",
        },
    ),
    ("alb", {}, {"AWSELB:alb.hour": "744", "AWSELB:alb.lcu": "0", ADDRESS: "1488"}),
    (
        "alb",
        {"lcu": "0.5", "zones": 3, "public_ipv4": False},
        {"AWSELB:alb.hour": "744", "AWSELB:alb.lcu": "372"},
    ),
    (
        "nat_gateway",
        {"zones": 2, "processed_gb": "3.78"},
        {
            "AmazonVPC:nat-gateway.hour": "1488",
            "AmazonVPC:nat-gateway.gb": "3.78",
            ADDRESS: "1488",
        },
    ),
    (
        "nat_instance",
        {"processed_gb": 100},
        {"AmazonEC2:ondemand.linux.t4g.nano": "744", "AmazonEBS:gp3": "8", ADDRESS: "744"},
    ),
    ("public_ipv4", {"count": 3}, {ADDRESS: "2232"}),
    ("vpc_endpoint", {"services": 4, "processed_gb": 9}, {}),
    (
        "vpc_endpoint",
        {"type": "interface", "services": 4, "zones": 2, "processed_gb": 9},
        {"AmazonVPC:interface-endpoint.hour": "5952", "AmazonVPC:interface-endpoint.gb": "9"},
    ),
    ("security_group", {}, {}),
    (
        "s3_bucket",
        {"gb": "5.65", "puts": 10, "gets": 20},
        {
            "AmazonS3:standard": "5.65",
            "AmazonS3:request.put": "10",
            "AmazonS3:request.get": "20",
        },
    ),
    (
        "s3_bucket",
        {"gb": 1, "storage": "glacier_deep"},
        {
            "AmazonS3:glacier-deep": "1",
            "AmazonS3:request.put": "0",
            "AmazonS3:request.get": "0",
        },
    ),
    (
        "cloudfront",
        {"out_gb": 10, "requests": 20},
        {"AmazonCloudFront:data-out.us-eu": "10", "AmazonCloudFront:https-request.us": "20"},
    ),
    ("cloudfront", {"out_gb": 10, "plan": "pro"}, {"CloudFrontPlans:flat-rate.pro": "1"}),
    (
        "route53_zone",
        {"zones": 2, "queries": 75_000},
        {"AmazonRoute53:hosted-zone": "2", "AmazonRoute53:query.standard": "75000"},
    ),
    (
        "waf_acl",
        {"rules": 2, "requests": 5},
        {"awswaf:web-acl": "1", "awswaf:rule": "2", "awswaf:request": "5"},
    ),
    (
        "kms_keys",
        {"keys": "11.93", "requests": 5},
        {"awskms:customer-key": "11.93", "awskms:request.symmetric": "5"},
    ),
    ("ssm_parameters", {"count": 12}, {}),
    ("ssm_parameters", {"count": 12, "advanced": True}, {"unpriced:ssm.advanced": "12"}),
    (
        "secrets",
        {"count": 3, "requests": 5},
        {"AWSSecretsManager:secret": "3", "AWSSecretsManager:api-request": "5"},
    ),
    ("ecr_repository", {"gb": "5.6"}, {"AmazonECR:private-storage": "5.6"}),
    (
        "log_group",
        {"ingest_gb": 2, "stored_gb": 1},
        {"AmazonCloudWatch:logs.ingest.standard": "2", "AmazonCloudWatch:logs.storage": "1"},
    ),
    (
        "alarms",
        {"count": 4, "metrics": 6},
        {"AmazonCloudWatch:alarm.standard": "4", "AmazonCloudWatch:metric": "6"},
    ),
    ("eks_cluster", {"clusters": 2}, {"AmazonEKS:cluster": "1488"}),
]


def used(kind: str, **parameters: Value) -> list[Usage]:
    return part(kind, **parameters).usage(context())


@pytest.mark.parametrize(("kind", "parameters", "expected"), CONSUMED)
def test_a_kind_consumes_in_a_month_of_744_hours(
    kind: str, parameters: dict[str, Value], expected: dict[str, str]
) -> None:
    got = {usage.key: usage.quantity for usage in used(kind, **parameters)}
    assert got == {key: Decimal(quantity) for key, quantity in expected.items()}


def test_every_kind_is_in_the_table() -> None:
    assert {kind for kind, _, _ in CONSUMED} == set(KINDS)


@pytest.mark.parametrize("key", sorted({key for *_, keys in CONSUMED for key in keys}))
def test_every_key_has_a_row_in_the_shipped_prices(key: str) -> None:
    if not key.startswith(("stated:", "unpriced:")):
        assert BOOK.row(key, "us-east-1").key == key


def test_a_stated_figure_is_the_amount_and_documented() -> None:
    (usage,) = used("external", monthly_usd=29)
    assert (usage.stated_usd, usage.quantity_class) == (Decimal(29), "documented")
    rate = used("ec2_instance", type="x", purchase="spot", spot_usd_hour="0.0064")[0]
    assert rate.stated_usd == Decimal("0.0064")


def test_a_service_that_nobody_pays_by_the_month_makes_no_line() -> None:
    assert used("external", monthly_usd=0) == []


def test_what_has_no_price_says_why() -> None:
    assert used("external")[0].reason == "the monthly figure of this service is not stated"
    spot = used("fargate_service", cpu=256, memory_mib=512, spot_share=1)[-1]
    assert spot.reason == "the price book has no Fargate Spot rate"


def test_a_large_answer_fills_several_blocks_of_an_http_api() -> None:
    large = SIX_AN_HOUR.model_copy(update={"response_kib": Decimal(513)})
    (usage,) = part("http_api").usage(context(demand=large))
    assert usage.quantity == 2 * 4464


def test_pings_are_8760_calls_in_730_hours() -> None:
    pinged = part("lambda_function", memory_mib=128, avg_ms=1, ping_minutes=5)
    assert pinged.usage(context(hours=730, demand=Demand()))[0].quantity == 8760


@pytest.mark.parametrize(
    ("parameters", "usd"),
    [
        ({}, "8.67"),
        ({"memory_mib": 512}, "7.35"),
        ({"cpu": 512}, "14.69"),
        ({"arch": "x86_64"}, "10.84"),
    ],
)
def test_the_sizes_of_the_task_cost_what_the_plan_says(
    parameters: dict[str, Value], usd: str
) -> None:
    assert cents(reconcile(system(task(**parameters)), BOOK).total_usd) == Decimal(usd)


@pytest.mark.parametrize(("hours", "usd"), [(744, "37.37"), (730, "36.67")])
def test_the_gateway_with_its_address_follows_the_month(hours: int, usd: str) -> None:
    nat = part("nat_gateway", processed_gb="3.78")
    assert cents(reconcile(system(nat, hours=hours), BOOK).total_usd) == Decimal(usd)


def test_the_parts_of_the_way_out_cost_what_the_record_says() -> None:
    lines = reconcile(documented(), BOOK).lines
    nat = next(line for line in lines if line.components == ("nat",))
    assert [cents(part.usd) for part in nat.parts if part.usd is not None] == [
        Decimal("33.48"),
        Decimal("0.17"),
        Decimal("3.72"),
    ]


def test_one_thousand_sockets_for_a_month_cost_11_16_and_their_messages_7_44() -> None:
    sockets = part("websocket_api", messages=7_440_000, connection_minutes=44_640_000)
    (line,) = reconcile(system(sockets), BOOK).lines
    assert [part.usd for part in line.parts] == [Decimal("7.44"), Decimal("11.16")]


def test_provisioned_concurrency_costs_4_38_in_730_hours() -> None:
    kept = part("lambda_function", memory_mib=512, avg_ms=0, arch="arm64", provisioned=1)
    quiet = replace(system(kept, hours=730), demand=Demand())
    assert cents(reconcile(quiet, BOOK).total_usd) == Decimal("4.38")
