from __future__ import annotations

import pytest
from architecture_builders import NEEDED, context, part

from archlab.domain.architecture import KINDS
from archlab.domain.architecture.watch import billed_parameters, looked_at


@pytest.mark.parametrize(
    ("kind", "values", "billed"),
    [
        ("nat_gateway", {}, ["zones", "processed_gb"]),
        ("security_group", {}, []),
        (
            "ec2_instance",
            {"type": "t4g.small"},
            [
                *("type", "count", "purchase", "root_gib", "root_type", "public_ipv4"),
                *("off_hours_week", "surplus_vcpu_hours"),
            ],
        ),
        (
            "ec2_instance",
            {"type": "t4g.small", "purchase": "spot"},
            [
                *("type", "count", "purchase", "spot_usd_hour", "root_gib", "root_type"),
                *("public_ipv4", "off_hours_week", "surplus_vcpu_hours"),
            ],
        ),
        (
            "elasticache",
            {"class": "cache.t4g.micro"},
            ["engine", "class", "nodes", "usd_hour"],
        ),
    ],
)
def test_a_bill_reads_these_parameters(
    kind: str, values: dict[str, str], billed: list[str]
) -> None:
    assert billed_parameters(part(kind, **values), context()) == billed


@pytest.mark.parametrize("kind", KINDS)
def test_every_bill_can_be_watched(kind: str) -> None:
    component = part(kind, **NEEDED.get(kind, {}))
    assert set(billed_parameters(component, context())) <= set(component.parameters())
    assert looked_at(component, context()) <= set(dir(context()))


def test_a_bill_reads_these_surroundings() -> None:
    assert "demand" in looked_at(part("http_api"), context())
    assert "demand" in looked_at(part("lambda_function", memory_mib=128, avg_ms=20), context())
    assert looked_at(part("nat_gateway"), context()) == {"hours", "month_hours"}
    assert looked_at(part("kms_keys", keys=1), context()) == set()
