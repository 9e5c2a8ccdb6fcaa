"""A learner is merged or erased between the page of an act and the act: a 404, and no row."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import uuid4

import builders
import nights
import pytest
from django.http import Http404
from people import Member, Person, member
from practising import played

from archlab.accounts import actions as accounts
from archlab.accounts.models import Learner
from archlab.accounts.queries import person_of
from archlab.catalog.queries import entry_of
from archlab.domain.grading.drill import Move
from archlab.drills import actions as drills
from archlab.drills.models import DrillMove, DrillRun
from archlab.drills.queries import key_for, offered_as
from archlab.journeys import actions as journeys
from archlab.journeys.models import Enrolment, StepEvent
from archlab.journeys.queries import enrolments_of, pack_played
from archlab.practice import actions as practice
from archlab.practice.queries import asked_cards, cards_of
from archlab.web.errors import Refused

pytestmark = pytest.mark.django_db
NOW = builders.NOW
Act = Callable[[], object]


def starting_a_journey(alice: Person) -> Act:
    version = entry_of(builders.J0).version
    return lambda: journeys.start(learner=alice.learner, version=version, now=NOW)


def leaving_a_step(alice: Person) -> Act:
    enrolment = enrolments_of(alice.visitor)[0]
    step = pack_played(enrolment).steps["j0-01"]
    return lambda: journeys.leave(enrolment=enrolment, step=step, key=uuid4(), now=NOW)


def starting_a_night(alice: Person) -> Act:
    nights.published()
    offered = offered_as(nights.SLUG, nights.DRILL)
    version, step, drill = offered.entry.version, offered.step, offered.drill
    return lambda: drills.start(
        learner=alice.learner, version=version, step=step, drill=drill, flags={}, now=NOW
    )


def a_turn(alice: Person) -> Act:
    run = cast(DrillRun, starting_a_night(alice)())
    key = key_for(run, 1)
    return lambda: drills.turn(run=run, move=Move("stop"), key=key, now=NOW)


def a_hint_of_a_card(alice: Person) -> Act:
    asked = next(asked_cards(cards_of(alice.visitor)))
    return lambda: practice.open_hint(asked=asked, key=uuid4())


@pytest.mark.parametrize(
    "begun", [starting_a_journey, leaving_a_step, starting_a_night, a_turn, a_hint_of_a_card]
)
def test_what_is_erased_meanwhile_is_not_there(
    alice: Person, begun: Callable[[Person], Act]
) -> None:
    played(alice, until="j0-02")
    act = begun(alice)
    person = person_of(alice.visitor)
    assert person
    accounts.erase(person)
    with pytest.raises(Http404):
        act()
    for model in (Learner, Enrolment, StepEvent, DrillRun, DrillMove):
        assert not model._default_manager.exists()


@pytest.mark.parametrize("begun", [leaving_a_step, a_turn])
def test_what_is_merged_meanwhile_is_the_accounts_and_goes_on(
    alice: Person, begun: Callable[[Person], Act]
) -> None:
    ada: Member = member("ada")
    played(alice, until="j0-02")
    act = begun(alice)
    accounts.adopt(guest=alice.visitor, user=ada.user)
    if begun is a_turn:
        act()
        assert DrillMove.objects.get().run.learner == ada.learner
    else:
        with pytest.raises(Refused):
            act()
        assert Enrolment.objects.get().learner == ada.learner
