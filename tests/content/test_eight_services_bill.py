"""The bill of seed 004, about 2,800 USD: what the text explains, and a closure that falls short."""

from __future__ import annotations

from decimal import Decimal

import pytest
from content_bills import BOOK, bill_of, changed, formulas_of, pack_of, printed

from archlab.domain.architecture import Architecture, Change, apply
from archlab.domain.money import cents
from archlab.domain.pack import Decision
from archlab.domain.pricing import Allowances, Bill, Status, reconcile

SLUG = "eight-services"
STAGING = ("staging-db", "staging-api", "staging-lb", "staging-nat", "staging-cache")
ADDRESS = "AmazonVPC:public-ipv4.in-use.hour"
CLASS = "AmazonRDS:ondemand.postgres.db.r6g.large"
DISK = "AmazonRDS:storage.gp3"
SMALL = ("images", "keys", "secrets", "dns", "topic")

DERIVABLE = (
    "cost('minimum', 'api') + cost('minimum', 'cache') + 730 * "
    "price('AWSELB:alb.hour', 'us-east-1') + 0.65 * 730 * "
    f"(price('{CLASS}.multi-az', 'us-east-1') + price('{CLASS}', 'us-east-1'))"
)
"""The parts of the bill for which the text gives class, number and saving."""

Picked = dict[str, tuple[str, ...]]
"""Component -> the keys that belong to the line; none for all of them."""

LINES: list[tuple[Picked, str]] = [
    ({"api": ()}, "360.40"),
    ({"db": (f"{CLASS}.multi-az",)}, "213.53"),
    ({"db": (f"{DISK}.multi-az",)}, "115.00"),
    ({"db": (CLASS,)}, "213.53"),
    ({"db": (f"{DISK}.single-az",)}, "115.00"),
    ({"cache": ()}, "150.38"),
    ({"lb": ("AWSELB:alb.hour", "AWSELB:alb.lcu")}, "45.63"),
    ({"nat": ("AmazonVPC:nat-gateway.hour", "AmazonVPC:nat-gateway.gb")}, "155.70"),
    ({"lb": (ADDRESS,), "nat": (ADDRESS,)}, "14.60"),
    ({"files": (), "archive": ()}, "171.00"),
    (
        {"logs": ("AmazonCloudWatch:logs.ingest.standard", "AmazonCloudWatch:logs.storage")},
        "209.50",
    ),
    ({"alarms": (), "logs": ("AmazonCloudWatch:logs.insights",)}, "50.12"),
    ({"egress": ("AWSDataTransfer:internet-out",)}, "261.00"),
    ({"egress": ("AWSDataTransfer:inter-az",)}, "40.96"),
    (
        {
            **dict.fromkeys(SMALL, ()),
            "staging-nat": (ADDRESS,),
            "staging-db": (f"{DISK}.single-az",),
        },
        "20.00",
    ),
    (
        {
            "staging-db": ("AmazonRDS:ondemand.postgres.db.t4g.medium",),
            "staging-api": (),
            "staging-lb": (),
            "staging-nat": ("AmazonVPC:nat-gateway.hour",),
            "staging-cache": (),
        },
        "216.53",
    ),
]


def paid(bill: Bill, picked: Picked) -> Decimal:
    parts = (part for line in bill.lines for part in line.parts if part.component in picked)
    return sum(
        (
            part.usd or Decimal(0)
            for part in parts
            if not picked[part.component] or part.usage.key in picked[part.component]
        ),
        Decimal(0),
    )


def value(formula: str) -> Decimal:
    return formulas_of(SLUG).number(formula)


@pytest.mark.parametrize(
    ("name", "total", "rest"),
    [("minimum", "828.96", "1971.04"), ("documented", "2352.86", "447.14")],
)
def test_one_printed_line_takes_everything_and_names_what_it_lacks(
    name: str, total: str, rest: str
) -> None:
    bill = bill_of(SLUG, name)
    (line,) = bill.lines
    assert bill.documented_usd == line.documented_usd == Decimal(2800)
    assert line.status is Status.RESIDUAL
    assert cents(line.usd or Decimal(0)) == bill.total_usd == Decimal(total)
    documented = pack_of(SLUG).architectures[name].documented
    assert documented is not None
    assert line.delta_usd == documented.lines[0].residual_usd == Decimal(rest)
    assert line.residual


@pytest.mark.parametrize(("picked", "usd"), LINES)
def test_a_line_of_the_closure_costs_what_the_note_says(picked: Picked, usd: str) -> None:
    assert cents(paid(bill_of(SLUG, "documented"), picked)) == Decimal(usd)


def test_the_sixteen_lines_are_the_whole_closure() -> None:
    bill = bill_of(SLUG, "documented")
    assert len(LINES) == 16
    assert cents(sum((paid(bill, picked) for picked, _ in LINES), Decimal(0))) == bill.total_usd


def test_what_is_free_for_ever_is_subtracted() -> None:
    bill = bill_of(SLUG, "documented")
    assert bill.allowances is Allowances.ALWAYS_FREE
    free = {part.usage.key: part.free for line in bill.lines for part in line.parts if part.free}
    assert free == {
        "AmazonCloudWatch:logs.ingest.standard": 5,
        "AmazonCloudWatch:alarm.standard": 10,
        "AWSDataTransfer:internet-out": 100,
    }


@pytest.mark.parametrize(
    ("place", "low", "high", "below", "above"),
    [
        ("db__commitment_share", "0.40", "0", "-32.85", "229.95"),
        ("api__tasks", "5", "15", "-180.20", "180.20"),
        ("db__replicas", "1", "3", "-164.26", "164.26"),
        ("egress__internet_out_gb", "1500", "4500", "-135.00", "135.00"),
        ("db__storage_gib", "250", "750", "-115.00", "115.00"),
        ("files__gb", "2500", "7500", "-57.50", "57.50"),
        ("nat__processed_gb", "1000", "3000", "-45.00", "45.00"),
        ("lb__lcu", "2.5", "7.5", "-14.60", "14.60"),
    ],
)
def test_an_assumption_alone_moves_the_total(
    place: str, low: str, high: str, below: str, above: str
) -> None:
    likely = value("cost('documented')")
    moved = [
        cents(reconcile(changed(SLUG, "documented", **{place: word}), BOOK).total_usd - likely)
        for word in (low, high)
    ]
    assert moved == [pytest.approx(Decimal(usd), abs=Decimal("0.01")) for usd in (below, above)]


def test_logs_are_taken_in_and_kept_in_one_assumption() -> None:
    more = changed(SLUG, "documented", logs__ingest_gb="600", logs__stored_gb="600")
    assert cents(reconcile(more, BOOK).total_usd - value("cost('documented')")) == Decimal("106.00")


def test_without_staging_the_closure_has_its_line_its_address_and_its_disk_less() -> None:
    named = pack_of(SLUG).architectures
    without = apply(named["documented"], Change(remove=STAGING))
    less = value("cost('documented')") - reconcile(without, BOOK).total_usd
    assert cents(less) == Decimal("216.53") + Decimal("3.65") + Decimal("2.30")


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("cost('before', 'api')", "72.08"),
        ("cost('minimum', 'api')", "43.25"),
        ("cost('before', 'api') - cost('minimum', 'api')", "28.83"),
        ("1.5 * cost('before', 'api')", "108.12"),
        ("cost('before', 'api') / 4", "18.02"),
        (
            f"730 * (price('{CLASS}.multi-az', 'us-east-1') + price('{CLASS}', 'us-east-1'))",
            "492.75",
        ),
        (f"0.65 * 730 * price('{CLASS}', 'us-east-1')", "106.76"),
        ("2 * 730 * price('AmazonEC2:ondemand.linux.t4g.medium', 'us-east-1')", "49.06"),
        ("cost('before', 'orphans')", "30.00"),
        ("cost('cache-pair') - cost('minimum')", "150.38"),
        ("cost('cache-pair', 'cache') - cost('minimum', 'cache')", "150.38"),
        (f"730 * price('{CLASS}.multi-az', 'us-east-1')", "328.50"),
        (f"0.65 * 730 * price('{CLASS}.multi-az', 'us-east-1')", "213.53"),
        ("1000 * price('AmazonRDS:storage.gp2.multi-az', 'us-east-1')", "230.00"),
        ("200 * price('AmazonRDS:storage.gp3.multi-az', 'us-east-1')", "46.00"),
        ("cost('tuned', 'api') / 2.4", "18.02"),
        (
            "5 * 0.5 * 730 * 3600 * price('AWSLambda:provisioned-concurrency.arm64', 'us-east-1')",
            "21.90",
        ),
        ("3 * price('AmazonCloudWatch:alarm.standard', '*')", "0.30"),
        ("4 * price('AmazonCloudWatch:alarm.standard', '*')", "0.40"),
        (
            DERIVABLE,
            "530.34",
        ),
    ],
)
def test_a_figure_of_the_story_recomputes(formula: str, result: str) -> None:
    assert cents(value(formula)) == Decimal(result)


@pytest.mark.parametrize(
    ("decision", "option", "system", "picked", "usd"),
    [
        ("j4-d1", "fargate", "shared", "api", "43.25"),
        ("j4-d1", "arm", "shared", "api", "34.60"),
        ("j4-d1", "machines", "shared", "api", "50.34"),
        ("j4-d2", "fixed", "before", "api", "72.08"),
        ("j4-d2", "both", "before", "api", "43.25"),
        ("j4-d2", "processor", "before", "api", "43.25"),
        ("j4-d2", "clock", "before", "api", "48.65"),
        ("j4-d4", "sidecar", "shared", "", "0.00"),
        ("j4-d4", "central", "shared", "", "18.02"),
        ("j4-d4", "proxy", "shared", "", "21.90"),
        ("j4-d5", "pair", "before", "cache", "300.76"),
        ("j4-d6", "spread", "shared", "", "0.00"),
    ],
)
def test_an_option_costs_what_the_plan_says(
    decision: str, option: str, system: str, picked: str, usd: str
) -> None:
    """One component after the choice, or, with none named, what the choice adds to the whole."""
    chosen = option_of(decision, option)
    named = pack_of(SLUG).architectures
    after = reconcile(apply(named[system], chosen, named=named), BOOK)
    if picked:
        assert cents(paid(after, {picked: ()})) == Decimal(usd)
    else:
        assert cents(after.total_usd - bill_of(SLUG, system).total_usd) == Decimal(usd)


@pytest.mark.parametrize(
    ("option", "hours"),
    [("both", "492.75"), ("standby", "328.50"), ("replica", "328.50")],
)
def test_the_copies_of_the_database_cost_what_the_plan_says(option: str, hours: str) -> None:
    named = pack_of(SLUG).architectures
    after = reconcile(apply(named["before"], option_of("j4-d3", option), named=named), BOOK)
    assert cents(paid(after, {"db": (CLASS, f"{CLASS}.multi-az")})) == Decimal(hours)


@pytest.mark.parametrize(("decision", "option"), [("j4-d1", "spot"), ("j4-d3", "cluster")])
def test_what_the_book_does_not_have_is_not_priced(decision: str, option: str) -> None:
    named = pack_of(SLUG).architectures
    after = apply(named["before"], option_of(decision, option), named=named)
    assert Status.UNPRICED in {line.status for line in reconcile(after, BOOK).lines}


def option_of(decision: str, option: str) -> Change:
    block = pack_of(SLUG).block(decision)
    assert isinstance(block, Decision)
    return next(one.change for one in block.options if one.id == option) or Change()


def test_a_user_costs_5_6_cents_and_22_4_tasks_would_hide_the_hole() -> None:
    assert value("fact('S4-062') / fact('S4-002')") == Decimal("0.056")
    tasks = value("10 + (2800 - cost('documented')) / (cost('documented', 'api') / 10)")
    assert tasks.quantize(Decimal("0.1")) == Decimal("22.4")


def after_option(decision: str, option: str) -> Architecture:
    """The half tuned system after one option of a later decision."""
    block = pack_of(SLUG).block(decision)
    assert isinstance(block, Decision)
    found = next(one for one in block.options if one.id == option)
    start = pack_of(SLUG).architectures["tuned"]
    return apply(start, found.change) if found.change else start


def listed(system: Architecture, *parts: str) -> Decimal:
    """These components at list price, before anything that is free."""
    bill = reconcile(system, BOOK, allowances=Allowances.NONE)
    found = [part for line in bill.lines for part in line.parts if part.component in parts]
    return cents(sum((part.usd or Decimal(0) for part in found), Decimal(0)))


@pytest.mark.parametrize(
    ("decision", "option", "parts", "usd"),
    [
        ("j4-d7", "through-api", ("api",), "61.27"),
        ("j4-d7", "put", ("api",), "43.25"),
        ("j4-d8", "three", ("alarms",), "0.30"),
        ("j4-d8", "budget", ("alarms",), "0.40"),
        ("j4-d9", "ecs", ("api",), "43.25"),
        ("j4-d9", "functions", ("gateway", "function"), "113.03"),
        ("j4-d10", "both", ("sessions",), "4.88"),
        ("j4-d10", "table", ("sessions",), "10.84"),
        ("j4-d11", "fifo", ("jobs",), "1.50"),
    ],
)
def test_an_option_of_the_second_half_costs_what_the_plan_says(
    decision: str, option: str, parts: tuple[str, ...], usd: str
) -> None:
    assert listed(after_option(decision, option), *parts) == Decimal(usd)


def session_ms(option: str) -> Decimal:
    hops = after_option("j4-d10", option).flows["session"].hops
    return sum((hop.p50_ms for hop in hops), Decimal(0))


@pytest.mark.parametrize("option", ["table", "both"])
def test_a_table_of_keys_answers_faster_than_a_query(option: str) -> None:
    assert session_ms(option) < session_ms("sql")


def test_a_standby_with_one_replica_costs_as_much_as_two_replicas_alone() -> None:
    alone = changed(SLUG, "minimum", db__multi_az="false", db__replicas="2")
    assert reconcile(alone, BOOK).total_usd == value("cost('minimum')")


def test_the_disk_types_of_a_database_have_one_price() -> None:
    older = changed(SLUG, "minimum", db__storage_type="gp2")
    assert reconcile(older, BOOK).total_usd == value("cost('minimum')")


def test_the_command_prints_the_hole(capsys: pytest.CaptureFixture[str]) -> None:
    bill = printed(capsys, f"{SLUG}/documented")
    (line,) = bill["lines"]
    assert bill["total_usd"] == line["usd"] == "2352.86"
    assert (line["documented_usd"], line["delta_usd"], line["status"]) == (
        "2800",
        "447.14",
        "residual",
    )
    assert len(line["components"]) == 20


def test_the_command_prints_what_the_text_explains(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, f"{SLUG}/minimum")["total_usd"] == "828.96"
