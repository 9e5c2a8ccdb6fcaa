"""The two bills of seed 002, and the thirty per cent between them that no pair of them proves."""

from __future__ import annotations

from decimal import Decimal

import pytest
from content_bills import BOOK, amounts, bill_of, formulas_of, pack_of, printed

from archlab.domain.architecture import apply
from archlab.domain.money import cents
from archlab.domain.pack import Decision
from archlab.domain.pack.blocks import Option
from archlab.domain.pricing import Allowances, Status, reconcile

SLUG = "ec2-to-lambda"


@pytest.mark.parametrize(
    ("system", "total"),
    [
        ("ec2", "93.31"),
        ("ec2-balanced", "78.71"),
        ("lambda", "6.18"),
        ("lambda-free", "4.21"),
        ("lambda-nat", "42.68"),
        ("lambda-two-nats", "79.18"),
        ("fargate", "45.44"),
        ("lambda-rest", "13.78"),
    ],
)
def test_a_system_has_its_total_in_730_hours(system: str, total: str) -> None:
    bill = bill_of(SLUG, system)
    assert bill.month_hours == 730
    assert not bill.unpriced
    assert cents(bill.total_usd) == Decimal(total)


def test_the_printed_rate_is_60_74_for_two_machines_and_a_month() -> None:
    line = next(line for line in bill_of(SLUG, "ec2-bare").lines if line.id == "instances")
    assert (line.status, line.delta_usd) == (Status.CLOSED, Decimal("0.00"))
    assert cents(line.usd or Decimal(0)) == Decimal("60.74")
    assert line.fitted


def test_a_machine_has_a_disk_even_where_nothing_else_is_counted() -> None:
    rest = [line for line in bill_of(SLUG, "ec2-bare").lines if line.status is Status.UNDOCUMENTED]
    assert [str(cents(line.usd or Decimal(0))) for line in rest] == ["1.28"]


def test_the_new_bill_is_that_of_five_meters() -> None:
    ids = [f"undocumented-{part}" for part in ("gateway", "function", "table", "logs")]
    assert list(amounts(bill_of(SLUG, "lambda"), ids).values()) == ["3.04", "0.92", "0.76", "1.45"]


def test_what_is_free_for_ever_is_subtracted_where_the_system_says_so() -> None:
    assert bill_of(SLUG, "lambda-free").allowances is Allowances.ALWAYS_FREE
    assert bill_of(SLUG, "lambda").allowances is Allowances.NONE


INSTANCES = "line('ec2-bare', 'instances')"
TRACED = "cost('lambda-nat') + tiered('AWSXRay:traces.recorded', 'us-east-1', 3041666.67)"
RESERVED = "2 * 730 * price('AmazonEC2:ri.linux.t3.medium.std.1yr.noupfront', 'us-east-1')"


@pytest.mark.parametrize(
    ("before", "after", "per_cent"),
    [
        (INSTANCES, "cost('lambda')", "-89.8"),
        ("cost('ec2-balanced')", "cost('lambda')", "-92.2"),
        ("cost('ec2')", "cost('lambda')", "-93.4"),
        (INSTANCES, "cost('lambda-nat')", "-29.7"),
        ("cost('ec2-balanced')", TRACED, "-27.1"),
        (INSTANCES, "cost('lambda-two-nats')", "30.4"),
        (RESERVED, "cost('lambda-nat')", "12.0"),
    ],
)
def test_each_reading_of_the_percentage_has_its_figure(
    before: str, after: str, per_cent: str
) -> None:
    change = formulas_of(SLUG).number(f"100 * (({after}) / ({before}) - 1)")
    assert round(change, 1) == Decimal(per_cent)


@pytest.mark.parametrize(
    ("before", "base"),
    [(INSTANCES, "121.1"), ("cost('ec2-balanced')", "163.1"), ("cost('ec2')", "197.1")],
)
def test_an_unchanged_base_of_the_right_size_makes_it_thirty_per_cent(
    before: str, base: str
) -> None:
    found = formulas_of(SLUG).number(f"({before} - cost('lambda')) / 0.30 - {before}")
    assert round(found, 1) == Decimal(base)


@pytest.mark.parametrize(("formula", "usd"), [(TRACED, "57.38"), (RESERVED, "38.11")])
def test_what_no_system_alone_costs_has_its_figure(formula: str, usd: str) -> None:
    assert cents(formulas_of(SLUG).number(formula)) == Decimal(usd)


@pytest.mark.parametrize(
    ("nat", "crossing"), [("0", "1230191"), ("cost('lambda-nat', 'nat')", "242085")]
)
def test_functions_and_containers_cost_the_same_at_the_known_volume(
    nat: str, crossing: str
) -> None:
    """Every request is a new connection, and a capacity unit takes 25 of them a second."""
    unit = "730 * 100000 / 86400 / 25 * price('AWSELB:alb.lcu', 'us-east-1')"
    found = formulas_of(SLUG).number(
        f"100000 * (cost('fargate') - {nat})"
        f" / (cost('lambda', 'gateway') + cost('lambda', 'function') - {unit})"
    )
    assert abs(found - Decimal(crossing)) <= 1


@pytest.mark.parametrize(
    ("claim", "value"),
    [("c2-07", "0.0416"), ("c2-09", "36.5"), ("c2-11", "100000"), ("c2-16", "0.0261")],
)
def test_a_claim_is_recomputed_to_its_figure(claim: str, value: str) -> None:
    stated = pack_of(SLUG).claims[claim]
    assert formulas_of(SLUG).number(stated.recompute, stated.let) == Decimal(value)


def test_the_claim_of_thirty_per_cent_is_recomputed_and_stays_open() -> None:
    claim = pack_of(SLUG).claims["c2-08"]
    assert (claim.value, claim.verdict) == (Decimal(-30), "residual")
    assert round(formulas_of(SLUG).number(claim.recompute, claim.let), 1) == Decimal("-89.8")


@pytest.mark.parametrize(
    ("system", "total"),
    [("ec2", "93.31"), ("lambda", "6.18"), ("lambda-nat", "42.68"), ("lambda-free", "4.21")],
)
def test_the_command_prints_the_same_totals(
    capsys: pytest.CaptureFixture[str], system: str, total: str
) -> None:
    bill = printed(capsys, f"{SLUG}/{system}")
    assert (bill["total_usd"], bill["month_hours"], bill["region"]) == (total, 730, "us-east-1")


def test_the_command_prints_the_rate_of_the_source_as_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = printed(capsys, f"{SLUG}/ec2-bare")["lines"][0]
    assert (line["documented_usd"], line["usd"], line["status"]) == ("60.74", "60.74", "closed")


@pytest.mark.parametrize(
    ("system", "part", "usd"),
    [
        ("lambda", "gateway", "3.04"),
        ("lambda-rest", "gateway", "10.65"),
        ("lambda-alb", "gateway", "24.00"),
        ("lambda", "table", "0.76"),
        ("lambda-aurora", "table", "87.60"),
        ("lambda-cache", "table", "11.68"),
    ],
)
def test_what_an_option_adds_has_its_figure(system: str, part: str, usd: str) -> None:
    """24.00: 730 hours of 0.0225, of 0.0463 units at 0.008, and of two addresses at 0.005."""
    assert cents(formulas_of(SLUG).number(f"cost('{system}', '{part}')")) == Decimal(usd)


@pytest.mark.parametrize(
    ("claim", "value"),
    [("c2-01", "38"), ("c2-02", "29"), ("c2-03", "44"), ("c2-04", "8"), ("c2-06", "285")],
)
def test_a_claim_about_time_is_recomputed_to_its_figure(claim: str, value: str) -> None:
    stated = pack_of(SLUG).claims[claim]
    assert formulas_of(SLUG).number(stated.recompute, stated.let) == Decimal(value)


def option_of(decision: str, option: str) -> Option:
    found = pack_of(SLUG).block(decision)
    assert isinstance(found, Decision)
    return next(one for one in found.options if one.id == option)


@pytest.mark.parametrize(
    ("before", "decision", "option", "adds"),
    [
        ("lambda", "j2-d2", "rest", "7.60"),
        ("lambda-forgetful", "j2-d3", "table", "0.76"),
        ("lambda-forgetful", "j2-d3", "aurora", "87.60"),
        ("lambda-forgetful", "j2-d3", "cache", "11.68"),
        ("lambda", "j2-d4", "one-warm", "2.06"),
        ("lambda", "j2-d4", "ten-warm", "21.77"),
        ("lambda", "j2-d5", "one", "36.50"),
        ("lambda", "j2-d5", "two", "73.00"),
        ("lambda", "j2-d6", "names", "0.50"),
    ],
)
def test_an_option_moves_the_bill_by_its_figure(
    before: str, decision: str, option: str, adds: str
) -> None:
    """A warm copy has a fee of 2.19; 23,573 GB-seconds are then 0.0000055556 cheaper each: 0.13."""
    pack = pack_of(SLUG)
    change = option_of(decision, option).change
    assert change is not None
    after = apply(pack.architectures[before], change, named=pack.architectures)
    moved = reconcile(after, BOOK).total_usd - bill_of(SLUG, before).total_usd
    assert cents(moved) == Decimal(adds)


@pytest.mark.parametrize(
    ("system", "took"), [("ec2", 38), ("lambda", 31), ("lambda-rest", 41), ("lambda-alb", 32)]
)
def test_a_call_in_the_middle_takes_the_sum_of_its_parts(system: str, took: int) -> None:
    assert formulas_of(SLUG).number(f"flow_ms('{system}', 'api')") == took
