"""How many runs come to each step, version by version."""

from __future__ import annotations

import pytest
import version_desk as desk
from people import guest_with_browser
from player import Player
from test_journey_versions import sent

from archlab.journeys.funnel import Passage, funnel

pytestmark = pytest.mark.django_db


def player_at(step: str) -> Player:
    player = Player(guest_with_browser())
    player.start()
    player.play(until=step)
    return player


def counted(player: Player) -> list[Passage]:
    return list(funnel(player.enrolment.version.scenario_id))


def test_runs_are_counted_where_they_came_and_where_they_went_on() -> None:
    player_at("j0-01")
    last = player_at("j0-03")
    assert counted(last) == [
        Passage(1, "j0-01", 2, 1),
        Passage(1, "j0-02", 1, 1),
        Passage(1, "j0-03", 1, 0),
    ]


def test_a_step_counts_in_the_version_in_which_it_was_met() -> None:
    player = player_at("j0-03")
    desk.publish_edited(desk.ADDED)
    before = counted(player)
    sent(player, "move")
    assert counted(player) == before
    player.play(until="j0-04")
    assert counted(player) == [
        Passage(1, "j0-01", 1, 1),
        Passage(1, "j0-02", 1, 1),
        Passage(1, "j0-03", 1, 1),
        Passage(2, "j0-04", 1, 0),
    ]


def test_going_back_takes_no_step_out_of_the_count() -> None:
    player = player_at("j0-03")
    desk.publish_edited(desk.ADDED)
    sent(player, "move")
    player.play(until="j0-04")
    moved = counted(player)
    sent(player, "undo")
    assert counted(player) == moved
    player.play(until="j0-04")
    assert counted(player) == [*moved[:3], Passage(1, "j0-04", 1, 0), moved[3]]


def test_without_a_run_nothing_is_counted() -> None:
    version = desk.publish_edited()
    assert funnel(version.scenario_id) == ()
