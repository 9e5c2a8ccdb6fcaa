"""The short way to a total against the plain bill, on every system of the shipped packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from pydantic import ValidationError

from archlab.domain.architecture import Architecture, Value
from archlab.domain.architecture.parameters import limits
from archlab.domain.architecture.watch import billed_parameters
from archlab.domain.money import cents
from archlab.domain.pack import files_in, load
from archlab.domain.pricing import Allowances, NoSuchDial, PriceBook, Sweep, reconcile

BOOK = PriceBook.shipped()
SCENARIOS = Path(__file__).parents[3] / "scenarios"
SETTINGS = 24
NONE = Allowances.NONE


def systems() -> Iterator[Architecture]:
    for folder in sorted(path.parent for path in SCENARIOS.glob("*/scenario.yaml")):
        for system in load(files_in(folder)).architectures.values():
            alone = replace(system, id=f"{folder.name}/{system.id}", documented=None)
            if not reconcile(alone, BOOK).unpriced:
                yield alone


def numbers_of(system: Architecture) -> dict[str, Decimal]:
    """Every number that the bill reads and the demand's, with its value."""
    found = {"demand.requests_per_day": system.demand.requests_per_day}
    found["demand.response_kib"] = system.demand.response_kib
    for id_, component in system.components.items():
        for name in billed_parameters(component, system.context):
            try:
                system.dials([f"{id_}.{name}"])
            except NoSuchDial:
                continue
            found[f"{id_}.{name}"] = Decimal(component.parameters()[name] or 0)
    return found


def drawn(source: Random, system: Architecture, place: str, value: Decimal) -> Decimal:
    """Near the value, at a limit of its field, just beyond it, or far away."""
    owner, _dot, name = place.partition(".")
    thing = system.demand if owner == "demand" else system.components[owner]
    least, most = limits(type(thing).model_fields[name])
    (whole,) = system.dials([place]).are_whole
    choices = [value, value + 1, value * 2, value / 2, (value + 1) * 10_000]
    choices += [end + step for end in (least, most) if end is not None for step in (0, 1, -1)]
    found = source.choice(choices)
    return found.to_integral_value() if whole else found


def plain(system: Architecture, at: Mapping[str, Decimal], free: Allowances) -> Decimal | None:
    """What the bill of the changed system comes to, all of it checked; None where refused."""
    wanted: dict[str, dict[str, Value]] = {}
    for place, value in at.items():
        owner, _dot, name = place.partition(".")
        (whole,) = system.dials([place]).are_whole
        wanted.setdefault(owner, {})[name] = int(value) if whole else value
    try:
        demand = system.demand.with_parameters(wanted.pop("demand", {}))
        new = {owner: system.components[owner].with_parameters(wanted[owner]) for owner in wanted}
    except ValidationError:
        return None
    after = replace(system, demand=demand, components={**system.components, **new})
    bill = reconcile(after, BOOK, allowances=free)
    return None if bill.unpriced else bill.total_usd


def swept(sweep: Sweep, values: list[Decimal]) -> Decimal | None:
    try:
        return sweep.usd(values)
    except ValueError:
        return None


ALL = list(systems())


def test_all_packs_take_part() -> None:
    assert len({system.id.partition("/")[0] for system in ALL}) == 5


@pytest.mark.parametrize("free", [Allowances.NONE, Allowances.ALL])
@pytest.mark.parametrize("system", ALL, ids=lambda system: system.id)
def test_the_short_way_has_the_total_of_the_bill_or_refuses_with_it(
    system: Architecture, free: Allowances
) -> None:
    """Limits, tiers, pools and sizes that do not exist; half of all numbers stand still."""
    source = Random(f"{system.id} {free}")  # noqa: S311  # settings of a test, no secret
    every = numbers_of(system)
    known = {place: every[place] for place in source.sample(list(every), (len(every) + 1) // 2)}
    sweep = Sweep(system, list(known), BOOK, allowances=free)
    compared = 0
    for number in range(SETTINGS):
        moved = source.sample(list(known), min(number % 4, len(known)))
        at = known | {place: drawn(source, system, place, known[place]) for place in moved}
        long, short = plain(system, at, free), swept(sweep, list(at.values()))
        if long is None or short is None:
            assert long is short is None, {place: at[place] for place in moved}
            continue
        assert cents(long) == cents(short)
        assert abs(long - short) < Decimal("1E-20")
        compared += 1
    assert compared


@pytest.mark.parametrize("system", ALL, ids=lambda system: system.id)
def test_draws_cost_what_the_bills_of_their_settings_come_to(system: Architecture) -> None:
    """As a Monte Carlo asks: all numbers at once that may be half more or less, most broken."""
    source = Random(system.id)  # noqa: S311
    known = numbers_of(system)
    moving = [
        place for place in known if plain(system, {place: known[place] / 2}, NONE) is not None
    ]
    sweep = Sweep(system, moving, BOOK)
    for _draw in range(SETTINGS // 2):
        share = Decimal(source.randrange(500_000, 1_000_000)) / 1_000_000
        at = {place: halfway(system, place, known[place], share) for place in moving}
        long, short = plain(system, at, system.allowances), swept(sweep, list(at.values()))
        assert (long is None) == (short is None)
        assert long is None or short is None or cents(long) == cents(short)


def halfway(system: Architecture, place: str, value: Decimal, share: Decimal) -> Decimal:
    (whole,) = system.dials([place]).are_whole
    return round(value * share, 0) if whole else value * share
