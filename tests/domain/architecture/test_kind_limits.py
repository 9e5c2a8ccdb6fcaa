"""Values outside a kind's limits are refused; the value on the limit is not."""

from __future__ import annotations

import pytest
from architecture_builders import NEEDED, part
from pydantic import ValidationError

from archlab.domain.architecture import KINDS, Value
from archlab.domain.architecture.kinds.fargate_service import SIZES
from archlab.domain.architecture.parameters import problems

LIMITS: list[tuple[str, str, Value, Value]] = [
    ("external", "monthly_usd", 0, "-0.01"),
    ("vps", "vcpu", 128, 129),
    ("ec2_instance", "count", 1, 0),
    ("ec2_instance", "root_gib", 16384, 16385),
    ("fargate_service", "tasks", 5000, 5001),
    ("fargate_service", "spot_share", 1, "1.01"),
    ("fargate_service", "health_timeout_s", 2, 1),
    ("lambda_function", "memory_mib", 128, 127),
    ("lambda_function", "keep_alive_s", 7200, 7201),
    ("lambda_function", "ping_minutes", 60, 61),
    ("http_api", "extra_requests", 0, -1),
    ("websocket_api", "messages", 0, -1),
    ("alb", "zones", 2, 1),
    ("nat_gateway", "zones", 6, 7),
    ("nat_instance", "root_gib", 1, 0),
    ("public_ipv4", "count", 0, -1),
    ("vpc_endpoint", "services", 1, 0),
    ("security_group", "ingress", "none", "everyone"),
    ("s3_bucket", "storage", "standard_ia", "standard-ia"),
    ("cloudfront", "plan", "business", "enterprise"),
    ("route53_zone", "zones", 500, 501),
    ("waf_acl", "rules", 100, 101),
    ("kms_keys", "keys", 0, -1),
    ("ssm_parameters", "count", 10_000, 10_001),
    ("secrets", "count", 10_000, 10_001),
    ("ecr_repository", "gb", 0, -1),
    ("log_group", "retention_days", 3653, 3654),
    ("alarms", "metrics", 100_000, 100_001),
    ("eks_cluster", "clusters", 100, 101),
    ("process", "workers", 1024, 1025),
    ("ec2_instance", "off_hours_week", 168, 169),
    ("ec2_group", "max", 1, 0),
    ("ec2_group", "desired", 4, 5),
    ("ec2_group", "repoint_s", 86_400, 86_401),
    ("home_worker", "hours_day", 24, "24.1"),
    ("app_runner", "vcpu", 1, "0.75"),
    ("app_runner", "memory_gb", 4, 5),
    ("fargate_service", "ephemeral_gib", 20, 19),
    ("fargate_service", "average_tasks", "2.4", "-0.1"),
    ("rest_api", "cache_gb", "0.5", 1),
    ("nlb", "zones", 1, 0),
    ("flow_logs", "destination", "s3", "kinesis"),
    ("xray", "sample_share", 1, "1.1"),
    ("rds_instance", "storage_gib", 20, 19),
    ("rds_instance", "commitment_share", 1, "1.01"),
    ("rds_instance", "storage_usd_gb", 0, "-0.1"),
    ("aurora_serverless", "min_acu", 1, "0.7"),
    ("aurora_serverless", "max_acu", 1, "1.3"),
    ("aurora_serverless", "avg_acu", "0.5", "0.4"),
    ("aurora_serverless", "avg_acu", 4, "4.1"),
    ("rds_proxy", "vcpu", 2, 1),
    ("pgbouncer", "pool_size", 1000, 1001),
    ("vector_db", "monthly_usd", 0, -1),
    ("dynamodb_table", "rcu", 40_000, 40_001),
    ("elasticache", "nodes", 90, 91),
    ("sqs_queue", "requests", 0, -1),
    ("sns_topic", "publishes", 0, -1),
    ("event_bus", "events", 0, -1),
    ("ebs_volume", "gib", 65_536, 65_537),
    ("tidb_serverless", "free_row_gib", 0, -1),
    ("vercel_project", "seats", 1000, 1001),
    ("data_transfer", "internet_out_gb", 0, -1),
    ("support_plan", "plan", "business", "enterprise"),
]


@pytest.mark.parametrize(("kind", "name", "allowed", "forbidden"), LIMITS)
def test_a_limit_holds_on_both_sides(
    kind: str, name: str, allowed: Value, forbidden: Value
) -> None:
    needed = NEEDED.get(kind, {})
    part(kind, **{**needed, name: allowed})
    with pytest.raises(ValidationError) as error:
        part(kind, **{**needed, name: forbidden})
    assert [problem["loc"][0] for problem in error.value.errors()] == [name]


def test_every_kind_with_parameters_is_in_the_table() -> None:
    assert {kind for kind, *_ in LIMITS} == set(KINDS) - {"client"}


def test_a_visitor_has_no_parameters_to_get_wrong() -> None:
    with pytest.raises(ValidationError):
        part("client", monthly_usd=1)


@pytest.mark.parametrize("kind", NEEDED)
def test_what_has_no_default_must_be_written(kind: str) -> None:
    with pytest.raises(ValidationError) as error:
        part(kind)
    assert [problem["loc"][0] for problem in error.value.errors()] == list(NEEDED[kind])


@pytest.mark.parametrize(
    ("cpu", "least", "most", "step"),
    [
        (256, 512, 2048, None),
        (512, 1024, 4096, 1024),
        (1024, 2048, 8192, 1024),
        (2048, 4096, 16384, 1024),
        (4096, 8192, 30720, 1024),
        (8192, 16384, 61440, 4096),
        (16384, 32768, 122880, 8192),
    ],
)
def test_cpu_and_memory_are_a_pair_of_the_table(
    cpu: int, least: int, most: int, step: int | None
) -> None:
    sizes = [512, 1024, 2048] if step is None else list(range(least, most + 1, step))
    accepted = [size for size in range(512, 122_881, 512) if _accepts(cpu, size)]
    assert accepted == sizes
    assert len(SIZES) == 7


def _accepts(cpu: int, memory_mib: int) -> bool:
    try:
        part("fargate_service", cpu=cpu, memory_mib=memory_mib)
    except ValidationError:
        return False
    return True


TOGETHER: list[tuple[str, dict[str, Value], str]] = [
    ("ec2_group", {"min": 3, "max": 2}, "write at least 3, the fewest instances, not 2"),
    ("ec2_group", {"min": 2, "desired": 1}, "write 2 to 4, between min and max, not 1"),
    ("aurora_serverless", {"min_acu": 8}, "write at least 8, the min_acu, not 4"),
    ("aurora_serverless", {"avg_acu": 5}, "write 0.5 to 4, between min_acu and max_acu, not 5"),
    ("aurora_serverless", {"max_acu": "2.2"}, "write steps of 0.5 such as 0.5 or 2, not 2.2"),
    (
        "rds_instance",
        {"replicas": 1, "off_hours_week": 60},
        "write 0: RDS does not stop an instance that has read replicas",
    ),
    (
        "rds_instance",
        {"reserved": "1yr", "commitment_share": "0.35"},
        "write 0: the reserved rate already holds what the term saves",
    ),
    (
        "ebs_volume",
        {"type": "gp2", "extra_iops": 1000},
        "write 0: a gp2 disk is only as fast as it is large",
    ),
    ("app_runner", {"vcpu": 3}, "write 0.25, 0.5, 1, 2 or 4, not 3"),
    ("app_runner", {"vcpu": "0.5"}, "0.5 vCPU go with 1 GB, not 2"),
    (
        "rest_api",
        {"cache_gb": 1},
        "write one of 0, 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237, not 1",
    ),
]


@pytest.mark.parametrize(("kind", "values", "sentence"), TOGETHER)
def test_values_that_do_not_fit_each_other_are_told_in_a_sentence(
    kind: str, values: dict[str, Value], sentence: str
) -> None:
    with pytest.raises(ValidationError) as error:
        part(kind, **{**NEEDED.get(kind, {}), **values})
    assert next(iter(problems(error.value).values())) == sentence
