"""What must hold for every row and every quantity, searched by hypothesis."""

from __future__ import annotations

import dataclasses
from decimal import Decimal, localcontext

from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pricing_builders import Consumed, Plant, forecast

from archlab.domain.money import MONEY
from archlab.domain.pricing import Allowances, PriceBook, PriceRow, Unpriced, Usage, reconcile
from archlab.domain.pricing.book import total
from archlab.domain.pricing.rows import FreeMode, charges

BOOK = PriceBook.shipped()
PRICED = [row for row in BOOK.rows if row.range is None]
TIERED = [row for row in PRICED if len(row.tiers) > 1]
POOLED = [row for row in PRICED if row.allowance and row.region in ("us-east-1", "*", "global")]
HOURLY = [row for row in PRICED if row.unit.scales_with_month and row.region == "us-east-1"]
MONTHLY = [row for row in PRICED if row.unit.endswith("month") and row.region == "us-east-1"]

search = settings(max_examples=150, deadline=None, derandomize=True)
quantities = st.decimals(min_value=0, max_value=10**12, places=3)
modes = st.sampled_from(Allowances)


def cost(row: PriceRow, quantity: Decimal, allowances: Allowances) -> Decimal:
    try:
        return BOOK.cost(row.key, row.region, quantity, allowances)
    except Unpriced:
        reject()


@search
@given(st.sampled_from(PRICED), quantities, quantities, modes)
def test_more_never_costs_less(
    row: PriceRow, one: Decimal, other: Decimal, allowances: Allowances
) -> None:
    low, high = sorted((one, other))
    assert 0 <= cost(row, low, allowances) <= cost(row, high, allowances)


@search
@given(st.sampled_from(TIERED), st.data(), modes)
def test_no_amount_jumps_at_a_tier_edge(
    row: PriceRow, data: st.DataObject, allowances: Allowances
) -> None:
    edge = data.draw(st.sampled_from([tier.start for tier in row.tiers[1:]]))
    step = Decimal("0.001")
    jump = cost(row, edge + step, allowances) - cost(row, edge - step, allowances)
    assert 0 <= jump <= 2 * step * max(tier.price_usd for tier in row.tiers)


@search
@given(st.sampled_from(PRICED), st.data())
def test_inside_one_tier_amounts_add_up(row: PriceRow, data: st.DataObject) -> None:
    tier = data.draw(st.sampled_from(row.tiers))
    room = (tier.end or tier.start + 10**9) - tier.start
    first = data.draw(st.decimals(min_value=0, max_value=room, places=3))
    second = data.draw(st.decimals(min_value=0, max_value=room - first, places=3))
    base = cost(row, tier.start, Allowances.NONE)
    both = cost(row, tier.start + first + second, Allowances.NONE) - base
    apart = [cost(row, tier.start + part, Allowances.NONE) - base for part in (first, second)]
    assert both == sum(apart) == (first + second) * tier.price_usd


@search
@given(
    st.lists(st.tuples(st.sampled_from(POOLED), st.integers(0, 10**8)), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
    modes,
)
def test_the_order_of_lines_changes_no_amount(
    parts: list[tuple[PriceRow, int]], shuffled: st.DataObject, allowances: Allowances
) -> None:
    usages = {
        f"c{number}": [Usage(row.key, Decimal(quantity))]
        for number, (row, quantity) in enumerate(parts)
    }
    names = list(usages)
    shuffled.shuffle(names)  # type: ignore[attr-defined] # a random.Random
    bills = [
        reconcile(forecast(**{name: usages[name] for name in order}), BOOK, allowances=allowances)
        for order in (list(usages), names)
    ]
    first, second = ({line.components: line.usd for line in bill.lines} for bill in bills)
    assert first == second


@search
@given(st.lists(st.tuples(st.sampled_from(POOLED), st.integers(0, 10**8)), min_size=1, max_size=5))
def test_an_allowance_never_costs_and_never_pays(parts: list[tuple[PriceRow, int]]) -> None:
    usages = {f"c{n}": [Usage(row.key, Decimal(q))] for n, (row, q) in enumerate(parts)}
    free = reconcile(forecast(**usages), BOOK, allowances=Allowances.ALWAYS_FREE).total_usd
    paid = reconcile(forecast(**usages), BOOK).total_usd
    assert 0 <= free <= paid


@search
@given(st.sampled_from(HOURLY), st.sampled_from(MONTHLY), st.integers(1, 744), st.integers(1, 9))
def test_hourly_lines_follow_the_month_and_monthly_lines_do_not(
    hourly: PriceRow, monthly: PriceRow, hours: int, count: int
) -> None:
    def consumed(month: Decimal) -> Consumed:
        return {
            "hourly": [Usage(hourly.key, count * month)],
            "monthly": [Usage(monthly.key, Decimal(count))],
        }

    year = reconcile(Plant(consumed), BOOK, month_hours=hours)
    one_hour = reconcile(Plant(consumed), BOOK, month_hours=1)
    amounts = {line.label: line.usd for line in year.lines}
    units = {line.label: line.usd for line in one_hour.lines}
    assert amounts["hourly"] == hours * (units["hourly"] or Decimal("NaN"))
    assert amounts["monthly"] == units["monthly"]


@search
@given(st.lists(st.sampled_from(PRICED), min_size=1, max_size=8, unique_by=lambda row: row.key))
def test_another_region_changes_regional_rows_only(rows: list[PriceRow]) -> None:
    def bill(region: str) -> dict[str, object]:
        usages = {f"c{n}": [Usage(row.key, Decimal(7))] for n, row in enumerate(rows)}
        return {
            line.label: line for line in reconcile(forecast(**usages), BOOK, region=region).lines
        }

    here, there = bill("us-east-1"), bill("eu-west-1")
    for number, row in enumerate(rows):
        if row.region in ("*", "global"):
            assert here[f"c{number}"] == there[f"c{number}"]


@search
@given(
    st.sampled_from([row for row in TIERED if row.allowance]),
    st.decimals(min_value=0, max_value=10**7, places=2),
)
def test_an_allowance_before_falling_tiers_is_worth_no_more_than_one_inside(
    row: PriceRow, quantity: Decimal
) -> None:
    assert row.allowance is not None
    with localcontext(MONEY):
        before, inside = (
            total(
                charges(dataclasses.replace(row, free_mode=mode), quantity, row.allowance.quantity)
            )
            for mode in (FreeMode.BEFORE_TIERS, FreeMode.INSIDE_FIRST_TIER)
        )
    assert before >= inside >= 0
