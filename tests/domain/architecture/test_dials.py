"""Dials: only what a number can reach is asked again, and the totals are those of the bill."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from architecture_builders import NEEDED, part, system, task

from archlab.domain.architecture import KINDS, Architecture, Change, Component, Demand, apply
from archlab.domain.architecture.parameters import has_only_limits, limits, word_of
from archlab.domain.architecture.watch import looked_at
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
    assert set(by_memory.reached) == {"resize"}


def test_several_dials_move_together() -> None:
    start = front()
    sweep = Sweep(start, ["resize.memory_mib", "logs.ingest_gb"], BOOK)
    both = Change(set={"resize.memory_mib": "1024", "logs.ingest_gb": "20"})
    expected = reconcile(apply(start, both), BOOK).total_usd
    assert abs(sweep.usd([Decimal(1024), Decimal(20)]) - expected) < Decimal("1E-24")


def test_what_looks_at_the_demand_has_its_own_dials_besides() -> None:
    both = front().dials(["demand.requests_per_day", "logs.ingest_gb", "resize.memory_mib"])
    assert both.reached == {
        "demand": (0,),
        "gateway": (0,),
        "resize": (0, 2),
        "sweep": (0,),
        "logs": (1,),
    }


def test_a_demand_that_nothing_looks_at_keeps_its_limits() -> None:
    sweep = Sweep(system(part("log_group", "logs")), ["demand.users"], BOOK)
    assert sweep.usd([Decimal(7)]) == 0
    with pytest.raises(ValueError, match=r"demand.users: write a number from 0 up, not -1\."):
        sweep.usd([Decimal(-1)])


def numeric(component: Component) -> list[str]:
    words = {name: word_of(info.annotation) for name, info in component.parameter_fields().items()}
    return [name for name, word in words.items() if word in (int, Decimal)]


def inside(component: Component, name: str, source: Random) -> Decimal:
    """Somewhere between the limits, which are not taken."""
    least, most = limits(component.parameter_fields()[name])
    low = least or Decimal(0)
    high = most if most is not None else low + 10**6
    whole = word_of(component.parameter_fields()[name].annotation) is int
    share = Decimal(source.randrange(1, 1000)) / 1000
    value = low + (high - low) * share
    return Decimal(int(value)) if whole else value


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_value_that_is_not_checked_again_would_be_accepted(kind: str) -> None:
    """Whatever else is set: no rule of a kind looks at a field that has only its limits."""
    source = Random(kind)  # noqa: S311  # settings of a test, no secret
    start = part(kind, **NEEDED.get(kind, {}))
    plain = [name for name in numeric(start) if has_only_limits(type(start), name)]
    for name in plain * 20:
        value = inside(start, name, source)
        whole = word_of(start.parameter_fields()[name].annotation) is int
        after = start.with_parameters({name: int(value) if whole else value})
        place = f"{start.id}.{name}"
        assert system(start).dials([place]).at([value]).components[start.id] == after
        start = after


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_numbers_do_not_decide_where_a_bill_looks(kind: str) -> None:
    """What a bill looks at is seen once, with the numbers as they are."""
    source = Random(kind)  # noqa: S311
    start = part(kind, **NEEDED.get(kind, {}))
    at_first = looked_at(start, system(start).context)
    for name in numeric(start):
        least, _most = limits(start.parameter_fields()[name])
        for value in [least or Decimal(0), *(inside(start, name, source) for _n in range(5))]:
            try:
                turned = system(start).dials([f"{start.id}.{name}"]).at([value])
            except ValueError:
                continue
            seen = looked_at(turned.components[start.id], turned.context)
            assert seen & {"demand", "architecture"} <= at_first


@pytest.mark.parametrize(
    ("kind", "name", "free"),
    [
        ("fargate_service", "tasks", True),
        ("fargate_service", "memory_mib", False),
        ("ec2_group", "min", False),
        ("ec2_group", "root_gib", True),
        ("aurora_serverless", "avg_acu", False),
        ("aurora_serverless", "storage_gb", True),
        ("log_group", "ingest_gb", True),
    ],
)
def test_fields_that_rules_of_a_kind_know_are_checked_every_time(
    kind: str, name: str, *, free: bool
) -> None:
    assert has_only_limits(KINDS[kind], name) is free


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
