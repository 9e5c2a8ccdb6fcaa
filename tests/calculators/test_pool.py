"""The connection pool: its needs, its refusals, and the closed form beside the simulation."""

from __future__ import annotations

from decimal import Decimal

import pytest

from archlab.calculators.labs.lab import Answer
from archlab.calculators.labs.pool import LAB
from archlab.domain.pack.settings import SettingRefused, read


def answer(**typed: str) -> Answer:
    settings = read(LAB, typed)
    assert not settings.problems
    return LAB.answer(settings.values)


def told(found: Answer, label: str) -> str:
    return next(one.text for one in found.readings if one.label == label)


def lost(found: Answer) -> float:
    return float((found.measured or {})["lost_percent"])


def test_ten_tasks_by_ten_connections_are_a_hundred() -> None:
    found = answer(tasks="10", pool="10")
    assert told(found, "connections asked for") == "10 \N{MULTIPLICATION SIGN} 10 = 100"
    assert told(found, "while a deploy runs") == "200"


@pytest.mark.parametrize(("memory", "most"), [("16", "1,802"), ("8", "901")])
def test_the_documented_default_follows_from_the_memory(memory: str, most: str) -> None:
    assert told(answer(memory=memory), "documented default of the limit") == most


def test_fifty_users_with_ten_milliseconds_of_query_a_second_need_half_a_connection() -> None:
    assert told(answer(rate="50", query="10"), "needed") == "0.5"


@pytest.mark.parametrize(("limit", "refused"), [("320", True), ("330", False)])
def test_connections_beyond_the_room_of_the_database_are_refused(
    limit: str, *, refused: bool
) -> None:
    found = answer(tasks="20", pool="16", limit=limit)
    assert ("3 are refused" in " ".join(found.notes)) is refused
    assert (found.finding == "The database refuses 3 of 320 connections") is refused


def test_a_database_cannot_reserve_all_its_connections() -> None:
    with pytest.raises(SettingRefused, match="Write less than the 10 connections") as refused:
        answer(limit="10", reserved="10")
    assert refused.value.control == "reserved"
    assert told(answer(limit="10", reserved="9"), "room in the database") == "1"


def test_beyond_its_capacity_a_pool_loses_what_it_cannot_serve() -> None:
    """24 connections are needed and 20 there: one query in six finds none, by the fluid."""
    found = answer()
    assert told(found, "needed") == "24.0"
    assert lost(found) == pytest.approx(100 / 6, rel=0.1)
    assert found.finding == "17 % of the requests get no connection in time"


def test_with_rate_by_time_well_below_the_pool_hardly_anybody_waits() -> None:
    found = answer(query="60")
    assert found.finding == "Hardly anybody waits"
    assert lost(found) == 0.0


def test_the_closed_form_and_the_simulation_agree() -> None:
    shares = answer(timeout="0.5").tables[0].rows[0]
    assert shares[0] == "no connection in time"
    closed, simulated = (float(share.removesuffix(" %")) for share in shares[1:])
    assert simulated == pytest.approx(closed, abs=2)


def test_more_connections_than_the_database_runs_move_the_wait_into_it() -> None:
    """At nine tenths of 16 at once the sum of both waits is that of M/M/16 for any pool."""
    found = answer(rate="120", at_once="16", timeout="30", tasks="1", pool="64")
    rows = [[Decimal(str(cell)) for cell in row] for row in found.rows]
    waits = [(row[2], row[3]) for row in rows if row[0] >= 16]
    sums = [outside + inside for outside, inside in waits]
    assert len(sums) > 3
    assert max(sums) - min(sums) < Decimal("0.000005")
    assert waits[0][1] == 0
    assert waits[-1][1] > waits[-1][0]


def test_long_patience_takes_all_workers_and_the_closed_form_says_no_more() -> None:
    found = answer(timeout="30")
    assert found.finding.startswith("No worker is left: the queue grows by")
    assert "there are 400" in " ".join(found.notes)
    assert {row[1] for row in found.tables[0].rows} == {"does not hold"}
