from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal, localcontext

import pytest

from archlab.domain.money import MONEY
from archlab.domain.pricing import PriceBook, Stretch, crossings

BOOK = PriceBook.shipped()
HOURS = Decimal(730)
DAYS = HOURS / 24
NAT = Decimal("36.50")
"""One gateway and its address for 730 hours: (0.045 + 0.005) x 730."""


def price(key: str) -> Decimal:
    return BOOK.row(key, "us-east-1").tiers[0].price_usd


def serverless(memory_mib: int, milliseconds: int) -> Callable[[Decimal], Decimal]:
    """HTTP API and an arm64 function at so many requests a day, without allowances."""
    seconds = Decimal(milliseconds) / 1000 * memory_mib / 1024

    def usd(per_day: Decimal) -> Decimal:
        with localcontext(MONEY):
            calls = per_day * DAYS
            api = BOOK.cost("AmazonApiGateway:http-api", "us-east-1", calls)
            duration = BOOK.cost("AWSLambda:duration.arm64", "us-east-1", calls * seconds)
            return api + calls * price("AWSLambda:request") + duration

    return usd


def containers(per_day: Decimal) -> Decimal:
    """Two small arm64 tasks, a balancer and four addresses; every request a new connection."""
    with localcontext(MONEY):
        task = price("AmazonECS:fargate.arm.vcpu") / 4 + price("AmazonECS:fargate.arm.gb") / 2
        fixed = 2 * task + price("AWSELB:alb.hour") + 4 * price("AmazonVPC:public-ipv4.in-use.hour")
        per_second = per_day / 86_400
        gb_an_hour = per_second * 3600 * 10 / 1024 / 1024
        lcu = max(per_second / 25, gb_an_hour)
        return HOURS * (fixed + lcu * price("AWSELB:alb.lcu"))


@pytest.mark.parametrize(
    ("memory_mib", "milliseconds", "alone", "with_nat"),
    [
        (256, 31, 1_230_191, 242_085),
        (512, 50, 1_034_306, 203_538),
        (512, 100, 840_373, 165_374),
        (1024, 200, 395_469, 77_823),
    ],
)
def test_functions_overtake_two_tasks_at_the_published_load(
    memory_mib: int, milliseconds: int, alone: int, with_nat: int
) -> None:
    cost = serverless(memory_mib, milliseconds)
    (found,) = crossings(cost, containers, Decimal(0), Decimal(3_000_000)).crossings
    assert abs(found.x - alone) <= 1
    assert (found.kind, found.cheaper_after) == ("crossing", "b")
    (dearer,) = crossings(
        lambda x: cost(x) + NAT, containers, Decimal(0), Decimal(3_000_000)
    ).crossings
    assert abs(dearer.x - with_nat) <= 1


def stepped(per_day: Decimal) -> Decimal:
    """Tasks for 300,000 requests a day each, at least two."""
    with localcontext(MONEY):
        tasks = max(Decimal(2), (per_day / 300_000).to_integral_value(ROUND_CEILING))
        return Decimal("31.025") + Decimal("7.20875") * tasks


FIVE = [
    (2_055_498, "crossing", "b"),
    (2_100_000, "step", "a"),
    (2_237_339, "crossing", "b"),
    (2_400_000, "step", "a"),
    (2_419_181, "crossing", "b"),
]


@pytest.mark.parametrize("edges", [(), range(300_000, 3_000_000, 300_000)])
def test_capacity_steps_make_five_crossings_and_all_are_found(edges: range) -> None:
    found = crossings(
        serverless(256, 31),
        stepped,
        Decimal(0),
        Decimal(3_000_000),
        breakpoints=map(Decimal, edges),
    )
    assert [(round(one.x), one.kind, one.cheaper_after) for one in found.crossings] == FIVE
    sides = [stretch.cheaper for stretch in found.stretches]
    assert sides == ["a", "b", "a", "b", "a", "b"]


def test_without_a_crossing_one_side_is_cheaper_everywhere() -> None:
    found = crossings(lambda x: x, lambda x: x + 1, Decimal(0), Decimal(10))
    assert found.crossings == ()
    assert found.stretches == (Stretch(Decimal(0), Decimal(10), "a"),)


def test_equality_over_a_stretch_is_a_stretch_and_not_a_point() -> None:
    """A free allowance makes both cost nothing until it ends at 3."""
    found = crossings(
        lambda x: max(Decimal(0), x - 3), lambda x: Decimal(0), Decimal(0), Decimal(10)
    )
    assert [stretch.cheaper for stretch in found.stretches] == ["equal", "b"]
    assert abs(found.stretches[0].high - 3) < Decimal("1E-9")


def test_a_touch_is_no_crossing() -> None:
    found = crossings(lambda x: abs(x - 5), lambda x: Decimal(0), Decimal(0), Decimal(10))
    assert found.crossings == ()


def test_a_range_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="write a range that runs upwards"):
        crossings(lambda x: x, lambda x: x, Decimal(1), Decimal(1))
