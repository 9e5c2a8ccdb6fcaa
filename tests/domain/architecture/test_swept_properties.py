"""What holds for a price row also holds for a whole system along its dials, through every kind."""

from __future__ import annotations

from decimal import Decimal, localcontext

from architecture_builders import NEEDED, part, system
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archlab.domain.architecture import KINDS, Architecture, Demand
from archlab.domain.architecture.parameters import limits, word_of
from archlab.domain.architecture.watch import billed_parameters
from archlab.domain.money import MONEY
from archlab.domain.pricing import Allowances, PriceBook, Sweep

BOOK = PriceBook.shipped()
BUSY = Demand(requests_per_day=Decimal(3_000_000))

SAVES = {
    "off_hours_week",
    "spot_share",
    "spot_saving",
    "spot_usd_hour",
    "commitment_share",
    "ping_minutes",
    "retention_days",
}
"""Numbers that may lower a bill; all others are quantities, and more of them never costs less."""

search = settings(max_examples=200, deadline=None, derandomize=True)
modes = st.sampled_from(Allowances)
gigabytes = st.decimals(min_value=0, max_value=10**6, places=3)


def crowd(*also: str) -> Architecture:
    """Logs, traffic and functions that share tiers and pools, twice each."""
    return system(
        part("log_group", "logs", ingest_gb="3"),
        part("log_group", "more-logs", ingest_gb="4"),
        part("data_transfer", "out", internet_out_gb="90"),
        part("data_transfer", "more-out", internet_out_gb="20"),
        part("lambda_function", "resize", memory_mib=512, avg_ms="50"),
        part("lambda_function", "mail", memory_mib=256, avg_ms="10"),
        part("http_api", "gateway"),
        *(part(kind, **NEEDED.get(kind, {})) for kind in also),
        demand=BUSY,
    )


def quantities() -> list[tuple[str, str]]:
    """Kind and name of every number that a bill reads and that counts something."""
    found = []
    for kind in sorted(KINDS):
        one = part(kind, **NEEDED.get(kind, {}))
        for name in billed_parameters(one, system(one).context):
            field = one.parameter_fields()[name]
            if word_of(field.annotation) in (int, Decimal) and name not in SAVES:
                found.append((kind, name))
    return found


def usd(start: Architecture, place: str, value: Decimal, free: Allowances) -> Decimal | None:
    """None where the setting does not exist or has no price."""
    try:
        return Sweep(start, [place], BOOK, allowances=free).usd([value])
    except ValueError:
        return None


@search
@given(st.sampled_from(quantities()), st.data(), modes)
def test_more_of_anything_never_costs_less(
    quantity: tuple[str, str], data: st.DataObject, free: Allowances
) -> None:
    kind, name = quantity
    start = crowd(kind)
    field = start.components[kind].parameter_fields()[name]
    least, most = limits(field)
    ends = int(least or 0), int(most if most is not None else 10**7)
    low, high = sorted(Decimal(data.draw(st.integers(*ends))) for _end in range(2))
    assume(low > 0)  # 0 stands for "none" or "the default"
    at_low, at_high = (usd(start, f"{kind}.{name}", value, free) for value in (low, high))
    assume(at_low is not None and at_high is not None)
    assert 0 <= (at_low or 0) <= (at_high or 0)


@search
@given(
    st.sampled_from(["out.internet_out_gb", "logs.ingest_gb", "demand.requests_per_day"]),
    gigabytes,
    modes,
)
def test_no_total_jumps_anywhere_along_a_broken_number(
    place: str, value: Decimal, free: Allowances
) -> None:
    """No GB and no request a day of this crowd costs a dollar, at no place of any tier."""
    sweep = Sweep(crowd(), [place], BOOK, allowances=free)
    step = Decimal("0.001")
    with localcontext(MONEY):
        assert 0 <= sweep.usd([value + step]) - sweep.usd([value]) <= step


EDGES = [
    tier.start for tier in BOOK.row("AWSDataTransfer:internet-out", "us-east-1").tiers if tier.start
]


@search
@given(st.sampled_from(EDGES), st.decimals(0, 50, places=3))
def test_a_tier_edge_of_the_account_lies_where_both_components_reach_it(
    edge: Decimal, other: Decimal
) -> None:
    """Below the edge a GB costs its old rate, above it the new one; both are continuous."""
    row = BOOK.row("AWSDataTransfer:internet-out", "us-east-1")
    below, above = (
        next(tier.price_usd for tier in row.tiers if tier.end is None or tier.end > at)
        for at in (edge - 1, edge)
    )
    sweep = Sweep(crowd(), ["out.internet_out_gb", "more-out.internet_out_gb"], BOOK)
    mine = edge - other
    with localcontext(MONEY):
        before, at, after = (sweep.usd([mine + step, other]) for step in (-1, 0, 1))
        assert (at - before, after - at) == (below, above)


@search
@given(gigabytes, gigabytes, modes)
def test_two_components_cost_what_one_does_that_carries_both(
    one: Decimal, other: Decimal, free: Allowances
) -> None:
    places = ["logs.ingest_gb", "more-logs.ingest_gb"]
    sweep = Sweep(crowd(), places, BOOK, allowances=free)
    with localcontext(MONEY):
        apart, swapped = sweep.usd([one, other]), sweep.usd([other, one])
        together = sweep.usd([one + other, Decimal(0)])
    assert abs(apart - together) < Decimal("1E-20")
    assert abs(apart - swapped) < Decimal("1E-20")


@search
@given(st.permutations(sorted(crowd().components)), gigabytes, modes)
def test_the_order_of_components_changes_no_total(
    order: list[str], value: Decimal, free: Allowances
) -> None:
    start = crowd()
    shuffled = system(*(start.components[id_] for id_ in order), demand=BUSY)
    first, second = (
        Sweep(one, ["logs.ingest_gb"], BOOK, allowances=free).usd([value])
        for one in (start, shuffled)
    )
    assert abs(first - second) < Decimal("1E-20")


def test_every_kind_that_is_priced_has_its_quantities_searched() -> None:
    kinds = {kind for kind, _name in quantities()}
    assert len(kinds) >= 30
