from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from architecture_builders import documented, flow, part, system

from archlab.domain.architecture import Demand


def test_equal_systems_hash_alike_and_different_ones_are_not_equal() -> None:
    assert documented() == documented()
    assert hash(documented()) == hash(documented())
    assert documented() != replace(documented(), month_hours=730)
    assert len({documented(), documented(), replace(documented(), month_hours=730)}) == 2


def test_another_month_counts_other_hours() -> None:
    usages = replace(documented(), month_hours=730).usages()
    assert usages["nat"][0].quantity == 730
    assert documented().usages()["nat"][0].quantity == 744


def test_demand_derives_what_is_not_written() -> None:
    demand = Demand(requests_per_day=Decimal(86_400), peak_factor=Decimal(5))
    assert demand.per_second == 1
    assert demand.peak_per_second == 5
    assert demand.requests(744) == 86_400 * 31
    assert demand.out_gb(720) == Decimal(86_400 * 30 * 8) / (1024 * 1024)


def test_what_is_written_wins_over_what_is_derived() -> None:
    demand = Demand(peak_rps=Decimal(7), internet_out_gb=Decimal(0))
    assert demand.peak_per_second == 7
    assert demand.out_gb(720) == 0


def test_the_first_flow_of_a_request_is_the_one_that_is_measured() -> None:
    job = flow(("cdn", "", 5, 25), id_="nightly", trigger="job")
    page = flow(("cdn", "", 5, 25))
    assert system(flows=[job, page]).flow() == page
    assert system(flows=[job, page]).flow("nightly") == job
    assert system(flows=[job]).flow() is None
    assert system(flows=[job]).flow("page") is None


def test_the_zone_of_a_component_is_looked_for_outwards() -> None:
    inside = part("alb", "a", group="subnet-a")
    around = part("alb", "b", group="vpc")
    nowhere = part("alb", "c")
    lost = part("alb", "d", group="gone")
    zones = [system().zone_of(each) for each in (inside, around, nowhere, lost)]
    assert zones == ["zone-a", None, None, None]


def test_a_component_is_called_by_its_label_or_its_kind() -> None:
    assert part("nat_gateway").label == "NAT gateway"
    assert part("nat_gateway", label="Way out").label == "Way out"
