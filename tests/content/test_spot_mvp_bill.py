"""The bill of seed 001, about 9.5 USD: what it prints, on which calendars, and what it forgot."""

from __future__ import annotations

from decimal import Decimal

import pytest
from content_bills import BOOK, amounts, bill_of, changed, formulas_of, pack_of, printed

from archlab.domain.architecture import apply
from archlab.domain.money import cents
from archlab.domain.pack import Decision
from archlab.domain.pricing import Bill, Status, reconcile

SLUG = "spot-mvp"
LINES = ["instance", "asg", "ipv4", "tidb", "vercel", "worker"]


def test_the_six_printed_lines_close_to_the_cent() -> None:
    bill = bill_of(SLUG, "spot")
    assert bill.documented_usd == Decimal("9.50")
    assert amounts(bill, LINES) == {
        "instance": "5.90", "asg": "0.00", "ipv4": "3.60",
        "tidb": "0.00", "vercel": "0.00", "worker": "0.00",
    }  # fmt: skip
    documented = [line for line in bill.lines if line.documented_usd is not None]
    assert {line.status for line in documented} == {Status.CLOSED}
    assert {line.delta_usd for line in documented} == {Decimal("0.00")}


def test_what_the_list_forgot_is_shown_and_not_in_a_documented_line() -> None:
    rest = [line for line in bill_of(SLUG, "spot").lines if line.status is Status.UNDOCUMENTED]
    assert [(line.id, cents(line.usd or Decimal(0))) for line in rest] == [
        ("undocumented-box", Decimal("2.88"))
    ]


def test_the_list_counts_two_calendars() -> None:
    formula = {line.id: line.formula for line in bill_of(SLUG, "spot").lines}
    assert formula["instance"].endswith("x 730 h")
    assert formula["ipv4"] == "0.005 x 720 h"
    one_month = bill_of(SLUG, "spot", month_hours=730)
    assert amounts(one_month, ["ipv4"]) == {"ipv4": "3.65"}


@pytest.mark.parametrize(
    ("system", "hours", "total"),
    [
        ("spot-whole", 730, "12.43"),
        ("spot-later", 730, "14.05"),
        ("home-power", 720, "6.30"),
        ("with-balancer", 730, "38.13"),
        ("fargate", 730, "12.65"),
        ("on-demand", 730, "22.01"),
    ],
)
def test_a_system_on_one_calendar_has_its_total(system: str, hours: int, total: str) -> None:
    bill = bill_of(SLUG, system, month_hours=hours)
    assert not bill.unpriced
    assert cents(bill.total_usd) == Decimal(total)


@pytest.mark.parametrize(("hours", "usd"), [(720, "72.00"), (730, "73.00"), (744, "74.40")])
def test_ten_cents_an_hour_are_three_amounts(hours: int, usd: str) -> None:
    bill = bill_of(SLUG, "eks", month_hours=hours)
    assert amounts(bill, ["undocumented-plane"]) == {"undocumented-plane": usd}


def test_the_two_prices_that_were_avoided_close_or_carry_a_named_residual() -> None:
    lines = {line.id: line for line in bill_of(SLUG, "avoided").lines}
    assert (lines["plane"].status, lines["plane"].delta_usd) == (Status.CLOSED, Decimal("0.00"))
    assert lines["balancer"].delta_usd == Decimal("-0.14")
    assert lines["balancer"].residual


def test_a_balancer_costs_its_hours_and_two_addresses() -> None:
    longer = bill_of(SLUG, "avoided", month_hours=730)
    assert amounts(longer, ["balancer"]) == {"balancer": "18.40"}
    assert cents(formulas_of(SLUG).number("cost('with-balancer', 'lb')")) == Decimal("25.70")


def test_a_later_spot_price_is_a_range_of_7_30_to_7_52() -> None:
    for rate, usd in (("0.0100", "7.30"), ("0.0103", "7.52")):
        system = changed(SLUG, "spot-whole", box__spot_usd_hour=rate)
        lines = {line.id: line.parts for line in reconcile(system, BOOK).lines}
        parts = {part.usage.key: part.usd for part in lines["undocumented-box"]}
        assert cents(parts["stated:ec2_group.spot_usd_hour"] or Decimal(0)) == Decimal(usd)


def test_a_reservation_without_a_price_row_is_not_priced_and_not_zero() -> None:
    bill = bill_of(SLUG, "by-hand")
    assert [line.id for line in bill.unpriced] == ["undocumented-box"]


def test_the_book_has_no_control_plane_in_singapore_without_the_rate_of_the_source() -> None:
    system = changed(SLUG, "eks", plane__usd_hour="0")
    bill = reconcile(system, BOOK)
    assert [line.components for line in bill.unpriced] == [("plane",)]


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("c1-01", "72"), ("c1-02", "18.144"), ("c1-05", "3.65"), ("c1-07", "0"),
        ("c1-11", "20"), ("c1-14", "6.3"),
    ],
)  # fmt: skip
def test_a_claim_is_recomputed_to_its_figure(claim: str, value: str) -> None:
    stated = pack_of(SLUG).claims[claim]
    assert formulas_of(SLUG).number(stated.recompute, stated.let) == Decimal(value)


@pytest.mark.parametrize(
    ("claim", "places", "value"), [("c1-03", 0, "62"), ("c1-04", 2, "7.52"), ("c1-06", 2, "12.43")]
)
def test_a_claim_is_recomputed_to_its_rounded_figure(claim: str, places: int, value: str) -> None:
    stated = pack_of(SLUG).claims[claim]
    assert round(formulas_of(SLUG).number(stated.recompute, stated.let), places) == Decimal(value)


def test_the_command_prints_the_list_beside_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    bill = printed(capsys, f"{SLUG}/spot")
    assert (bill["total_usd"], bill["month_hours"], bill["region"]) == (
        "12.38", 730, "ap-southeast-1",
    )  # fmt: skip
    shown = [(line["documented_usd"], line["usd"]) for line in bill["lines"]]
    assert shown == [
        ("5.90", "5.90"), ("0", "0.00"), ("3.60", "3.60"), ("0", "0.00"), ("0", "0.00"),
        ("0", "0.00"), (None, "2.88"),
    ]  # fmt: skip


def test_the_command_prints_the_forgotten_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, f"{SLUG}/spot-whole")["total_usd"] == "12.43"
    assert printed(capsys, f"{SLUG}/spot", "--hours", "730")["total_usd"] == "12.43"


def taken(decision: str, option: str, base: str) -> Bill:
    """The bill of a named system after one option of a decision."""
    pack = pack_of(SLUG)
    block = pack.block(decision)
    assert isinstance(block, Decision)
    change = next(one.change for one in block.options if one.id == option)
    assert change is not None
    return reconcile(apply(pack.architectures[base], change, named=pack.architectures), BOOK)


@pytest.mark.parametrize(
    ("decision", "option", "more"),
    [
        ("j1-d3", "none", "0.00"),
        ("j1-d3", "balancer", "25.70"),
        ("j1-d3", "address", "0.00"),
        ("j1-d3", "name", "0.50"),
        ("j1-d5", "managed", "21.01"),
        ("j1-d5", "on-box", "0.00"),
        ("j1-d6", "seat", "20.00"),
        ("j1-d7", "now", "25.70"),
    ],
)
def test_an_option_costs_what_the_plan_of_the_journey_says(
    decision: str, option: str, more: str
) -> None:
    before, after = bill_of(SLUG, "spot-whole"), taken(decision, option, "spot-whole")
    assert not after.unpriced
    assert cents(after.total_usd - before.total_usd) == Decimal(more)


def test_a_tunnel_of_a_third_party_is_not_priced_and_not_zero() -> None:
    unpriced = taken("j1-d3", "tunnel", "spot-whole").unpriced
    assert [line.components for line in unpriced] == [("tunnel",)]
