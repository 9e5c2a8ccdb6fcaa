"""Allowances and tiers belong to the account: what several lines share, they share once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pricing_builders import forecast

from archlab.domain.pricing import Allowances, Bill, PriceBook, Usage, reconcile

BOOK = PriceBook.shipped()
FREE = Allowances.ALWAYS_FREE


def bill_of(allowances: Allowances, **quantities: tuple[str, int]) -> Bill:
    usages = {name: [Usage(key, Decimal(amount))] for name, (key, amount) in quantities.items()}
    return reconcile(forecast(**usages), BOOK, allowances=allowances)


def test_two_chips_share_one_allowance_by_quantity() -> None:
    """400,000 GB-seconds over 300,000 on x86 and 500,000 on arm64: 150,000 and 250,000 free."""
    bill = bill_of(
        FREE,
        old=("AWSLambda:duration.x86", 300_000),
        new=("AWSLambda:duration.arm64", 500_000),
    )
    old, new = [line.usd for line in bill.lines]
    assert old == 150_000 * Decimal("0.0000166667")
    assert new == 250_000 * Decimal("0.0000133334")
    assert bill.lines[0].formula == "0.0000166667 x 150000 GB-s (150000 GB-s free)"


def test_two_copies_of_a_row_share_one_allowance() -> None:
    key = "awskms:request.symmetric"
    twice = bill_of(FREE, a=(key, 30_000), b=(key, 10_000))
    once = bill_of(FREE, a=(key, 40_000))
    assert twice.total_usd == once.total_usd == 20_000 * Decimal("0.000003")
    assert [line.usd for line in twice.lines] == [Decimal("0.045"), Decimal("0.015")]


def test_a_pool_that_is_not_used_up_leaves_nothing_to_pay() -> None:
    key = "awskms:request.symmetric"
    assert bill_of(FREE, a=(key, 12_000), b=(key, 8_000)).total_usd == 0
    assert bill_of(FREE, a=(key, 12_000), b=(key, 8_001)).total_usd == Decimal("0.000003")


def test_without_allowances_every_request_is_paid() -> None:
    key = "awskms:request.symmetric"
    paid = bill_of(Allowances.NONE, a=(key, 12_000), b=(key, 8_000))
    assert paid.total_usd == Decimal("0.06")


def test_cloudfront_requests_of_both_protocols_share_ten_million() -> None:
    bill = bill_of(
        FREE,
        plain=("AmazonCloudFront:http-request.us", 10_000_000),
        secure=("AmazonCloudFront:https-request.us", 30_000_000),
    )
    assert [line.usd for line in bill.lines] == [Decimal("5.625"), Decimal("22.5")]


def test_two_topics_share_the_zero_tier_of_the_price_list() -> None:
    key = "AmazonSNS:publish"
    bill = bill_of(Allowances.NONE, a=(key, 1_000_000), b=(key, 1_000_000))
    assert [line.usd for line in bill.lines] == [Decimal("0.25"), Decimal("0.25")]


def test_two_buckets_climb_the_tiers_together() -> None:
    """50 TB at 0.023, the rest at 0.022: one bucket of 102,400 GB or two of half of it."""
    key = "AmazonS3:standard"
    one = bill_of(Allowances.NONE, a=(key, 102_400))
    two = bill_of(Allowances.NONE, a=(key, 51_200), b=(key, 51_200))
    assert one.total_usd == two.total_usd == 51_200 * Decimal("0.045")


@pytest.mark.parametrize(("each", "usd"), [(10_000_000, "0"), (10_000_001, "0.000002")])
def test_an_allowance_of_a_web_acl_is_not_shared_with_another(each: int, usd: str) -> None:
    key = "awswaf:bot-control.request.common"
    assert bill_of(FREE, a=(key, each), b=(key, each)).total_usd == Decimal(usd)


def test_two_usages_of_one_web_acl_share_its_allowance() -> None:
    usage = Usage("awswaf:bot-control.request.common", Decimal(6_000_000))
    bill = reconcile(forecast(acl=[usage, usage]), BOOK, allowances=FREE)
    assert bill.total_usd == 2


def test_beyond_the_known_tiers_every_sharer_is_unpriced() -> None:
    key = "AmazonCloudWatch:vended-logs.vpc-flow.s3"
    bill = bill_of(Allowances.NONE, a=(key, 10_000), b=(key, 241))
    assert len(bill.unpriced) == 2
    assert bill_of(Allowances.NONE, a=(key, 10_000), b=(key, 240)).total_usd == 2560
