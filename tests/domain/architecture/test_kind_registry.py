"""Names, parameters and defaults that packs rely on, written out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from architecture_builders import part, system

from archlab.domain.architecture import KINDS, Component, diff
from archlab.domain.architecture import kinds as package

REQUIRED = "required"

PROMISED: Mapping[str, Mapping[str, object]] = {
    "client": {},
    "external": {"monthly_usd": None},
    "vps": {"monthly_usd": REQUIRED, "vcpu": 1, "memory_gib": Decimal(1), "disk_gib": Decimal(20)},
    "ec2_instance": {
        "type": REQUIRED,
        "count": 1,
        "purchase": "on_demand",
        "spot_usd_hour": Decimal(0),
        "root_gib": 8,
        "root_type": "gp3",
        "public_ipv4": True,
        "imdsv2": True,
        "off_hours_week": 0,
        "surplus_vcpu_hours": Decimal(0),
    },
    "ec2_group": {
        "type": REQUIRED,
        "min": 1,
        "max": REQUIRED,
        "desired": REQUIRED,
        "purchase": "on_demand",
        "spot_share": Decimal(0),
        "spot_usd_hour": Decimal(0),
        "root_gib": 8,
        "root_type": "gp3",
        "public_ipv4": False,
        "health": "ec2",
        "zones": 2,
        "workers": 8,
        "imdsv2": True,
        "off_hours_week": 0,
        "surplus_vcpu_hours": Decimal(0),
        "repoint_s": 180,
        "spot_warning": False,
    },
    "process": {"host": None, "cpu_ms": Decimal(0), "workers": 1},
    "home_worker": {
        "watts": REQUIRED,
        "hours_day": Decimal(24),
        "usd_kwh": None,
        "gpu": False,
        "workers": 1,
    },
    "app_runner": {
        "vcpu": Decimal(1),
        "memory_gb": Decimal(2),
        "instances": 1,
        "active_share": Decimal(1),
        "workers": 100,
    },
    "fargate_service": {
        "cpu": REQUIRED,
        "memory_mib": REQUIRED,
        "tasks": 1,
        "min": 1,
        "max": 4,
        "arch": "x86_64",
        "spot_share": Decimal(0),
        "public_ipv4": False,
        "workers": 16,
        "circuit_breaker": True,
        "zones": 1,
        "subnet": "private",
        "image_tag": "latest",
        "secrets_from": "env",
        "health_interval_s": 0,
        "health_timeout_s": 5,
        "health_retries": 3,
        "health_grace_s": 0,
        "start_s": 45,
        "spot_saving": Decimal(0),
        "ephemeral_gib": 20,
        "off_hours_week": 0,
        "average_tasks": Decimal(0),
        "health_command": "wget",
        "image_base": "debian",
    },
    "lambda_function": {
        "memory_mib": REQUIRED,
        "avg_ms": REQUIRED,
        "arch": "x86_64",
        "init_ms": Decimal(0),
        "keep_alive_s": 600,
        "provisioned": 0,
        "vpc": False,
        "calls_per_request": Decimal(1),
        "ping_minutes": 0,
        "reserved_concurrency": None,
        "traced": True,
    },
    "http_api": {"extra_requests": Decimal(0), "protocol": "HTTP"},
    "rest_api": {"cache_gb": Decimal(0)},
    "websocket_api": {"messages": Decimal(0), "connection_minutes": Decimal(0)},
    "alb": {
        "lcu": Decimal(0),
        "zones": 2,
        "public_ipv4": True,
        "idle_s": 60,
        "https": True,
        "sticky": False,
        "health_path": "/health",
        "health_interval_s": 10,
        "single_zone": False,
        "health_failures": 3,
    },
    "nlb": {"nlcu": Decimal(0), "zones": 2, "public_ipv4": False},
    "nat_gateway": {"zones": 1, "processed_gb": Decimal(0)},
    "nat_instance": {"type": "t4g.nano", "root_gib": 8, "processed_gb": Decimal(0)},
    "public_ipv4": {"count": 1},
    "vpc_endpoint": {"type": "gateway", "zones": 1, "processed_gb": Decimal(0), "services": 1},
    "security_group": {"ingress": "app_only", "egress": "restricted"},
    "s3_bucket": {
        "gb": Decimal(0),
        "puts": Decimal(0),
        "gets": Decimal(0),
        "storage": "standard",
        "versioning": False,
        "public": False,
        "transitions": Decimal(0),
        "archive_days": 0,
        "upload_max_mib": 0,
    },
    "cloudfront": {"out_gb": Decimal(0), "requests": Decimal(0), "plan": "pay_as_you_go"},
    "route53_zone": {"zones": 1, "queries": Decimal(0)},
    "waf_acl": {"rules": 1, "requests": Decimal(0), "bot_control": False, "rate_limited": True},
    "kms_keys": {"keys": REQUIRED, "requests": Decimal(0), "rotated": True},
    "ssm_parameters": {"count": 1, "advanced": False},
    "secrets": {"count": 1, "requests": Decimal(0)},
    "ecr_repository": {
        "gb": Decimal(0),
        "immutable_tags": False,
        "kept_images": 5,
        "scan_on_push": True,
    },
    "log_group": {
        "ingest_gb": Decimal(0),
        "stored_gb": Decimal(0),
        "retention_days": 0,
        "scanned_gb": Decimal(0),
    },
    "flow_logs": {"gb": Decimal(0), "destination": "cloudwatch"},
    "xray": {"sample_share": Decimal("0.05"), "scanned": Decimal(0)},
    "alarms": {"count": 0, "metrics": 0, "subscribed": True},
    "eks_cluster": {"clusters": 1, "usd_hour": Decimal(0)},
    "rds_instance": {
        "engine": "postgres",
        "class": REQUIRED,
        "multi_az": False,
        "storage_gib": 20,
        "storage_type": "gp3",
        "replicas": 0,
        "backup_days": 7,
        "max_connections": 100,
        "public": False,
        "encrypted": True,
        "reserved": "none",
        "commitment_share": Decimal(0),
        "backup_gb": Decimal(0),
        "storage_usd_gb": None,
        "off_hours_week": 0,
    },
    "aurora_serverless": {
        "min_acu": REQUIRED,
        "max_acu": REQUIRED,
        "avg_acu": REQUIRED,
        "instances": 1,
        "storage_gb": Decimal(10),
        "io_requests": Decimal(0),
    },
    "rds_proxy": {"vcpu": 2},
    "pgbouncer": {"host": None, "pool_size": 20, "mode": "transaction"},
    "vector_db": {"host": None, "monthly_usd": None},
    "dynamodb_table": {
        "mode": "on_demand",
        "storage_gb": Decimal(0),
        "rru_per_request": Decimal(0),
        "wru_per_request": Decimal(0),
        "pitr": False,
        "rcu": None,
        "wcu": None,
    },
    "elasticache": {
        "engine": "redis",
        "class": REQUIRED,
        "nodes": 1,
        "hit_ratio": Decimal(0),
        "usd_hour": Decimal(0),
        "in_transit_tls": True,
    },
    "sqs_queue": {
        "requests": Decimal(0),
        "fifo": False,
        "dlq": False,
        "max_tries": 5,
        "visibility_s": 180,
    },
    "sns_topic": {"publishes": Decimal(0), "http_deliveries": Decimal(0)},
    "event_bus": {"events": Decimal(0)},
    "ebs_volume": {
        "gib": REQUIRED,
        "type": "gp3",
        "attached": True,
        "extra_iops": 0,
        "extra_mbps": 0,
        "snapshot_gb": Decimal(0),
    },
    "tidb_serverless": {
        "row_gib": Decimal(0),
        "million_ru": Decimal(0),
        "free_row_gib": Decimal(5),
        "free_million_ru": Decimal(50),
    },
    "vercel_project": {"plan": "hobby", "seats": 1},
    "data_transfer": {"internet_out_gb": None, "cross_az_gb": Decimal(0)},
    "support_plan": {"plan": "none", "aws_usd": Decimal(0)},
}

EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


def test_the_kinds_are_the_promised_ones() -> None:
    assert set(KINDS) == set(PROMISED)


def test_every_file_in_the_folder_is_one_kind_of_the_same_name() -> None:
    files = {path.stem for path in Path(package.__path__[0]).glob("[a-z]*.py")}
    assert set(KINDS) == files


@EACH
def test_parameters_and_defaults_are_the_promised_ones(kind: type[Component]) -> None:
    got = {
        name: REQUIRED if field.is_required() else field.default
        for name, field in kind.parameter_fields().items()
    }
    assert got == PROMISED[kind.kind_name()]


def test_a_parameter_with_a_reserved_word_is_read_and_replaced_by_that_word() -> None:
    small = part("rds_instance", **{"class": "db.t4g.small"})
    large = small.with_parameters({"class": "db.r6g.large", "multi_az": True})
    assert (small.parameters()["class"], large.parameters()["class"]) == (
        "db.t4g.small",
        "db.r6g.large",
    )
    assert getattr(large, "class") == "db.r6g.large"
    changed = diff(system(small), system(large)).changed
    assert [(change.parameter, change.after) for change in changed] == [
        ("class", "db.r6g.large"),
        ("multi_az", True),
    ]


@EACH
def test_every_parameter_is_described(kind: type[Component]) -> None:
    undescribed = [name for name, field in kind.parameter_fields().items() if not field.description]
    assert undescribed == []


@EACH
def test_every_kind_has_a_title_that_fits_a_label(kind: type[Component]) -> None:
    assert 3 <= len(kind.title) <= 40
