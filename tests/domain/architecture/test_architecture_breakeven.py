"""Two systems along one number: the published crossing, and every kind of parameter."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from architecture_builders import part, system

from archlab.domain.architecture import Architecture, Demand
from archlab.domain.pricing import Along, NoSuchDial, Unpriced, break_even

NONE = Decimal(0)
FAR = Decimal(3_000_000)


def serverless(memory_mib: int, avg_ms: int) -> Architecture:
    return system(
        part("http_api", "gateway"),
        part("lambda_function", "code", memory_mib=memory_mib, avg_ms=avg_ms, arch="arm64"),
        hours=730,
    )


def tasks(count: int = 2) -> Architecture:
    """Two small arm64 tasks with addresses behind a balancer, without its load units: 45.44."""
    api = part(
        "fargate_service",
        "api",
        cpu=256,
        memory_mib=512,
        arch="arm64",
        tasks=count,
        public_ipv4=True,
    )
    return system(part("alb", "lb"), api, hours=730)


def test_functions_meet_two_tasks_where_the_arithmetic_says() -> None:
    """Per million requests 1.00 + 0.20 + 0.0077 GB-s x 13.3334; 45.4425 / that, by hand."""
    (found,) = break_even(serverless(256, 31), tasks(), "demand.requests_per_day", NONE, FAR)
    per_request = (
        Decimal("0.000001") + Decimal("0.0000002") + Decimal("0.00775") * Decimal("0.0000133334")
    )
    assert abs(found - Decimal("45.4425") / per_request / 730 * 24) < 1


def test_a_whole_parameter_crosses_at_whole_steps() -> None:
    busy = replace(serverless(256, 31), demand=Demand(requests_per_day=Decimal(1_500_000)))
    found = Along(tasks(), busy, "api.tasks").between(Decimal(1), Decimal(10))
    (crossing,) = found.crossings
    assert (crossing.x, crossing.kind, crossing.cheaper_after) == (Decimal(4), "step", "b")


def test_a_parameter_that_neither_has_is_refused() -> None:
    with pytest.raises(NoSuchDial, match=r"neither system has a number called api\.mood"):
        break_even(tasks(), tasks(), "api.mood", NONE, FAR)


def test_a_side_without_a_price_cannot_be_compared() -> None:
    unknown = system(part("external", "mail"))
    with pytest.raises(Unpriced, match="mail is not priced"):
        break_even(unknown, tasks(), "demand.requests_per_day", NONE, FAR)
