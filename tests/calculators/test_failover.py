"""The failover: arithmetic beside simulation, storms of retries, and what ends them."""

from __future__ import annotations

import pytest

from archlab.calculators.labs.failover import LAB, away
from archlab.calculators.labs.lab import Answer
from archlab.calculators.labs.trial import Trial
from archlab.domain.pack.settings import read

STORM = {"timeout": "10", "retries": "3"}


def answer(**typed: str) -> Answer:
    settings = read(LAB, typed)
    assert not settings.problems
    return LAB.answer(settings.values)


def recovery(found: Answer) -> float | None:
    measured = found.measured or {}
    return float(measured["recovery_s"]) if "recovery_s" in measured else None


def answered_percent(found: Answer) -> int:
    text = next(one.text for one in found.readings if one.label == "answered")
    return int(text.removesuffix(" %"))


def test_the_simulation_repeats_the_arithmetic_of_a_minute_away() -> None:
    """50 a second, 80 answered: 3,000 wait, gone in 100 s, 8,000 requests touched."""
    backlog, gone, touched = (row[1:] for row in answer().tables[0].rows)
    assert (backlog[0], gone[0], touched[0]) == ("3,000", "100", "8,000")
    for exact, simulated in (backlog, gone, touched):
        number, found = (float(text.replace(",", "")) for text in (exact, simulated))
        assert found == pytest.approx(number, rel=0.1)


@pytest.mark.parametrize("length", ["30", "60", "120"])
def test_a_longer_outage_is_felt_in_proportion(length: str) -> None:
    assert recovery(answer(away=length)) == pytest.approx(float(length) * 5 / 3, abs=20)


def test_giving_up_early_frees_nothing_because_queries_are_not_cancelled() -> None:
    patient, hasty = answer(timeout="120"), answer(timeout="10")
    assert recovery(hasty) == recovery(patient)
    assert answered_percent(patient) == 100
    assert answered_percent(hasty) < 80


def test_retries_beyond_the_capacity_keep_the_outage_alive() -> None:
    found = answer(**STORM)
    assert recovery(found) is None
    assert "200 attempts come per second and 80 can be worked off" in found.notes[0]


def test_longer_pauses_alone_do_not_end_the_storm() -> None:
    assert recovery(answer(**STORM, pause="20")) is None


@pytest.mark.parametrize("cure", ["budget", "shed"])
def test_a_limit_on_retries_or_on_the_queue_ends_it(cure: str) -> None:
    found = recovery(answer(**STORM, **{cure: "true"}))
    assert found is not None
    assert found < 200


def test_a_database_that_refuses_leaves_no_queue_behind() -> None:
    found = answer(mode="refuse")
    assert recovery(found) == 0
    assert "Nobody queues" in found.notes[0]
    assert any(one.label == "failed at a fault" for one in found.readings)


def test_a_slow_database_piles_up_less_than_one_that_is_away() -> None:
    slow, hung = recovery(answer(mode="slow")), recovery(answer())
    assert slow is not None
    assert hung is not None
    assert 0 < slow < hung


def test_more_than_can_be_answered_grows_without_any_outage() -> None:
    found = answer(connections="8")
    assert recovery(found) is None
    assert found.finding == "More comes than can be answered, with or without an outage"
    assert "grows by 10 a second" in found.notes[0]
    assert [table.id for table in found.tables] == ["explain"]


def test_the_largest_setting_fits_into_the_budget() -> None:
    settings = read(LAB, {"rate": "60", "retries": "5"})
    system = away(settings.values)
    assert Trial(system.path, system.traffic).replications >= 1


@pytest.mark.parametrize("length", ["5", "35", "60", "180"])
def test_the_outage_ends_with_a_slot_and_starts_after_a_minute(length: str) -> None:
    system = away(read(LAB, {"away": length}).values)
    assert system.end_s % 10 == 0
    assert 60 <= system.start_s < 70
