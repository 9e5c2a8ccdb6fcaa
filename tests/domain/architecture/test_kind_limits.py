"""Values outside a kind's limits are refused; the value on the limit is not."""

from __future__ import annotations

import pytest
from architecture_builders import NEEDED, part
from pydantic import ValidationError

from archlab.domain.architecture import KINDS, Value
from archlab.domain.architecture.kinds.fargate_service import SIZES

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
