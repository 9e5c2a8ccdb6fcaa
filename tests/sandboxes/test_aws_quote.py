"""The price that a learner confirms: on demand, by the hour, never too low."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, localcontext

import pytest
from aws_systems import fits, small, systems

from archlab.domain.cloudformation import template_of
from archlab.domain.money import MONEY
from archlab.domain.pricing import PriceBook
from archlab.sandboxes.aws.quote import ALWAYS_LEFT_OUT, MONTH, Quote, quote

BOOK = PriceBook.shipped()
HOUR = timedelta(hours=1)


def quoted(name: str, lease: timedelta = HOUR) -> Quote:
    found = dict(systems())[name]
    return quote(found, fits()[name], book=BOOK, lease=lease)


def usd(made: Quote) -> dict[str, Decimal]:
    return {f"{one.component} {one.key}": one.usd for one in made.items}


def usd_of(exact: Decimal) -> Decimal:
    return exact.quantize(Decimal("0.000001"))


def test_a_machine_costs_its_hours_its_disk_and_its_address() -> None:
    rates = {
        key: BOOK.cost(key, "ap-southeast-1", Decimal(1))
        for key in ("AmazonEC2:ondemand.linux.t4g.small", "AmazonVPC:public-ipv4.in-use.hour")
    }
    with localcontext(MONEY):
        disk = BOOK.cost("AmazonEBS:gp3", "ap-southeast-1", Decimal(30)) / MONTH
    made = quoted("spot-mvp/on-demand")
    assert usd(made) == {f"box {key}": rate for key, rate in rates.items()} | {
        "box AmazonEBS:gp3": disk
    }
    assert usd_of(made.usd_hour) == usd_of(sum(rates.values()) + disk)


def test_what_is_reserved_or_spot_in_the_source_is_paid_on_demand() -> None:
    whole = quoted("spot-mvp/on-demand").usd_hour
    for name in ("by-hand", "spot", "spot-later"):
        assert quoted(f"spot-mvp/{name}").usd_hour == whole
    assert (
        quoted("ec2-to-lambda/ec2-reserved").usd_hour == quoted("ec2-to-lambda/ec2-bare").usd_hour
    )


def test_a_zone_is_charged_once_and_whole() -> None:
    made = quoted("lambda-to-fargate/one-box", timedelta(hours=2))
    once = [one.usd for one in made.items if one.once]
    assert once == [2 * BOOK.cost("AmazonRoute53:hosted-zone", "us-east-1", Decimal(1))]
    exact = made.usd_hour * 2 + once[0]
    assert exact <= made.usd_lease < exact + Decimal("0.01")


def test_the_sum_is_rounded_up_and_never_nothing() -> None:
    made = quote(small(), template_of(small()), book=BOOK, lease=HOUR)
    assert made.usd_hour == 0
    assert made.usd_lease == Decimal("0.01")


@pytest.mark.parametrize(
    ("minutes", "phrase"),
    [
        (60, "spend 0.04 USD in 1 hour"),
        (90, "spend 0.05 USD in 1.5 hours"),
        (240, "spend 0.13 USD in 4 hours"),
    ],
)
def test_the_phrase_has_the_amount_and_the_hours(minutes: int, phrase: str) -> None:
    made = quoted("spot-mvp/on-demand", timedelta(minutes=minutes))
    assert made.phrase == phrase
    assert made.is_confirmed_by(phrase)


def test_what_the_book_does_not_know_is_named_and_not_nothing() -> None:
    assert quoted("vps-to-aws/aws").not_priced == ("cache",)
    assert quoted("vps-to-aws/aws-assumed-cache").not_priced == ()


def test_what_is_left_out_is_said() -> None:
    left_out = quoted("spot-mvp/spot").not_included
    assert set(ALWAYS_LEFT_OUT) < set(left_out)
    assert "db, which belongs to somebody else" in left_out


def test_what_is_paid_by_use_is_not_in_the_sum() -> None:
    keys = {one.key for one in quoted("lambda-to-fargate/serverless").items}
    assert keys == {"AmazonS3:standard"}
    gateway = {one.key for one in quoted("ec2-to-lambda/lambda-nat").items}
    assert "AmazonVPC:nat-gateway.hour" in gateway
    assert "AmazonVPC:nat-gateway.gb" not in gateway


def test_every_template_has_a_price_for_an_hour() -> None:
    amounts = {name: quoted(name).usd_lease for name in fits()}
    assert len(amounts) >= 30
    assert all(Decimal("0.01") <= one < Decimal(10) for one in amounts.values()), amounts
