"""The bill of seed 003: 20 USD on one server, about 500 on AWS, and the way towards 300."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from content_bills import BOOK, bill_of, changed, formulas_of, pack_of, printed

from archlab.domain.architecture import Architecture, apply, assess
from archlab.domain.money import cents
from archlab.domain.pack import Decision
from archlab.domain.pricing import Allowances, Bill, Status, reconcile

SLUG = "vps-to-aws"
ADDRESS = "AmazonVPC:public-ipv4.in-use.hour"
SERVICES = ("frontend", "backend", "admin", "worker", "chatbot", "weaviate")
SMALL = ("secrets", "vectors", "egress", "files", "images", "dns", "alarms")
STEPS = ["moved", "aws", "aws-assumed-cache", "aws-optimised", "aws-lean"]


def system(name: str) -> Architecture:
    return pack_of(SLUG).architectures[name]


def paid(bill: Bill, *components: str, address: bool | None = None) -> Decimal:
    """What the parts of a bill cost: with their public addresses, without, or those alone."""
    return cents(
        sum(
            (
                part.usd or Decimal(0)
                for line in bill.lines
                for part in line.parts
                if part.component in components and address in (None, part.usage.key == ADDRESS)
            ),
            Decimal(0),
        )
    )


def value(formula: str) -> Decimal:
    return cents(formulas_of(SLUG).number(formula))


def chosen(decision: str, option: str, name: str) -> Architecture:
    """A named system after an option of a decision."""
    block = pack_of(SLUG).block(decision)
    assert isinstance(block, Decision)
    change = next(one.change for one in block.options if one.id == option)
    return system(name) if change is None else apply(system(name), change)


def test_the_first_server_costs_its_printed_twenty() -> None:
    (line,) = bill_of(SLUG, "vps").lines
    assert line.status is Status.CLOSED
    assert line.usd == line.documented_usd == Decimal(20)


def test_the_one_printed_line_closes_in_its_own_month_of_720_hours() -> None:
    line = next(line for line in bill_of(SLUG, "aws").lines if line.id == "rds")
    assert (cents(line.usd or Decimal(0)), line.documented_usd) == (Decimal("224.64"), Decimal(225))
    assert line.formula.startswith("0.312 x 720 h")
    assert (line.delta_usd, line.status) == (Decimal("0.36"), Status.RESIDUAL)
    assert line.fitted


def test_everything_else_is_240_40_and_lacks_34_60() -> None:
    bill = bill_of(SLUG, "aws")
    line = next(line for line in bill.lines if line.id == "rest")
    assert cents(line.usd or Decimal(0)) == Decimal("240.40")
    assert line.delta_usd == Decimal("34.60")
    assert (bill.documented_usd, bill.month_hours) == (Decimal(500), 730)


def test_the_cache_is_the_one_line_without_a_price() -> None:
    bill = bill_of(SLUG, "aws")
    assert [line.components for line in bill.unpriced] == [("cache",)]
    assert bill.unpriced[0].documented_usd is None


@pytest.mark.parametrize(
    ("components", "address", "usd"),
    [
        (SERVICES, None, "132.63"),
        (("nat",), False, "37.44"),
        (("lb",), False, "24.24"),
        (("logs",), None, "11.40"),
        (("lb", "nat"), True, "10.95"),
        (("waf",), None, "8.60"),
        (SMALL, None, "15.14"),
    ],
)
def test_a_part_of_the_closure_costs_what_the_note_says(
    components: tuple[str, ...], usd: str, *, address: bool | None
) -> None:
    assert paid(bill_of(SLUG, "aws"), *components, address=address) == Decimal(usd)


def test_with_an_assumed_rate_the_cache_is_money_of_the_class_assumed() -> None:
    bill = bill_of(SLUG, "aws-assumed-cache")
    assert paid(bill, "cache") == Decimal("19.86")
    assert not bill.unpriced
    (part,) = (one for line in bill.lines for one in line.parts if one.component == "cache")
    assert part.usage.quantity_class == "assumed"


@pytest.mark.parametrize(
    ("name", "usd"),
    [("aws-assumed-cache", "485.25"), ("aws-optimised", "365.27"), ("aws-lean", "325.48")],
)
def test_a_total_takes_the_database_at_its_documented_225(name: str, usd: str) -> None:
    factor = "" if name == "aws-assumed-cache" else " * 0.89 * 0.70"
    rest = f"cost('{name}') - cost('{name}', 'db')"
    assert value(f"{rest} + line('aws', 'rds'){factor}") == Decimal(usd)


def test_what_has_a_price_comes_to_465_40() -> None:
    without = "cost('aws-assumed-cache', 'db') - cost('aws-assumed-cache', 'cache')"
    formula = f"cost('aws-assumed-cache') - {without} + line('aws', 'rds')"
    assert value(formula) == Decimal("465.40")


@pytest.mark.parametrize(
    ("before", "after", "usd"),
    [
        ({}, {f"{one}__arch": "arm64" for one in SERVICES}, "26.51"),
        (
            {"worker__arch": "arm64"},
            {"worker__arch": "arm64", "worker__spot_share": "1", "worker__spot_saving": "0.6"},
            "8.65",
        ),
    ],
)
def test_a_lever_on_the_tasks_saves_what_the_note_says(
    before: dict[str, str], after: dict[str, str], usd: str
) -> None:
    dear = reconcile(changed(SLUG, "aws-assumed-cache", **before), BOOK)
    cheap = reconcile(changed(SLUG, "aws-assumed-cache", **after), BOOK)
    assert paid(dear, *SERVICES) - paid(cheap, *SERVICES) == Decimal(usd)


def test_the_gateway_saves_19_19_and_the_sleep_20_60() -> None:
    optimised, lean = bill_of(SLUG, "aws-optimised"), bill_of(SLUG, "aws-lean")
    gateway = paid(optimised, "nat") - paid(lean, "addresses")
    asleep = paid(optimised, *SERVICES) - paid(lean, *SERVICES)
    assert (gateway, asleep) == (Decimal("19.19"), Decimal("20.60"))


@pytest.mark.parametrize(
    ("name", "usd"),
    [("aurora-floor", "102.20"), ("aurora-one", "204.40"), ("aurora-two", "408.80")],
)
def test_two_instances_of_aurora_cost_their_units(name: str, usd: str) -> None:
    assert paid(bill_of(SLUG, name), "db") == Decimal(usd)


@pytest.mark.parametrize(
    ("formula", "usd"),
    [
        ("cost('aws-assumed-cache', 'db')", "227.76"),
        ("fact('S3-191') * 0.80 * 0.62", "111.60"),
        ("fact('S3-191') * 0.89 * 0.70", "140.18"),
        ("bill('aws') / 30", "16.67"),
        ("bill('aws-optimised') / 30", "10.00"),
        ("bill('vps') / fact('S3-020')", "2.00"),
        ("cost('moved', 'backend')", "18.02"),
        ("2 * 730 * price('AmazonRDS:rds-proxy.vcpu', 'us-east-1')", "21.90"),
        ("floor(8 * 1024 * 1024 * 1024 / 9531392)", "901"),
        ("floor(16 * 1024 * 1024 * 1024 / 9531392)", "1802"),
        ("cost('moved', 'frontend')", "9.01"),
        ("cost('moved', 'chatbot')", "36.04"),
        ("744 * price('AmazonLightsail:bundle.2gb', 'ap-southeast-1')", "11.99"),
        ("744 * price('AmazonLightsail:bundle.4gb', 'ap-southeast-1')", "23.99"),
    ],
)
def test_a_figure_of_the_story_recomputes(formula: str, usd: str) -> None:
    assert value(formula) == Decimal(usd)


def after(decision: str, option: str) -> Decimal:
    """What an option adds to the moved platform, in USD a month."""
    block = next(
        one for step in pack_of(SLUG).steps.values() for one in step.decisions if one.id == decision
    )
    change = next(one.change for one in block.options if one.id == option)
    before = system("moved")
    there = reconcile(apply(before, change) if change else before, BOOK)
    return cents(there.total_usd - reconcile(before, BOOK).total_usd)


@pytest.mark.parametrize(
    ("decision", "option", "usd"),
    [
        ("j3-d11", "bouncer", "18.02"),
        ("j3-d11", "smaller", "0.00"),
        ("j3-d12", "own", "255.50"),
        ("j3-d12", "one-server", "51.10"),
        ("j3-d13", "sqs", "0.80"),
        ("j3-d14", "two", "27.03"),
        ("j3-d14", "clock", "8.11"),
        ("j3-d16", "breaker", "26.83"),
        ("j3-d17", "changes", "2.00"),
        ("j3-d17", "firewall", "10.60"),
    ],
)
def test_an_option_costs_what_the_plan_of_the_journey_says(
    decision: str, option: str, usd: str
) -> None:
    assert after(decision, option) == Decimal(usd)


def test_a_proxy_has_no_price_in_ireland_and_is_never_free() -> None:
    option = next(
        option
        for block in pack_of(SLUG).steps["j3-13"].decisions
        for option in block.options
        if option.id == "proxy"
    )
    bill = reconcile(apply(system("moved"), option.change), BOOK)
    assert ("proxy",) in [line.components for line in bill.unpriced]


def test_two_tasks_in_two_zones_leave_less_than_a_tenth_of_the_downtime() -> None:
    block = next(block for block in pack_of(SLUG).steps["j3-16"].decisions)
    two = next(option for option in block.options if option.id == "two")
    one, both = (
        assess(one, BOOK).downtime.minutes
        for one in (system("moved"), apply(system("moved"), two.change))
    )
    assert one is not None
    assert both is not None
    assert cents(one) == Decimal("7.04")
    assert both < one / 10


def test_bot_control_brings_the_firewall_to_19_60_or_a_dollar_less_with_its_free_requests() -> None:
    system = changed(SLUG, "aws", waf__bot_control="true")
    assert paid(reconcile(system, BOOK), "waf") == Decimal("18.60")
    listed = replace(system, allowances=Allowances.NONE)
    assert paid(reconcile(listed, BOOK), "waf") == Decimal("19.60")


@pytest.mark.parametrize(
    ("formula", "usd"),
    [
        ("cost('small-cluster', 'plane')", "73.00"),
        ("2 * 730 * price('AmazonEC2:ondemand.linux.t3.medium', 'eu-west-1')", "66.58"),
        ("cost('two-boxes') - cost('vps')", "38.40"),
        ("3 * 730 * price('AmazonEC2:ondemand.linux.t4g.medium', 'eu-west-1')", "80.59"),
    ],
)
def test_a_home_of_containers_costs_what_the_note_says(formula: str, usd: str) -> None:
    assert value(formula) == Decimal(usd)


def test_kubernetes_costs_its_control_plane_beside_the_same_tasks() -> None:
    assert paid(bill_of(SLUG, "moved"), *SERVICES) == Decimal("132.63")
    assert paid(bill_of(SLUG, "on-kubernetes"), *SERVICES, "plane") == Decimal("205.63")


def test_the_first_functions_cost_10_39_without_a_database() -> None:
    bill = bill_of(SLUG, "small-functions")
    assert paid(bill, "gateway", "functions") == Decimal("10.39")
    assert [line.components for line in bill.unpriced] == [("rows",)]


def test_the_functions_cost_31_17_before_what_is_free_for_ever() -> None:
    listed = replace(system("on-functions"), allowances=Allowances.NONE)
    assert paid(reconcile(listed, BOOK), "gateway", "functions") == Decimal("31.17")


@pytest.mark.parametrize(
    ("decision", "option", "usd"),
    [
        ("j3-d2", "rotate", "0.12"),
        ("j3-d2", "alert", "0.10"),
        ("j3-d2", "managed", "28.09"),
        ("j3-d3", "files", "0"),
        ("j3-d4", "canary", "2"),
    ],
)
def test_an_option_moves_the_bill_of_the_machine_by_its_golden_amount(
    decision: str, option: str, usd: str
) -> None:
    dear = reconcile(chosen(decision, option, "vps"), BOOK).total_usd
    assert cents(dear - bill_of(SLUG, "vps").total_usd) == Decimal(usd)


@pytest.mark.parametrize(("option", "usd"), [("one", "0.80"), ("alpine", "0.20"), ("slim", "0.25")])
def test_ten_images_are_kept_for_cents(option: str, usd: str) -> None:
    assert paid(reconcile(chosen("j3-d7", option, "moved"), BOOK), "images") == Decimal(usd)


@pytest.mark.parametrize("name", ["aws", "aws-assumed-cache", "aws-optimised", "aws-lean"])
def test_every_documented_line_is_closed_by_its_named_residual(name: str) -> None:
    documented = system(name).documented
    assert documented is not None
    assert documented.total_usd == sum(line.usd for line in documented.lines)
    modelled = {line.id: line for line in bill_of(SLUG, name).lines}
    for line in documented.lines:
        assert line.residual
        delta = modelled[line.id].delta_usd
        assert delta is not None
        assert abs(delta - line.residual_usd) <= Decimal("0.01")


def test_a_machine_of_another_class_or_without_a_standby_leaves_the_line_open() -> None:
    documented = system("aws").documented
    for place, word in (("db__class", "db.t4g.medium"), ("db__multi_az", "false")):
        other = changed(SLUG, "aws", **{place: word})
        assert other.documented is None
        cost = paid(reconcile(other, BOOK), "db")
        assert documented is not None
        assert abs(cost - documented.lines[0].usd) > 1


def test_the_command_prints_what_is_open(capsys: pytest.CaptureFixture[str]) -> None:
    bill = printed(capsys, f"{SLUG}/aws")
    shown = [
        (line["label"], line["documented_usd"], line["usd"], line["delta_usd"], line["status"])
        for line in bill["lines"]
    ]
    assert shown == [
        ("Database", "225", "224.64", "0.36", "residual"),
        ("Everything else", "275", "240.40", "34.60", "residual"),
        ("cache", None, None, None, "unpriced"),
    ]
    assert bill["total_usd"] == "465.04"


def test_each_step_of_the_way_is_a_system_of_its_own() -> None:
    assert set(STEPS) <= set(pack_of(SLUG).architectures)
    totals = [bill_of(SLUG, name).total_usd for name in STEPS[2:]]
    assert totals == sorted(totals, reverse=True)
