"""Dials: only what a number can reach is asked again, and the totals are those of the bill."""

from __future__ import annotations

from decimal import Decimal

import pytest
from architecture_builders import part, system, task

from archlab.domain.architecture import Architecture, Change, Demand, apply
from archlab.domain.pricing import Allowances, NoSuchDial, PriceBook, Sweep, Unpriced, reconcile

BOOK = PriceBook.shipped()


def front() -> Architecture:
    """A function beside a task, behind an API; logs take part in no dial."""
    return system(
        part("http_api", "gateway"),
        part("lambda_function", "resize", memory_mib=512, avg_ms="50", arch="arm64"),
        part("lambda_function", "sweep", memory_mib=256, avg_ms="10", arch="arm64"),
        part("log_group", "logs", ingest_gb="8"),
        task(),
        demand=Demand(requests_per_day=Decimal(100_000)),
    )


def billed(architecture: Architecture, place: str, value: Decimal, free: Allowances) -> Decimal:
    after = apply(architecture, Change(set={place: format(value, "f")}))
    return reconcile(after, BOOK, allowances=free).total_usd


@pytest.mark.parametrize("free", list(Allowances))
@pytest.mark.parametrize(
    ("place", "values"),
    [
        ("demand.requests_per_day", ["0", "1", "250000", "9000000", "400000000"]),
        ("resize.memory_mib", ["128", "512", "10240"]),
        ("resize.avg_ms", ["0", "0.5", "900"]),
        ("logs.ingest_gb", ["0", "4.99", "5", "12000"]),
    ],
)
def test_a_sweep_has_the_totals_of_the_bill_tiers_and_shared_allowances_included(
    place: str, values: list[str], free: Allowances
) -> None:
    """The two functions share one allowance of seconds, so moving one changes both."""
    start = front()
    sweep = Sweep(start, [place], BOOK, allowances=free)
    for value in map(Decimal, values):
        swept, whole = sweep.usd([value]), billed(start, place, value, free)
        assert abs(swept - whole) < Decimal("1E-24")


def test_only_what_a_dial_reaches_is_asked_again() -> None:
    start = front()
    by_demand = start.dials(["demand.requests_per_day"])
    assert set(by_demand.still) == {"logs", "api"}
    by_memory = start.dials(["resize.memory_mib"])
    assert set(by_memory.moving([Decimal(1024)])) == {"resize"}


def test_several_dials_move_together() -> None:
    start = front()
    sweep = Sweep(start, ["resize.memory_mib", "logs.ingest_gb"], BOOK)
    both = Change(set={"resize.memory_mib": "1024", "logs.ingest_gb": "20"})
    expected = reconcile(apply(start, both), BOOK).total_usd
    assert abs(sweep.usd([Decimal(1024), Decimal(20)]) - expected) < Decimal("1E-24")


@pytest.mark.parametrize("place", ["nobody.cpu", "resize.arch", "resize", "demand.mood", ""])
def test_a_place_without_a_number_is_no_dial(place: str) -> None:
    with pytest.raises(NoSuchDial, match="has no number called"):
        front().dials([place])


def test_a_value_outside_its_limits_is_refused_with_a_sentence() -> None:
    sweep = Sweep(front(), ["resize.memory_mib"], BOOK)
    with pytest.raises(ValueError, match=r"resize.memory_mib: write at most 10240, not 20000\."):
        sweep.usd([Decimal(20000)])
    with pytest.raises(ValueError, match=r"resize.memory_mib: write a whole number\."):
        sweep.usd([Decimal("512.5")])


def test_a_sweep_refuses_what_is_not_priced_and_names_it() -> None:
    start = system(part("external", "mail"), part("log_group", "logs"))
    with pytest.raises(Unpriced, match="mail is not priced: the monthly figure"):
        Sweep(start, ["logs.ingest_gb"], BOOK)
    beyond = system(part("external", "mail"), part("log_group", "logs"))
    moving = Sweep(beyond, ["mail.monthly_usd"], BOOK)
    assert moving.usd([Decimal(29)]) == 29
