"""What each kind consumes: the lines that sources forget are here too."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from architecture_builders import SIX_AN_HOUR, context, documented, part, system, task

from archlab.domain.architecture import KINDS, Component, Demand, Value
from archlab.domain.architecture.kinds.support_plan import DEVELOPER_MINIMUM_USD
from archlab.domain.money import cents
from archlab.domain.pricing import Allowances, Bill, PriceBook, Status, Usage, reconcile

BOOK = PriceBook.shipped()
ADDRESS = "AmazonVPC:public-ipv4.in-use.hour"
TIDB_UNITS = "TiDBCloud:starter.ru"

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
        {"ingest_gb": 2},
        {"AmazonCloudWatch:logs.ingest.standard": "2", "AmazonCloudWatch:logs.storage": "0"},
    ),
    (
        "log_group",
        {"ingest_gb": 2, "stored_gb": 1, "scanned_gb": 3},
        {
            "AmazonCloudWatch:logs.ingest.standard": "2",
            "AmazonCloudWatch:logs.storage": "1",
            "AmazonCloudWatch:logs.insights": "3",
        },
    ),
    (
        "alarms",
        {"count": 4, "metrics": 6},
        {"AmazonCloudWatch:alarm.standard": "4", "AmazonCloudWatch:metric": "6"},
    ),
    ("eks_cluster", {"clusters": 2}, {"AmazonEKS:cluster": "1488"}),
    ("eks_cluster", {"clusters": 2, "usd_hour": "0.10"}, {"stated:eks_cluster.usd_hour": "1488"}),
    ("process", {"cpu_ms": 5, "workers": 4}, {}),
    ("pgbouncer", {"pool_size": 50}, {}),
    ("vector_db", {"monthly_usd": 12}, {"stated:vector_db.monthly_usd": "1"}),
    ("vector_db", {}, {"unpriced:vector_db.monthly_usd": "1"}),
    (
        "ec2_instance",
        {"type": "t3.medium", "public_ipv4": False, "surplus_vcpu_hours": 1168},
        {
            "AmazonEC2:ondemand.linux.t3.medium": "744",
            "AmazonEBS:gp3": "8",
            "AmazonEC2:cpu-credits.t3": "1168",
        },
    ),
    (
        "ec2_instance",
        {"type": "t4g.small", "off_hours_week": 84},
        {"AmazonEC2:ondemand.linux.t4g.small": "372", "AmazonEBS:gp3": "8", ADDRESS: "372"},
    ),
    (
        "ec2_instance",
        {
            "type": "t3.medium",
            "purchase": "reserved_1y",
            "off_hours_week": 84,
            "public_ipv4": False,
        },
        {"AmazonEC2:ri.linux.t3.medium.std.1yr.noupfront": "744", "AmazonEBS:gp3": "8"},
    ),
    (
        "ec2_group",
        {"type": "t4g.small", "max": 4, "desired": 2, "public_ipv4": True, "root_gib": 30},
        {"AmazonEC2:ondemand.linux.t4g.small": "1488", "AmazonEBS:gp3": "60", ADDRESS: "1488"},
    ),
    (
        "ec2_group",
        {"type": "t4g.small", "max": 4, "desired": 4, "purchase": "mixed", "spot_share": "0.75"},
        {
            "AmazonEC2:ondemand.linux.t4g.small": "744",
            "AmazonEC2:spot.linux.t4g.small": "2232",
            "AmazonEBS:gp3": "32",
        },
    ),
    (
        "ec2_group",
        {"type": "x", "max": 1, "desired": 1, "purchase": "spot", "spot_usd_hour": "0.00808"},
        {"stated:ec2_group.spot_usd_hour": "744", "AmazonEBS:gp3": "8"},
    ),
    (
        "ec2_group",
        {"type": "t4g.small", "max": 1, "desired": 1, "spot_share": 1, "off_hours_week": 84},
        {"AmazonEC2:ondemand.linux.t4g.small": "372", "AmazonEBS:gp3": "8"},
    ),
    (
        "fargate_service",
        {"cpu": 1024, "memory_mib": 2048, "ephemeral_gib": 50, "off_hours_week": 84},
        {
            "AmazonECS:fargate.x86.vcpu": "372",
            "AmazonECS:fargate.x86.gb": "744",
            "AmazonECS:fargate.ephemeral-storage": "11160",
        },
    ),
    (
        "fargate_service",
        {"cpu": 1024, "memory_mib": 2048, "spot_share": "0.5", "spot_saving": "0.6"},
        {"AmazonECS:fargate.x86.vcpu": "520.8", "AmazonECS:fargate.x86.gb": "1041.6"},
    ),
    (
        "fargate_service",
        {"cpu": 512, "memory_mib": 1024, "tasks": 2, "average_tasks": "2.4"},
        {"AmazonECS:fargate.x86.vcpu": "892.8", "AmazonECS:fargate.x86.gb": "1785.6"},
    ),
    (
        "app_runner",
        {"instances": 2, "active_share": "0.25"},
        {"AWSAppRunner:vcpu": "372", "AWSAppRunner:gb": "2976"},
    ),
    (
        "home_worker",
        {"watts": 350, "hours_day": 4, "usd_kwh": "0.15"},
        {"stated:home_worker.usd_kwh": "43.4"},
    ),
    ("home_worker", {"watts": 100}, {"unpriced:home_worker.usd_kwh": "74.4"}),
    ("rest_api", {}, {"AmazonApiGateway:rest-api": "4464"}),
    (
        "rest_api",
        {"cache_gb": "0.5"},
        {"AmazonApiGateway:rest-api": "4464", "AmazonApiGateway:rest-cache.0-5gb": "744"},
    ),
    ("nlb", {"nlcu": 2}, {"AWSELB:nlb.hour": "744", "AWSELB:nlb.nlcu": "1488"}),
    (
        "nlb",
        {"zones": 3, "public_ipv4": True},
        {"AWSELB:nlb.hour": "744", "AWSELB:nlb.nlcu": "0", ADDRESS: "2232"},
    ),
    (
        "rds_instance",
        {"class": "db.r6g.large"},
        {
            "AmazonRDS:ondemand.postgres.db.r6g.large": "744",
            "AmazonRDS:storage.gp3.single-az": "20",
            "AmazonRDS:storage.backup": "0",
        },
    ),
    (
        "rds_instance",
        {"class": "db.r6g.large", "multi_az": True, "storage_gib": 500, "replicas": 2},
        {
            "AmazonRDS:ondemand.postgres.db.r6g.large.multi-az": "744",
            "AmazonRDS:storage.gp3.multi-az": "500",
            "AmazonRDS:ondemand.postgres.db.r6g.large": "1488",
            "AmazonRDS:storage.gp3.single-az": "1000",
            "AmazonRDS:storage.backup": "0",
        },
    ),
    (
        "rds_instance",
        {"class": "db.r6g.large", "replicas": 1, "commitment_share": "0.35", "backup_gb": 40},
        {
            "AmazonRDS:ondemand.postgres.db.r6g.large": "967.2",
            "AmazonRDS:storage.gp3.single-az": "40",
            "AmazonRDS:storage.backup": "40",
        },
    ),
    (
        "rds_instance",
        {
            "engine": "mysql",
            "class": "db.t3.large",
            "multi_az": True,
            "reserved": "1yr",
            "storage_type": "gp2",
            "off_hours_week": 60,
        },
        {
            "AmazonRDS:ri.mysql.db.t3.large.multi-az.1yr.noupfront": "744",
            "AmazonRDS:storage.gp2.multi-az": "20",
            "AmazonRDS:storage.backup": "0",
        },
    ),
    (
        "rds_instance",
        {"class": "db.t4g.small", "replicas": 1, "storage_usd_gb": 0},
        {
            "AmazonRDS:ondemand.postgres.db.t4g.small": "1488",
            "stated:rds_instance.storage_usd_gb": "40",
            "AmazonRDS:storage.backup": "0",
        },
    ),
    (
        "rds_instance",
        {"class": "db.t4g.small", "off_hours_week": 84},
        {
            "AmazonRDS:ondemand.postgres.db.t4g.small": "372",
            "AmazonRDS:storage.gp3.single-az": "20",
            "AmazonRDS:storage.backup": "0",
        },
    ),
    (
        "aurora_serverless",
        {"min_acu": "0.5", "max_acu": 8, "avg_acu": "0.75", "instances": 2, "io_requests": 9},
        {
            "AmazonRDS:aurora-serverless-v2.acu": "1116",
            "AmazonRDS:aurora.storage": "10",
            "AmazonRDS:aurora.io": "9",
        },
    ),
    ("rds_proxy", {"vcpu": 4}, {"AmazonRDS:rds-proxy.vcpu": "2976"}),
    (
        "dynamodb_table",
        {"rru_per_request": 1, "wru_per_request": "0.25", "storage_gb": 3, "pitr": True},
        {
            "AmazonDynamoDB:ondemand.rru": "4464",
            "AmazonDynamoDB:ondemand.wru": "1116",
            "AmazonDynamoDB:storage": "3",
            "AmazonDynamoDB:pitr": "3",
        },
    ),
    (
        "dynamodb_table",
        {"mode": "provisioned", "rru_per_request": 1, "wcu": 5},
        {
            "AmazonDynamoDB:provisioned.rcu": "744",
            "AmazonDynamoDB:provisioned.wcu": "3720",
            "AmazonDynamoDB:storage": "0",
        },
    ),
    (
        "elasticache",
        {"class": "cache.r6g.large", "nodes": 2},
        {"AmazonElastiCache:ondemand.redis.cache.r6g.large": "1488"},
    ),
    (
        "elasticache",
        {"engine": "valkey", "class": "cache.t4g.micro", "usd_hour": "0.0272"},
        {"stated:elasticache.usd_hour": "744"},
    ),
    (
        "s3_bucket",
        {"gb": 1, "storage": "glacier_flexible", "transitions": 1000},
        {
            "AmazonS3:glacier-flexible": "1",
            "AmazonS3:request.put": "0",
            "AmazonS3:request.get": "0",
            "AmazonS3:lifecycle-transition.glacier-flexible": "1000",
        },
    ),
    (
        "waf_acl",
        {"rules": 3, "requests": 1_000_000, "bot_control": True},
        {
            "awswaf:web-acl": "1",
            "awswaf:rule": "3",
            "awswaf:request": "1000000",
            "awswaf:bot-control": "1",
            "awswaf:bot-control.request.common": "1000000",
        },
    ),
    (
        "xray",
        {"sample_share": "0.25", "scanned": 7},
        {"AWSXRay:traces.recorded": "1116", "AWSXRay:traces.retrieved-or-scanned": "7"},
    ),
    ("sqs_queue", {"requests": 9, "dlq": True}, {"AmazonSQS:standard": "9"}),
    ("sqs_queue", {"requests": 9, "fifo": True}, {"AmazonSQS:fifo": "9"}),
    (
        "sns_topic",
        {"publishes": 5, "http_deliveries": 6},
        {"AmazonSNS:publish": "5", "AmazonSNS:http-delivery": "6"},
    ),
    ("event_bus", {"events": 5}, {"AmazonEventBridge:custom-event": "5"}),
    (
        "ebs_volume",
        {"gib": 100, "extra_iops": 1000, "extra_mbps": 50},
        {
            "AmazonEBS:gp3": "100",
            "AmazonEBS:gp3.iops": "1000",
            "AmazonEBS:gp3.throughput": "50",
            "AmazonEBS:snapshot": "0",
        },
    ),
    (
        "ebs_volume",
        {"gib": 100, "type": "gp2", "attached": False, "snapshot_gb": 20},
        {"AmazonEBS:gp2": "100", "AmazonEBS:snapshot": "20"},
    ),
    (
        "tidb_serverless",
        {"row_gib": 5, "million_ru": 50},
        {"TiDBCloud:starter.free": "1", "TiDBCloud:starter.row-storage": "0", TIDB_UNITS: "0"},
    ),
    (
        "tidb_serverless",
        {"row_gib": 8, "million_ru": 51, "free_row_gib": 0},
        {"TiDBCloud:starter.free": "1", "TiDBCloud:starter.row-storage": "8", TIDB_UNITS: "1"},
    ),
    ("vercel_project", {"seats": 3}, {"Vercel:hobby": "1"}),
    ("vercel_project", {"plan": "pro", "seats": 3}, {"Vercel:pro": "3"}),
    (
        "flow_logs",
        {"gb": 3},
        {"AmazonCloudWatch:vended-logs.vpc-flow.cloudwatch": "3"},
    ),
    (
        "flow_logs",
        {"gb": 3, "destination": "s3"},
        {"AmazonCloudWatch:vended-logs.vpc-flow.s3": "3"},
    ),
    (
        "data_transfer",
        {"internet_out_gb": 3000, "cross_az_gb": 1024},
        {"AWSDataTransfer:internet-out": "3000", "AWSDataTransfer:inter-az": "2048"},
    ),
    ("support_plan", {}, {}),
    ("support_plan", {"plan": "business"}, {"unpriced:support_plan.business": "1"}),
    (
        "support_plan",
        {"plan": "developer", "aws_usd": 966},
        {"AWSSupport:developer.minimum": "1"},
    ),
    (
        "support_plan",
        {"plan": "developer", "aws_usd": 2800},
        {"stated:support_plan.share": "2800"},
    ),
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


ELSEWHERE = {"AmazonEBS:snapshot": "eu-west-1"}


@pytest.mark.parametrize("key", sorted({key for *_, keys in CONSUMED for key in keys}))
def test_every_key_has_a_row_in_the_shipped_prices(key: str) -> None:
    if not key.startswith(("stated:", "unpriced:")):
        assert BOOK.row(key, ELSEWHERE.get(key, "us-east-1")).key == key


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


MONTH = Demand(requests_per_day=Decimal(100_000))


def bill(
    *components: Component,
    region: str = "us-east-1",
    hours: int = 730,
    allowances: Allowances = Allowances.NONE,
) -> Bill:
    made = replace(system(*components, hours=hours), region=region, demand=MONTH)
    return reconcile(made, BOOK, allowances=allowances)


COSTS: list[tuple[str, dict[str, Value], str]] = [
    ("http_api", {}, "3.04"),
    ("rest_api", {}, "10.65"),
    ("rds_proxy", {}, "21.90"),
    ("nlb", {}, "16.43"),
    ("elasticache", {"class": "cache.r6g.large"}, "150.38"),
    ("elasticache", {"class": "cache.t4g.micro"}, "11.68"),
    ("dynamodb_table", {"rru_per_request": 1, "wru_per_request": "0.2"}, "0.76"),
    ("waf_acl", {"rules": 3, "requests": 1_000_000}, "8.60"),
    ("waf_acl", {"rules": 3, "requests": 1_000_000, "bot_control": True}, "19.60"),
    ("ebs_volume", {"gib": 16}, "1.28"),
    ("data_transfer", {"internet_out_gb": 0, "cross_az_gb": 1024}, "20.48"),
    ("log_group", {"scanned_gb": 1024}, "5.12"),
    ("s3_bucket", {"gb": 10_000, "storage": "glacier_flexible"}, "36.00"),
    ("s3_bucket", {"storage": "glacier_flexible", "transitions": 1000}, "0.03"),
    ("vercel_project", {"plan": "pro"}, "20.00"),
    ("vercel_project", {}, "0.00"),
    ("tidb_serverless", {}, "0.00"),
    ("support_plan", {"plan": "developer", "aws_usd": 91}, "29.00"),
    ("support_plan", {"plan": "developer", "aws_usd": 2800}, "84.00"),
    ("ec2_group", {"type": "t3.medium", "max": 2, "desired": 2, "root_gib": 8}, "62.02"),
    ("fargate_service", {"cpu": 512, "memory_mib": 1024}, "18.02"),
]


@pytest.mark.parametrize(("kind", "parameters", "usd"), COSTS)
def test_a_forecast_month_in_us_east_1_costs(
    kind: str, parameters: dict[str, Value], usd: str
) -> None:
    assert cents(bill(part(kind, **parameters)).total_usd) == Decimal(usd)


FREE: list[tuple[str, dict[str, Value], str]] = [
    ("xray", {"sample_share": 1}, "14.71"),
    ("data_transfer", {"internet_out_gb": 3000}, "261.00"),
    ("log_group", {"ingest_gb": 400, "stored_gb": 400}, "209.50"),
    ("alarms", {"count": 40, "metrics": 150}, "45.00"),
]


@pytest.mark.parametrize(("kind", "parameters", "usd"), FREE)
def test_after_what_is_always_free_a_forecast_month_costs(
    kind: str, parameters: dict[str, Value], usd: str
) -> None:
    priced = bill(part(kind, **parameters), allowances=Allowances.ALWAYS_FREE)
    assert cents(priced.total_usd) == Decimal(usd)


def amounts(priced: Bill) -> dict[str, str]:
    """Key -> cents; an empty text is "not priced"."""
    return {
        one.usage.key.partition(":")[2]: "" if one.usd is None else str(cents(one.usd))
        for line in priced.lines
        for one in line.parts
    }


def test_the_database_of_seed_004_costs_213_53_after_its_commitment_and_its_replicas_as_much() -> (
    None
):
    database = part(
        "rds_instance",
        multi_az=True,
        storage_gib=500,
        replicas=2,
        commitment_share="0.35",
        **{"class": "db.r6g.large"},
    )
    assert amounts(bill(database)) == {
        "ondemand.postgres.db.r6g.large.multi-az": "213.53",
        "storage.gp3.multi-az": "115.00",
        "ondemand.postgres.db.r6g.large": "213.53",
        "storage.gp3.single-az": "115.00",
    }


@pytest.mark.parametrize(("class_", "usd"), [("db.r6g.large", "328.50"), ("db.t4g.small", "47.45")])
def test_a_standby_has_a_rate_of_its_own(class_: str, usd: str) -> None:
    found = amounts(bill(part("rds_instance", multi_az=True, **{"class": class_})))
    assert found[f"ondemand.postgres.{class_}.multi-az"] == usd


def test_the_printed_database_of_seed_003_is_224_64_in_720_hours() -> None:
    database = part("rds_instance", multi_az=True, **{"class": "db.t3.large"})
    found = amounts(bill(database, region="eu-west-1", hours=720))
    assert found["ondemand.postgres.db.t3.large.multi-az"] == "224.64"


@pytest.mark.parametrize(("average", "usd"), [("0.5", "102.20"), (1, "204.40"), (2, "408.80")])
def test_two_instances_of_aurora_cost_this_in_ireland(average: Value, usd: str) -> None:
    twins = part("aurora_serverless", min_acu="0.5", max_acu=4, avg_acu=average, instances=2)
    found = amounts(bill(twins, region="eu-west-1"))
    assert found["aurora-serverless-v2.acu"] == usd


def test_valkey_in_ireland_is_not_priced_until_a_source_states_its_rate() -> None:
    cache: dict[str, Value] = {"engine": "valkey", "class": "cache.t4g.micro"}
    (line,) = bill(part("elasticache", **cache), region="eu-west-1").unpriced
    assert line.formula == (
        "not priced: no price for AmazonElastiCache:ondemand.valkey.cache.t4g.micro in eu-west-1; "
        "prices-2026-11 has it in us-east-1"
    )
    stated = bill(part("elasticache", usd_hour="0.0272", **cache), region="eu-west-1")
    assert (cents(stated.total_usd), stated.unpriced) == (Decimal("19.86"), ())


ROWLESS: list[tuple[str, dict[str, Value]]] = [
    ("rds_instance", {"class": "db.r6g.large", "reserved": "1yr"}),
    ("rds_instance", {"class": "db.r6g.large", "reserved": "3yr"}),
    ("rest_api", {"cache_gb": "1.6"}),
    ("ec2_instance", {"type": "t4g.small", "surplus_vcpu_hours": 1}),
    ("ebs_volume", {"gib": 1, "snapshot_gb": 1}),
    ("s3_bucket", {"transitions": 1}),
    ("support_plan", {"plan": "business"}),
    ("vector_db", {}),
    ("home_worker", {"watts": 1}),
    ("ec2_group", {"type": "t4g.small", "max": 1, "desired": 1, "purchase": "spot"}),
    ("fargate_service", {"cpu": 256, "memory_mib": 512, "spot_share": "0.1"}),
]


@pytest.mark.parametrize(("kind", "parameters"), ROWLESS)
def test_what_the_book_does_not_know_is_not_priced_and_never_zero(
    kind: str, parameters: dict[str, Value]
) -> None:
    (line,) = bill(part(kind, **parameters)).lines
    assert (line.usd, line.status) == (None, Status.UNPRICED)


def test_logs_that_nobody_queries_need_no_rate_for_queries() -> None:
    assert not bill(part("log_group"), region="eu-west-1").unpriced
    assert bill(part("log_group", scanned_gb=1), region="eu-west-1").unpriced


def test_app_runner_is_priced_in_singapore_and_not_in_ireland() -> None:
    runner = part("app_runner")
    assert not bill(runner, region="ap-southeast-1").unpriced
    assert bill(runner, region="eu-west-1").unpriced


def test_350_watts_for_4_hours_on_30_days_cost_6_30() -> None:
    worker = part("home_worker", watts=350, hours_day=4, usd_kwh="0.15")
    assert bill(worker, hours=720).total_usd == Decimal("6.30")


def test_electricity_that_nobody_counts_is_a_written_zero() -> None:
    (line,) = bill(part("home_worker", watts=350, usd_kwh=0)).lines
    assert (line.usd, line.formula) == (Decimal(0), "0 as stated x 255.5")


def test_the_spot_group_of_seed_001_costs_its_printed_5_90() -> None:
    group = part(
        "ec2_group",
        type="t4g.small",
        max=1,
        desired=1,
        purchase="spot",
        spot_usd_hour="0.00808",
        root_gib=30,
    )
    found = amounts(bill(group, region="ap-southeast-1"))
    assert found == {"ec2_group.spot_usd_hour": "5.90", "gp3": "2.88"}


def test_a_stop_at_night_and_on_weekends_saves_20_60_of_2_vcpu_and_4_gb_on_arm() -> None:
    size: dict[str, Value] = {"cpu": 2048, "memory_mib": 4096, "arch": "arm64"}
    always = bill(part("fargate_service", **size), region="eu-west-1")
    at_work = bill(part("fargate_service", off_hours_week=60, **size), region="eu-west-1")
    assert cents(always.total_usd - at_work.total_usd) == Decimal("20.60")


def test_a_spot_worker_that_saves_60_percent_saves_8_65() -> None:
    size: dict[str, Value] = {"cpu": 512, "memory_mib": 1024, "arch": "arm64"}
    steady = bill(part("fargate_service", **size), region="eu-west-1")
    spot = bill(
        part("fargate_service", spot_share=1, spot_saving="0.6", **size), region="eu-west-1"
    )
    assert cents(steady.total_usd - spot.total_usd) == Decimal("8.65")


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("elasticache", {"class": "cache.t4g.micro", "usd_hour": "0.0272"}),
        ("home_worker", {"watts": 350, "usd_kwh": "0.15"}),
    ],
)
def test_a_stated_rate_is_documented_only_where_a_source_is_named(
    kind: str, parameters: dict[str, Value]
) -> None:
    (ours,) = part(kind, **parameters).usage(context())
    (theirs,) = part(kind, **parameters).model_copy(update={"src": ("S3-137",)}).usage(context())
    assert (ours.quantity_class, theirs.quantity_class) == ("assumed", "documented")


def test_transfer_follows_the_demand_unless_it_is_written() -> None:
    out = {one.key: one.quantity for one in part("data_transfer").usage(context(demand=MONTH))}
    assert out["AWSDataTransfer:internet-out"] == MONTH.out_gb(744)


def test_the_minimum_of_developer_support_is_the_row_s() -> None:
    row = BOOK.row("AWSSupport:developer.minimum", "us-east-1")
    assert row.tiers[0].price_usd == DEVELOPER_MINIMUM_USD


def test_provisioned_capacity_is_enough_for_the_peak() -> None:
    table = part("dynamodb_table", mode="provisioned", rru_per_request=1, wru_per_request="0.2")
    busy = Demand(requests_per_day=Decimal(864_000), peak_factor=Decimal(3))
    reads, writes, _ = table.usage(context(demand=busy))
    assert [reads.quantity, writes.quantity] == [30 * 744, 6 * 744]
