"""What a learner is told about their progress: all runs, objectives, time, the certificate."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import builders
import pytest
import time_machine
from django.test import Client
from people import Person, member
from player import Player

from archlab.domain.pack.standing import Grasp, standings
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import play_of

pytestmark = pytest.mark.django_db


def words(response: Any, status: int = 200) -> str:
    """The text of a page as one line."""
    assert response.status_code == status
    page = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(page).split())


def played(person: Person, until: str | None = None) -> Player:
    player = Player(person)
    player.start()
    player.play(until=until)
    return player


def test_a_stranger_is_told_that_there_is_no_journey_yet(stranger: Client) -> None:
    assert "not begun a journey yet" in words(stranger.get("/journeys/"))


def test_the_list_shows_only_own_runs(alice: Person, charlie: Person) -> None:
    played(alice, until="j0-02")
    assert "You are at: " in words(alice.get("/journeys/"))
    assert "not begun a journey yet" in words(charlie.get("/journeys/"))


def test_the_map_counts_the_objectives_that_are_mastered(alice: Person) -> None:
    player = played(alice, until="j0-03")
    half_way = words(alice.get(f"/journeys/{player.enrolment.id}/"))
    assert re.search(r"Objectives, [0-9] of [0-9]+ mastered", half_way)
    assert "under way" in half_way
    player.play()
    whole = words(alice.get(f"/journeys/{player.enrolment.id}/"))
    found = standings(play_of(player.enrolment))
    mastered = sum(standing.grasp is Grasp.MASTERED for standing in found)
    assert 0 < mastered < len(found)  # the documented way is not the best one everywhere
    assert f"Objectives, {mastered} of {len(found)} mastered" in whole
    assert "still ahead" not in whole


def test_a_pause_of_a_night_counts_five_minutes(alice: Person) -> None:
    with time_machine.travel(builders.NOW, tick=False) as clock:
        player = played(alice, until="j0-02")
        clock.shift(timedelta(hours=9))
        player.play(until="j0-03")
    page = words(alice.get(f"/journeys/{player.enrolment.id}/"))
    assert "Time at work, at least: 5 min." in page


def test_a_certificate_needs_a_finished_run(alice: Person) -> None:
    player = played(alice, until="j0-03")
    response = alice.get(f"/journeys/{player.enrolment.id}/certificate/")
    assert response.status_code == 302
    assert response["Location"] == f"/journeys/{player.enrolment.id}/"


def test_a_certificate_says_what_was_done_and_in_which_version(alice: Person) -> None:
    player = played(alice)
    page = words(alice.get(f"/journeys/{player.enrolment.id}/certificate/"))
    steps = len(player.pack.path_documented)
    decisions = [b for s in player.pack.path_documented for b in player.pack.steps[s].decisions]
    assert f"Steps walked {steps}" in page
    assert f"Decisions taken {len(decisions)} first choices: " in page
    assert "with full points at once, 0 with hints" in page
    assert player.pack.version[:12] in page
    assert "Finished and passed" in page


def test_a_certificate_names_the_account_and_leaves_a_guests_line_empty(alice: Person) -> None:
    path = f"/journeys/{played(alice).enrolment.id}/certificate/"
    assert "Finished and passed From zero to 90.87 Name A hobby" in words(alice.get(path))
    ada = member("ada")
    Enrolment.objects.update(learner=ada.learner)
    assert "From zero to 90.87 Name ada A hobby" in words(ada.get(path))
    ada.user.name = "Ada <b> Adeyemi"
    ada.user.save()
    assert "From zero to 90.87 Name Ada <b> Adeyemi A hobby" in words(ada.get(path))


def test_a_strangers_certificate_is_as_missing_as_none(alice: Person, charlie: Person) -> None:
    path = f"/journeys/{played(alice).enrolment.id}/certificate/"
    foreign = words(charlie.get(path), 404)
    Enrolment.objects.all().delete()
    assert words(charlie.get(path), 404) == foreign
