"""A night that waits for its end, and a journey that goes over to another version."""

from __future__ import annotations

import builders
import pytest
from nights import DRILL, STEP, Player, arrived, opened, published_with
from people import Person

from archlab.drills.models import DrillRun
from archlab.journeys.models import Enrolment, Move, StepEvent
from archlab.journeys.queries import play_of

pytestmark = pytest.mark.django_db

HARDER = ("minutes: 45", "minutes: 40")
REWORDED = ("A night on call.", "One night on call.")


def begun(person: Person) -> Player:
    """A night of a journey, just begun."""
    return opened(person, Enrolment.objects.first() or arrived(person))


def versions(person: Person) -> str:
    address = f"/journeys/{Enrolment.objects.get().pk}/version/"
    return str(person.get(address).content.decode())


def giving_up() -> str:
    return f"/drills/give-up/{Enrolment.objects.get().pk}/{DRILL}/"


def move_sent(person: Person, page: str) -> int:
    action = f"/journeys/{Enrolment.objects.get().pk}/version/move/"
    form = builders.forms_in(page)[action]
    return int(person.post(action, form.sending()).status_code)


def test_the_plan_offers_to_finish_the_night_or_to_give_it_up(alice: Person) -> None:
    player = begun(alice)
    published_with(*HARDER)
    page = versions(alice)
    assert "First finish what you have begun, or give it up" in page
    assert f'href="/drills/runs/{player.run.pk}/"' in page
    forms = builders.forms_in(page)
    assert giving_up() in forms
    assert f"/journeys/{Enrolment.objects.get().pk}/version/move/" not in forms


def test_a_move_is_refused_while_a_night_waits(alice: Person) -> None:
    arrived(alice)
    published_with(*HARDER)
    page = versions(alice)
    begun(alice)
    assert move_sent(alice, page) == 409
    assert not Move.objects.exists()


def test_after_giving_up_the_journey_moves(alice: Person) -> None:
    begun(alice)
    published_with(*HARDER)
    form = builders.forms_in(versions(alice))[giving_up()]
    for _again in range(2):
        response = alice.post(form.action, form.sending(), follow=True)
        assert "First finish" not in response.content.decode()
    assert not DrillRun.objects.exists()
    assert move_sent(alice, versions(alice)) == 302
    assert Move.objects.count() == 1


def test_a_move_is_not_taken_back_while_a_night_of_the_newer_version_waits(alice: Person) -> None:
    arrived(alice)
    published_with(*HARDER)
    assert move_sent(alice, versions(alice)) == 302
    action = f"/journeys/{Enrolment.objects.get().pk}/version/undo/"
    undo = builders.forms_in(versions(alice))[action]
    begun(alice)
    assert action not in builders.forms_in(versions(alice))
    assert giving_up() in builders.forms_in(versions(alice))
    assert alice.post(action, undo.sending()).status_code == 409
    alice.post(giving_up())
    assert alice.post(action, undo.sending()).status_code == 302


def test_giving_up_leaves_closed_nights_and_nights_alone_as_they_are(alice: Person) -> None:
    player = begun(alice)
    player.play("stop")
    player.close()
    alone = Player(alice)
    alone.alone()
    alice.post(giving_up())
    assert DrillRun.objects.count() == 2
    assert StepEvent.objects.filter(block=DRILL).count() == 1


def test_nobody_gives_up_the_night_of_another_one(alice: Person, charlie: Person) -> None:
    begun(alice)
    assert charlie.post(giving_up()).status_code == 404
    assert alice.get(giving_up()).status_code == 302
    assert DrillRun.objects.count() == 1


def test_a_night_counts_on_where_only_words_were_mended(alice: Person) -> None:
    player = begun(alice)
    player.play("open:usage", "act:truncate")
    enrolment = Enrolment.objects.get()
    enrolment.version = published_with(*REWORDED)
    enrolment.save()
    player.close(cause="logs")
    assert "This night counts in your journey" in player.text
    assert play_of(Enrolment.objects.get()).done(STEP)
