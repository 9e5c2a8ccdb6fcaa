"""The bill of seed 000: 90.87 USD, nine lines, one month of 744 hours in us-east-1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from pricing_builders import Consumed, Plant, documented, documented_line, line_of

from archlab.domain.money import cents
from archlab.domain.pricing import Bill, PriceBook, Status, Usage, reconcile

BOOK = PriceBook.shipped()
ADDRESS = "AmazonVPC:public-ipv4.in-use.hour"
NAT = ("AmazonVPC:nat-gateway.hour", "AmazonVPC:nat-gateway.gb")
SOURCE = documented(
    documented_line("nat", "33.65", "nat", keys=NAT),
    documented_line("alb", "16.74", "lb", keys=["AWSELB:alb.hour", "AWSELB:alb.lcu"]),
    documented_line("kms", "11.93", "kms"),
    documented_line("ipv4", "11.16", "lb", "nat", keys=[ADDRESS]),
    documented_line("ecs", "8.67", "app"),
    documented_line("waf", "7.00", "waf"),
    documented_line("dns", "1.03", "dns"),
    documented_line("ecr", "0.56", "images"),
    documented_line("s3", "0.13", "bucket"),
    month_hours=744,
)


def consumed(hours: Decimal, chip: str = "arm") -> Consumed:
    def use(key: str, quantity: str) -> Usage:
        return Usage(key, Decimal(quantity))

    return {
        "lb": [
            Usage("AWSELB:alb.hour", hours),
            use("AWSELB:alb.lcu", "0"),
            Usage(ADDRESS, 2 * hours),
        ],
        "nat": [Usage(NAT[0], hours), use(NAT[1], "3.78"), Usage(ADDRESS, hours)],
        "app": [
            Usage(f"AmazonECS:fargate.{chip}.vcpu", hours / 4),
            Usage(f"AmazonECS:fargate.{chip}.gb", hours),
        ],
        "kms": [use("awskms:customer-key", "11.93"), use("awskms:request.symmetric", "0")],
        "waf": [use("awswaf:web-acl", "1"), use("awswaf:rule", "2")],
        "dns": [
            use("AmazonRoute53:hosted-zone", "2"),
            use("AmazonRoute53:query.standard", "75000"),
        ],
        "images": [use("AmazonECR:private-storage", "5.6")],
        "bucket": [use("AmazonS3:standard", "5.65"), use("AmazonS3:request.put", "0")],
    }


FARGATE = Plant(consumed, month_hours=744, documented=SOURCE)


def modelled(bill: Bill, names: Sequence[str]) -> list[str]:
    return [str(cents(line_of(bill, name).usd or Decimal(0))) for name in names]


def test_the_bill_closes_to_the_cent_on_nine_lines() -> None:
    bill = reconcile(FARGATE, BOOK)
    assert (bill.total_usd, bill.documented_usd) == (Decimal("90.87"), Decimal("90.87"))
    assert (bill.month_hours, bill.region, bill.price_book) == (744, "us-east-1", BOOK.reference)
    assert [line.delta_usd for line in bill.lines] == [Decimal("0.00")] * 9
    assert {line.status for line in bill.lines} == {Status.CLOSED}


def test_the_formula_of_a_line_is_its_arithmetic() -> None:
    bill = reconcile(FARGATE, BOOK)
    assert line_of(bill, "nat").formula == "0.045 x 744 h + 0.045 x 3.78 GB"
    assert line_of(bill, "kms").formula == "1.00 x 11.93 key-months"
    assert line_of(bill, "ecs").formula == "0.03238 x 186 vCPU-h + 0.00356 x 744 GB-h"
    assert line_of(bill, "ipv4").formula == "0.005 x 1488 h + 0.005 x 744 h"
    assert line_of(bill, "dns").formula == ("0.50 x 2 zone-months + 0.0000004 x 75000 queries")


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (672, ["15.12", "10.08", "7.83", "30.41"]),
        (720, ["16.20", "10.80", "8.39", "32.57"]),
        (730, ["16.43", "10.95", "8.51", "33.02"]),
        (744, ["16.74", "11.16", "8.67", "33.65"]),
    ],
)
def test_the_hourly_lines_close_only_in_a_744_hour_month(hours: int, expected: list[str]) -> None:
    bill = reconcile(FARGATE, BOOK, month_hours=hours)
    names = ["alb", "ipv4", "ecs", "nat"]
    assert modelled(bill, names) == expected
    closed = {line_of(bill, name).status == Status.CLOSED for name in names}
    assert closed == {hours == 744}


@pytest.mark.parametrize(
    ("hours", "usd"), [(672, "30.24"), (720, "32.40"), (730, "32.85"), (744, "33.48")]
)
def test_the_nat_hours_alone_leave_room_for_its_traffic_only_at_744(hours: int, usd: str) -> None:
    assert cents(BOOK.cost(NAT[0], "us-east-1", hours)) == Decimal(usd)


def test_the_same_bill_is_89_56_in_a_forecast_month() -> None:
    bill = reconcile(FARGATE, BOOK, month_hours=730)
    assert bill.total_usd == Decimal("89.56")
    assert line_of(bill, "nat").delta_usd == Decimal("0.63")
    assert line_of(bill, "kms").status == Status.CLOSED


def test_the_documented_month_wins_over_the_month_of_the_architecture() -> None:
    assert reconcile(replace(FARGATE, month_hours=730), BOOK).month_hours == 744


def test_x86_does_not_fit() -> None:
    bill = reconcile(replace(FARGATE, consumed=partial(consumed, chip="x86")), BOOK)
    line = line_of(bill, "ecs")
    assert (line.status, line.delta_usd) == (Status.RESIDUAL, Decimal("-2.17"))
    assert cents(line.usd or Decimal(0)) == Decimal("10.84")
    assert bill.total_usd == Decimal("93.04")


def test_another_region_does_not_fit_and_its_unknown_rates_stay_unknown() -> None:
    bill = reconcile(FARGATE, BOOK, region="us-west-2")
    assert [line.id for line in bill.unpriced] == ["ecr", "s3"]
    assert line_of(bill, "alb").status == Status.CLOSED
    assert bill.total_usd == Decimal("90.87") - Decimal("0.56") - Decimal("0.13")
    assert line_of(reconcile(FARGATE, BOOK, region="eu-west-1"), "nat").delta_usd == Decimal(
        "-2.24"
    )


def test_nat_load_balancer_and_addresses_are_two_thirds_of_the_bill() -> None:
    bill = reconcile(FARGATE, BOOK)
    fixed = sum(Decimal(usd) for usd in modelled(bill, ["nat", "alb", "ipv4"]))
    assert fixed == Decimal("61.55")
    assert round(100 * fixed / bill.total_usd, 1) == Decimal("67.7")
