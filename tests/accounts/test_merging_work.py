"""What both a guest and their account have: nothing of either is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import builders
import pytest
from people import Member, Person, member
from player import Player

from archlab.accounts import actions
from archlab.accounts.models import Learner
from archlab.catalog.models import ScenarioVersion
from archlab.drills.models import DrillRun
from archlab.journeys.models import Explanation
from archlab.practice.models import ReviewCard

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def ada(db: None) -> Member:  # noqa: ARG001
    return member("ada")


def adopted(guest: Person, ada: Member) -> None:
    actions.adopt(guest=guest.visitor, user=ada.user)


def card(learner: Learner, version: ScenarioVersion, reviewed: datetime) -> ReviewCard:
    made = ReviewCard.objects.create(
        learner=learner, scenario=version.scenario, version=version, block="q", stability=2.3,
        difficulty=5, reviewed=reviewed, due=reviewed + 2 * DAY,
    )  # fmt: skip
    made.reviews.create(
        key=made.id, answer={}, raw=1, rating="good", is_counted=True, due=reviewed,
        where="journey", at=reviewed,
    )  # fmt: skip
    return made


def test_two_cards_of_one_question_become_one_that_remembers_both(
    alice: Person, ada: Member
) -> None:
    version = builders.published()
    mine = card(ada.learner, version, NOON)
    card(alice.learner, version, NOON + 2 * DAY)
    adopted(alice, ada)
    kept = ReviewCard.objects.get()
    assert (kept.pk, kept.learner, kept.reviews.count()) == (mine.pk, ada.learner, 2)
    assert kept.stability > mine.stability  # the second right answer, two days later, counts
    assert kept.due - kept.reviewed > 2 * DAY


def test_both_explanations_of_a_step_stay_the_later_one_first(alice: Person, ada: Member) -> None:
    scenario = builders.published().scenario
    for learner, text, day in ((ada.learner, "Mine.", 0), (alice.learner, "Theirs.", 1)):
        Explanation.objects.create(
            learner=learner, scenario=scenario, step="j0-01", text=text, written=NOON,
            revised=NOON + day * DAY,
        )  # fmt: skip
    adopted(alice, ada)
    kept = Explanation.objects.get()
    assert (kept.learner, kept.text) == (ada.learner, "Theirs.\n\nMine.")


def test_of_two_waiting_nights_the_later_one_stays(alice: Person, ada: Member) -> None:
    version = builders.published()
    for learner, hour in ((ada.learner, 1), (alice.learner, 0)):
        DrillRun.objects.create(
            learner=learner, version=version, step="j0-10", block="d01",
            started=NOON + timedelta(hours=hour),
        )  # fmt: skip
    adopted(alice, ada)
    assert [(run.learner, run.started.hour) for run in DrillRun.objects.all()] == [
        (ada.learner, 13)
    ]


def test_a_guest_s_journey_and_its_cards_come_along(alice: Person, ada: Member) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-02")
    cards = ReviewCard.objects.filter(learner=alice.learner).count()
    adopted(alice, ada)
    assert cards > 0
    assert ReviewCard.objects.filter(learner__user=ada.user).count() == cards
