from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from pricing_builders import Consumed, Plant, documented, documented_line, forecast, line_of, plant

from archlab.domain.pricing import (
    Allowances,
    PriceBook,
    Status,
    Usage,
    WrongUnit,
    reconcile,
)
from archlab.domain.units import Unit

BOOK = PriceBook.shipped()
HOUR = Usage("AWSELB:alb.hour", Decimal(730))
ADDRESS = Usage("AmazonVPC:public-ipv4.in-use.hour", Decimal(1460))
UNKNOWN = Usage("AmazonElastiCache:valkey.small", Decimal(730))


def test_a_forecast_is_the_exact_sum_with_one_line_per_component() -> None:
    bill = reconcile(
        forecast(lb=[HOUR, ADDRESS], key=[Usage("awskms:customer-key", Decimal(1))]), BOOK
    )
    assert bill.documented_usd is None
    assert [line.components for line in bill.lines] == [("lb",), ("key",)]
    assert [line.status for line in bill.lines] == [Status.UNDOCUMENTED] * 2
    assert bill.lines[0].usd == bill.lines[0].parts[0].usd + Decimal("7.300")  # type: ignore[operator] # priced
    assert bill.total_usd == Decimal("24.725")


def test_a_documented_total_is_the_sum_of_rounded_lines() -> None:
    """Two lines of 16.425 are 32.85 together, and 32.86 on an invoice."""
    source = documented(documented_line("one", "16.43", "a"), documented_line("two", "16.43", "b"))
    assert reconcile(plant(source, a=[HOUR], b=[HOUR]), BOOK).total_usd == Decimal("32.86")
    assert reconcile(forecast(a=[HOUR], b=[HOUR]), BOOK).total_usd == Decimal("32.85")


def test_a_usage_belongs_to_the_first_line_that_names_it() -> None:
    source = documented(
        documented_line("hours", "16.43", "lb", keys=["AWSELB:alb.hour"]),
        documented_line("all", "7.30", "lb"),
    )
    bill = reconcile(plant(source, lb=[ADDRESS, HOUR], other=[HOUR]), BOOK)
    assert [[part.usage for part in line.parts] for line in bill.lines] == [
        [HOUR],
        [ADDRESS],
        [HOUR],
    ]
    assert [line.status for line in bill.lines] == ["closed", "closed", "undocumented"]
    assert bill.lines[2].components == ("other",)


def test_half_a_cent_closes_and_a_cent_does_not() -> None:
    for usd, status in [("16.43", "closed"), ("16.425", "closed"), ("16.42", "residual")]:
        bill = reconcile(plant(documented(documented_line("lb", usd, "lb")), lb=[HOUR]), BOOK)
        assert bill.lines[0].status == status


def test_a_residual_keeps_its_name_and_its_sign() -> None:
    source = documented(documented_line("lb", "16.74", "lb", residual="a longer month"))
    line = reconcile(plant(source, lb=[HOUR]), BOOK).lines[0]
    assert (line.status, line.delta_usd) == (Status.RESIDUAL, Decimal("0.31"))
    assert line.residual == "a longer month"


def test_a_documented_amount_without_a_model_is_all_residual() -> None:
    bill = reconcile(plant(documented(documented_line("tax", "3.12")), lb=[HOUR]), BOOK)
    line = line_of(bill, "tax")
    assert (line.usd, line.delta_usd, line.status) == (None, Decimal("3.12"), Status.RESIDUAL)
    assert line.formula == "documented, not modelled"
    assert bill.unpriced == ()
    assert bill.total_usd == Decimal("16.43")


def test_an_unknown_price_is_a_line_and_never_a_number() -> None:
    source = documented(documented_line("cache", "20.00", "cache"))
    bill = reconcile(plant(source, cache=[UNKNOWN, HOUR], lb=[HOUR], more=[UNKNOWN]), BOOK)
    assert [line.components for line in bill.unpriced] == [("cache",), ("more",)]
    for line in bill.unpriced:
        assert (line.usd, line.delta_usd) == (None, None)
        assert "not priced: no price is called AmazonElastiCache:valkey.small" in line.formula
    assert bill.total_usd == Decimal("16.43")
    assert sum(bill.by_class.values()) == Decimal("16.425")


@pytest.mark.parametrize(
    ("usage", "reason"),
    [
        (Usage("unpriced:llm", Decimal(1), reason="no figure is written"), "no figure is written"),
        (Usage("unpriced:llm", Decimal(0), reason="no figure is written"), "no figure is written"),
        (Usage("unpriced:llm", Decimal(1)), "unpriced:llm has no figure"),
        (
            Usage("AmazonEC2:spot.linux.t4g.small", Decimal(730)),
            "AmazonEC2:spot.linux.t4g.small in us-east-1 is a range from 0.0070 to 0.0079",
        ),
        (
            Usage("AmazonCloudWatch:vended-logs.vpc-flow.s3", Decimal(10241)),
            "rates beyond 10240 GB are not known",
        ),
        (
            Usage("AmazonEBS:gp4", Decimal(8)),
            "no price is called AmazonEBS:gp4; the nearest are AmazonEBS:gp",
        ),
    ],
)
def test_each_reason_of_an_unpriced_line_is_told(usage: Usage, reason: str) -> None:
    bill = reconcile(forecast(x=[usage]), BOOK)
    assert [line.status for line in bill.lines] == [Status.UNPRICED]
    assert reason in bill.lines[0].parts[0].reason
    assert bill.total_usd == 0


def test_a_price_of_another_region_is_not_used() -> None:
    usage = Usage("AWSELB:nlb.hour", Decimal(730))
    assert reconcile(forecast(nlb=[usage]), BOOK).total_usd == Decimal("16.425")
    bill = reconcile(forecast(nlb=[usage]), BOOK, region="eu-west-1")
    assert bill.region == "eu-west-1"
    assert bill.lines[0].status == Status.UNPRICED


def test_what_is_consumed_may_depend_on_the_region() -> None:
    class Regional(Plant):
        def usages(self) -> Consumed:
            return {"lb": [HOUR] * (2 if self.region == "eu-west-1" else 1)}

    plain = Regional(lambda hours: {})
    assert reconcile(plain, BOOK).total_usd == Decimal("16.425")
    assert reconcile(plain, BOOK, region="eu-west-1").total_usd == Decimal("36.792")


def test_a_usage_of_nothing_makes_no_line_of_its_own() -> None:
    nothing = Usage("AWSELB:alb.lcu", Decimal(0))
    assert reconcile(forecast(lb=[nothing]), BOOK).lines == ()
    bill = reconcile(
        plant(documented(documented_line("lb", "16.43", "lb")), lb=[HOUR, nothing]), BOOK
    )
    assert [part.usage for part in bill.lines[0].parts] == [HOUR]


def test_nothing_of_an_unknown_price_spoils_no_line_but_is_not_free() -> None:
    nothing = Usage("AmazonElastiCache:valkey.small", Decimal(0))
    assert reconcile(forecast(lb=[HOUR, nothing]), BOOK).unpriced == ()
    assert len(reconcile(forecast(cache=[nothing]), BOOK).unpriced) == 1


def test_a_documented_line_whose_component_is_gone_is_modelled_as_zero() -> None:
    line = reconcile(plant(documented(documented_line("nat", "33.65", "nat"))), BOOK).lines[0]
    assert (line.usd, line.delta_usd, line.formula) == (Decimal(0), Decimal("33.65"), "0")
    assert line.status == Status.RESIDUAL


def test_a_stated_figure_is_money_for_one_unit() -> None:
    server = Usage("stated:vps.monthly_usd", Decimal(1), stated_usd=Decimal("20.00"))
    spot = Usage(
        "stated:ec2.spot_usd_hour", Decimal(730), stated_usd=Decimal("0.00808"), unit=Unit.HOUR
    )
    bill = reconcile(forecast(vps=[server], ec2=[spot]), BOOK)
    assert [line.usd for line in bill.lines] == [Decimal("20.00"), Decimal("5.8984")]
    assert [line.formula for line in bill.lines] == [
        "20.00 as stated",
        "0.00808 as stated x 730 h",
    ]


def test_a_figure_of_zero_that_is_written_is_priced() -> None:
    free = Usage("stated:external.monthly_usd", Decimal(1), stated_usd=Decimal(0))
    bill = reconcile(forecast(api=[free]), BOOK)
    assert [(line.usd, line.status) for line in bill.lines] == [(Decimal(0), Status.UNDOCUMENTED)]


def test_one_line_may_have_a_month_of_its_own() -> None:
    """Seed 001 bills its address by 720 hours beside an instance of 730."""

    def consumed(hours: Decimal) -> dict[str, list[Usage]]:
        key = "AmazonVPC:public-ipv4.in-use.hour"
        return {
            "short": [Usage(key, hours, hours_override=720)],
            "whole": [Usage(key, hours)],
            "keys": [Usage("awskms:customer-key", Decimal(1), hours_override=720)],
        }

    for hours in (730, 744):
        bill = reconcile(Plant(consumed, month_hours=hours), BOOK)
        short, whole, keys = [line.usd for line in bill.lines]
        assert (short, whole, keys) == (Decimal("3.6"), hours * Decimal("0.005"), Decimal(1))


def test_a_usage_in_another_unit_is_refused() -> None:
    right = Usage("AWSELB:alb.hour", Decimal(1), unit=Unit.HOUR)
    wrong = Usage("AWSELB:alb.hour", Decimal(1), unit=Unit.GB)
    assert reconcile(forecast(lb=[right]), BOOK).total_usd == Decimal("0.0225")
    with pytest.raises(WrongUnit, match=r"lb: AWSELB:alb\.hour is priced per hour, not per GB"):
        reconcile(forecast(lb=[wrong]), BOOK)


def test_the_classes_of_quantities_stay_apart() -> None:
    bill = reconcile(
        forecast(
            a=[Usage("awskms:customer-key", Decimal(1), quantity_class="documented")],
            b=[Usage("awskms:customer-key", Decimal(2))],
            c=[Usage("awskms:customer-key", Decimal(4), quantity_class="assumed")],
        ),
        BOOK,
    )
    assert bill.by_class == {"documented": 1, "derived": 2, "assumed": 4}


def test_an_allowance_is_named_in_the_formula() -> None:
    traces = Usage("AWSXRay:traces.recorded", Decimal(148800))
    little = Usage("AWSXRay:traces.recorded", Decimal(500))
    bill = reconcile(forecast(xray=[traces]), BOOK, allowances=Allowances.ALWAYS_FREE)
    assert bill.lines[0].formula == "0.000005 x 48800 traces (100000 traces free)"
    bill = reconcile(forecast(xray=[little]), BOOK, allowances=Allowances.ALWAYS_FREE)
    assert (bill.lines[0].usd, bill.lines[0].formula) == (Decimal(0), "0 (500 traces free)")
    assert reconcile(forecast(xray=[little]), BOOK).total_usd == Decimal("0.0025")


@pytest.mark.parametrize("hours", [-1, 0, 745])
def test_a_month_that_no_calendar_has_is_refused(hours: int) -> None:
    with pytest.raises(ValueError, match=f"a month of {hours} hours: write 1 to 744"):
        reconcile(forecast(lb=[HOUR]), BOOK, month_hours=hours)
    assert reconcile(forecast(lb=[HOUR]), BOOK, month_hours=744).month_hours == 744


def test_a_line_may_have_a_month_of_its_own_until_a_month_is_asked_for() -> None:
    """Seed 001 mixes them: the address closes at 720 hours, 3.60, and would be 3.65 at 730."""
    address = Usage("AmazonVPC:public-ipv4.in-use.hour", Decimal(730))
    line = replace(documented_line("ipv4", "3.60", "box"), month_hours=720)
    source = plant(documented(line), box=[address])
    assert reconcile(source, BOOK).lines[0].status == Status.CLOSED
    assert reconcile(source, BOOK, month_hours=730).lines[0].usd == Decimal("3.650")


def test_a_system_says_which_allowances_its_bill_subtracts() -> None:
    """CloudWatch Logs: 5 GB free, then 0.50 a GB."""
    logs = forecast(logs=[Usage("AmazonCloudWatch:logs.ingest.standard", Decimal(6))])
    assert reconcile(logs, BOOK).total_usd == Decimal("3.00")
    free = replace(logs, allowances=Allowances.ALL)
    assert reconcile(free, BOOK).total_usd == Decimal("0.50")
    assert reconcile(free, BOOK, allowances=Allowances.NONE).total_usd == Decimal("3.00")
