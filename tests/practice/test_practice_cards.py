"""Where cards come from, and what moves them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import builders
import pytest
import time_machine
from people import Person
from player import Player
from practising import DAY, NOW, card_of, form_at, played, question_of, right, send, url_of

from archlab.domain.pack.review import Fate
from archlab.practice import actions
from archlab.practice.models import Deck, Review, ReviewCard
from archlab.practice.schedule import WEIGHTS, Schedule, day_of

TODAY = day_of(NOW)
QUIZ = "j0-01q1"


def wrong(card: ReviewCard) -> dict[str, str]:
    block = question_of(card)
    options = getattr(block, "options", ())
    return {"option": next(o.id for o in options if not o.correct)}


def single(person: Person) -> ReviewCard:
    """A card of a question with one right option of several."""
    cards = ReviewCard.objects.filter(learner=person.learner)
    return next(card for card in cards if getattr(question_of(card), "type", "") == "single")


def test_each_answered_question_becomes_one_card(alice: Person) -> None:
    player = played(alice)
    answered = set(player.enrolment.events.filter(kind="answered").values_list("block", flat=True))
    pack = player.pack
    expected = {b for b in answered if not getattr(pack.block(b), "editorial", False)}
    assert set(ReviewCard.objects.values_list("block", flat=True)) == expected
    assert expected < answered  # a question of taste has no card
    assert Review.objects.count() == ReviewCard.objects.count()
    assert set(Review.objects.values_list("where", flat=True)) == {"journey"}


def test_a_right_first_answer_is_good_and_comes_back_in_two_days(alice: Person) -> None:
    played(alice)
    card = card_of(alice, QUIZ)
    review = card.reviews.get()
    assert (review.rating, review.raw, review.is_counted) == ("good", Decimal(1), True)
    assert card.due == TODAY + timedelta(days=2)


def test_a_second_attempt_in_the_journey_is_hard_and_leaves_the_date(alice: Person) -> None:
    player = Player(alice)
    with time_machine.travel(NOW, tick=False):
        player.start()
        page = player.play(until="j0-01")
        block = player.pack.block(QUIZ)
        options = getattr(block, "options", ())
        bad = next(o.id for o in options if not o.correct)
        page = player.answer(page, block, option=bad)  # type: ignore[arg-type]
        page = alice.get(f"/journeys/{player.enrolment.id}/j0-01/")
        player.answer(page, block)  # type: ignore[arg-type]
    first, second = card_of(alice, QUIZ).reviews.all()
    assert (first.rating, first.is_counted) == ("again", True)
    assert (second.rating, second.is_counted) == ("hard", False)
    assert card_of(alice, QUIZ).due == TODAY + DAY


@pytest.mark.parametrize(
    ("verdict", "rating"), [("best", "good"), ("good", "hard"), ("costly", "again")]
)
def test_a_decision_is_rated_by_its_verdict(alice: Person, verdict: str, rating: str) -> None:
    player = played(alice, until="j0-15")
    for card in ReviewCard.objects.filter(learner=alice.learner):
        block = player.pack.block(card.block)
        options = [o for o in getattr(block, "options", ()) if getattr(o, "verdict", "") == verdict]
        if options:
            send(alice, card, {"option": options[0].id, "reason": "so"}, NOW + 400 * DAY)
            review = card.reviews.last()
            assert review is not None
            assert (review.rating, review.answer["reason"]) == (rating, "so")
            return
    raise AssertionError(f"no decision with a {verdict} option")


def test_a_review_on_its_day_moves_the_card_by_fsrs(alice: Person) -> None:
    played(alice)
    card = card_of(alice, QUIZ)
    for days in (11, 46, 163):
        due = card.due
        send(alice, card, right(card), due + timedelta(hours=9))
        card.refresh_from_db()
        assert card.due - due == timedelta(days=days)


def test_a_right_answer_ahead_of_time_is_logged_and_moves_nothing(alice: Person) -> None:
    played(alice)
    card = single(alice)
    before = card.memory
    send(alice, card, right(card), NOW + timedelta(hours=2))
    card.refresh_from_db()
    assert card.memory == before
    review = card.reviews.last()
    assert review is not None
    assert (review.where, review.rating, review.is_counted) == ("practice", "good", False)


def test_a_wrong_answer_ahead_of_time_brings_the_card_back_tomorrow(alice: Person) -> None:
    played(alice)
    card = single(alice)
    send(alice, card, right(card), card.due)
    card.refresh_from_db()
    assert card.due > TODAY + 3 * DAY
    send(alice, card, wrong(card), TODAY + 3 * DAY)
    card.refresh_from_db()
    assert card.due == TODAY + 4 * DAY


def test_a_hint_makes_a_right_answer_hard_and_is_gone_at_the_next_review(alice: Person) -> None:
    played(alice)
    card = next(c for c in ReviewCard.objects.filter(learner=alice.learner) if question_of(c).hints)
    with time_machine.travel(NOW + 30 * DAY, tick=False):
        form = form_at(alice, url_of(card), card.block, "hint")
        for _click in range(2):
            page = alice.post(form.action, form.sending(), follow=True)
        assert question_of(card).hints[0] in page.content.decode()
    card.refresh_from_db()
    assert card.hints == 1
    send(alice, card, right(card), NOW + 30 * DAY)
    card.refresh_from_db()
    review = card.reviews.last()
    assert review is not None
    assert (review.rating, review.hints, card.hints) == ("hard", 1, 0)


def test_the_same_answer_twice_is_one_review_and_another_is_refused(alice: Person) -> None:
    played(alice)
    card = single(alice)
    form = form_at(alice, url_of(card), card.block)
    first = alice.post(form.action, {**form.sending(), **right(card)})
    again = alice.post(form.action, {**form.sending(), **right(card)})
    assert first.status_code == again.status_code == 302
    assert first.url == again.url
    other = alice.post(form.action, {**form.sending(), **wrong(card)})
    assert other.status_code == 409
    assert 'class="problem"' in other.content.decode()
    assert card.reviews.filter(where="practice").count() == 1


def test_a_form_from_before_the_last_answer_is_refused(alice: Person) -> None:
    played(alice)
    card = single(alice)
    form = form_at(alice, url_of(card), card.block)
    send(alice, card, right(card))
    fresh = form_at(alice, url_of(card), card.block)
    stale = {**form.sending(), "key": "7e5a3c1e-0000-4000-8000-000000000000", **right(card)}
    assert alice.post(fresh.action, stale).status_code == 409
    assert alice.post(fresh.action, {**fresh.sending(), "key": "x"}).status_code == 409
    assert card.reviews.filter(where="practice").count() == 1


def test_answers_from_before_there_were_cards_are_taken_in_once(alice: Person) -> None:
    played(alice)
    expected = {(c.block, c.due, c.stability) for c in ReviewCard.objects.all()}
    ReviewCard.objects.all().delete()
    Deck.objects.all().delete()
    page = alice.get("/practice/")
    assert "gather" in page.content.decode()
    assert not ReviewCard.objects.exists()  # looking makes no card
    for _click in range(2):
        assert alice.post("/practice/gather/").status_code == 302
    assert {(c.block, c.due, c.stability) for c in ReviewCard.objects.all()} == expected
    assert Review.objects.count() == len(expected)
    assert 'id="gather"' not in alice.get("/practice/").content.decode()


def test_a_new_answer_takes_the_older_ones_in(alice: Person) -> None:
    player = played(alice)
    ReviewCard.objects.all().delete()
    Deck.objects.all().delete()
    player.play(until="j0-04")
    events = player.enrolment.events.filter(kind="answered").count()
    assert Review.objects.count() == events - 1  # the question of taste


def test_the_log_replays_to_the_same_card_and_other_weights_to_another(alice: Person) -> None:
    played(alice)
    card = single(alice)
    at = NOW
    for given in (right, wrong, right, right):
        send(alice, card, given(card), at)
        card.refresh_from_db()
        at = card.due
    before = card.memory
    assert actions.reschedule(learner=alice.learner, plan=Schedule()) > 1
    card.refresh_from_db()
    assert card.memory == before
    log = list(card.reviews.values_list())
    slower = (*WEIGHTS[:2], WEIGHTS[2] * 2, *WEIGHTS[3:])
    actions.reschedule(learner=alice.learner, plan=Schedule(weights=slower))
    card.refresh_from_db()
    assert card.memory != before
    assert list(card.reviews.values_list()) == log


def test_a_fuzzed_log_replays_to_the_same_dates(alice: Person, settings: object) -> None:
    settings.PRACTICE_FUZZ = True  # type: ignore[attr-defined]
    played(alice)
    card = single(alice)
    for _review in range(4):
        send(alice, card, right(card), card.due)
        card.refresh_from_db()
    before = card.memory
    actions.reschedule(learner=alice.learner, plan=Schedule(fuzz=True))
    card.refresh_from_db()
    assert card.memory == before


def outdated(person: Person) -> ReviewCard:
    """A card that has not met the newest version yet."""
    played(person)
    card = single(person)
    card.version = builders.published("spot-mvp")
    card.due = TODAY + 30 * DAY
    card.save()
    return card


def test_a_card_whose_question_is_gone_is_suspended_and_not_asked(alice: Person) -> None:
    card = outdated(alice)
    assert actions.reconcile(now=NOW, lead=lambda *_: Fate(None)) == 1
    card.refresh_from_db()
    assert card.is_suspended
    assert alice.get(url_of(card)).status_code == 404


def test_a_renamed_question_keeps_its_card(alice: Person) -> None:
    card = outdated(alice)
    before = card.memory
    actions.reconcile(now=NOW, lead=lambda *_: Fate("renamed"))
    card.refresh_from_db()
    assert (card.block, card.memory, card.is_suspended) == ("renamed", before, False)


def test_a_rescored_question_is_due_now_and_keeps_its_stability(alice: Person) -> None:
    card = outdated(alice)
    stability = card.stability
    actions.reconcile(now=NOW, lead=lambda block, *_: Fate(block, is_rescored=True))
    card.refresh_from_db()
    assert (card.due, card.stability) == (TODAY, stability)


def test_a_renamed_question_with_a_card_of_its_own_leaves_the_older_one_at_rest(
    alice: Person,
) -> None:
    card = outdated(alice)
    other = ReviewCard.objects.exclude(pk=card.pk).first()
    assert other is not None
    actions.reconcile(now=NOW, lead=lambda *_: Fate(other.block))
    card.refresh_from_db()
    assert card.is_suspended
    assert card.block != other.block


def test_a_card_of_the_newest_version_is_left_alone(alice: Person) -> None:
    played(alice)
    assert actions.reconcile(now=NOW, lead=lambda *_: Fate(None)) == 0
