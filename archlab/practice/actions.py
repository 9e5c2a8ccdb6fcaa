"""Writes of practice: cards are born from answers, and each answer to one is a logged review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404

from archlab.accounts.actions import lock
from archlab.accounts.models import Learner
from archlab.catalog.models import ScenarioVersion
from archlab.catalog.queries import Entry, pack_of, shelf
from archlab.domain.grading import Recall, counts, recall
from archlab.domain.pack import Decision, Quiz
from archlab.domain.pack.review import Fate, asked_in, fate, mark_again
from archlab.journeys.answered import Answered, answers_of
from archlab.journeys.queries import runs_of
from archlab.journeys.runs import compared
from archlab.practice import queries
from archlab.practice.models import Deck, Mix, Review, ReviewCard
from archlab.practice.queries import Asked
from archlab.practice.schedule import Memory, Schedule, day_of
from archlab.web.errors import Refused

Led = Callable[[str, ScenarioVersion, ScenarioVersion], Fate]
PLACES = Decimal("0.0001")


class AnsweredElsewhere(Refused):
    """This review was answered already, with something else or in another tab."""


class RoundBegun(Refused):
    """The form of the next round was sent already, with something else."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer on its way into the log."""

    answer: Mapping[str, object]
    raw: Decimal
    outcome: Recall
    hints: int
    key: UUID
    where: Review.Where
    at: datetime
    mix: Mix | None = None


def answered(act: Answered) -> None:
    """An answer in a journey makes the card of its question, or is one more review of it."""
    learner = act.enrolment.learner_id
    if Deck.objects.filter(learner=learner).exists():
        _record(act)
    else:
        gather(learner=act.enrolment.learner, now=act.at)


@transaction.atomic
def gather(*, learner: Learner, now: datetime) -> int:
    """Make cards of every answer from before; again changes nothing. How many cards there are."""
    lock(learner)
    _deck, is_new = Deck.objects.get_or_create(learner=learner, defaults={"made": now})
    if is_new:
        acts = [act for run in runs_of(learner) for act in answers_of(run)]
        for act in sorted(acts, key=lambda act: act.at):
            _record(act)
    return learner.review_cards.count()


@transaction.atomic
def answer(
    *,
    asked: Asked,
    given: Mapping[str, object],
    key: UUID | None,
    mix: Mix | None = None,
    now: datetime,
) -> Review:
    """Record a review. Raises `AnswerRefused` for an answer that cannot be understood."""
    card = _locked(asked)
    known = card.reviews.filter(key=key).first() if key else None
    if known is not None:
        _must_be_same(known, given)
        return known
    expected = queries.answer_key(card, queries.next_number(card))
    if key != expected:
        raise AnsweredElsewhere(
            "This form is older than your last answer. Go to the next question and answer that."
        )
    raw = mark_again(asked.block, given).raw
    hints = min(card.hints, len(asked.block.hints))
    outcome = recall(raw, attempt=1, hints=hints)
    where = Review.Where.PRACTICE
    return _append(card, Given(given, raw, outcome, hints, expected, where, now, mix))


@transaction.atomic
def open_hint(*, asked: Asked, key: UUID | None) -> int:
    """Open the next hint of the review under way; the same key again changes nothing."""
    card = _locked(asked)
    number = queries.next_number(card)
    opened = [queries.hint_key(card, number, hint) for hint in range(1, card.hints + 1)]
    if key in opened:
        return card.hints
    if key != queries.hint_key(card, number, card.hints + 1):
        raise AnsweredElsewhere(
            "This question was answered in the meantime. Go to the next one; hints are there too."
        )
    if card.hints >= len(asked.block.hints):
        raise Refused("All hints of this question are open.")
    card.hints += 1
    card.save(update_fields=["hints"])
    return card.hints


@transaction.atomic
def mix(*, learner: Learner, cards: Sequence[Asked], count: int, key: UUID, now: datetime) -> Mix:
    """A round of `count` questions: those most likely forgotten, in an order of chance.

    The same key again is the same round; with other content it is refused.
    """
    plan = queries.schedule()
    weakest = sorted(cards, key=lambda one: plan.retrievability(one.card.memory, day_of(now)))
    chosen = [str(one.card.id) for one in weakest[:count]]
    Random(str(key)).shuffle(chosen)  # noqa: S311  # an order, not a secret
    made, is_new = Mix.objects.get_or_create(
        learner=learner, key=key, defaults={"cards": chosen, "at": now}
    )
    asked = {str(one.card.id) for one in cards}
    if not is_new and (len(made.cards) != len(chosen) or not asked.issuperset(made.cards)):
        raise RoundBegun(
            "You have begun a round since this page was opened, perhaps in another tab. "
            "Load the page again and put the next one together."
        )
    return made


def led_by_blocks(block: str, old: ScenarioVersion, new: ScenarioVersion) -> Fate:
    return fate(block, compared(old, new), pack_of(new))


def reconcile(*, now: datetime, lead: Led = led_by_blocks) -> int:
    """Lead cards to the newest version of their scenario; how many were led.

    A question that is gone suspends its card, one that is scored differently is due at once and
    keeps its stability. `lead` says which is which.
    """
    led = 0
    for entry in shelf():
        stale = ReviewCard.objects.filter(scenario_id=entry.version.scenario_id)
        for card in stale.exclude(version_id=entry.version.pk).select_related("version"):
            _lead(card, entry, lead(card.block, card.version, entry.version), now)
            led += 1
    return led


def rescheduled(reviews: Iterable[Review], plan: Schedule) -> Memory | None:
    """What a card's log makes of it under another schedule, such as one with other weights."""
    memory: Memory | None = None
    for review in reviews:
        if review.is_counted:
            outcome, day = Recall(review.rating), day_of(review.at)
            memory = plan.after(memory, outcome, day, seed=str(review.key))
    return memory


@transaction.atomic
def reschedule(*, learner: Learner, plan: Schedule) -> int:
    """Replay the log of every card of a learner; the log itself stays as it is."""
    cards = list(learner.review_cards.select_for_update().prefetch_related("reviews"))
    for card in cards:
        card.memory = rescheduled(card.reviews.all(), plan) or card.memory
    fields = ["stability", "difficulty", "reviewed", "due"]
    ReviewCard.objects.bulk_update(cards, fields, batch_size=500)
    return len(cards)


def join_cards(guest: Learner, owner: Learner) -> None:
    """Where both have a card of a question, the account's takes the guest's log and replays it."""
    plan = queries.schedule()
    for theirs in ReviewCard.objects.filter(learner=guest):
        same = {"scenario": theirs.scenario_id, "block": theirs.block}
        mine = ReviewCard.objects.filter(learner=owner, **same).first()
        if mine is None:
            continue
        known = mine.reviews.values("key")
        theirs.reviews.exclude(key__in=known).update(card=mine)
        mine.memory = rescheduled(mine.reviews.order_by("at", "id"), plan) or mine.memory
        mine.save()
        theirs.delete()


def _locked(asked: Asked) -> ReviewCard:
    """The row for this act alone; 404 when it was joined with another one or erased meanwhile."""
    return get_object_or_404(ReviewCard.objects.select_for_update(), pk=asked.card.pk)


def _record(act: Answered) -> None:
    """A review of an answer that was given in a journey; once for each answer."""
    version, block = _newest(act)
    if block is None:
        return
    enrolment = act.enrolment
    card = ReviewCard.objects.filter(
        learner=enrolment.learner_id, scenario=version.scenario_id, block=block.id
    ).first()
    if card is not None and card.reviews.filter(key=act.key).exists():
        return
    raw = mark_again(act.block, act.answer).raw
    outcome = recall(raw, attempt=act.attempt, hints=act.hints)
    where = Review.Where.JOURNEY
    given = Given(act.answer, raw, outcome, act.hints, act.key, where, act.at)
    card = card or ReviewCard(
        learner_id=enrolment.learner_id,
        scenario_id=version.scenario_id,
        version=version,
        block=block.id,
    )
    _append(card, given)


def _newest(act: Answered) -> tuple[ScenarioVersion, Decision | Quiz | None]:
    """The question of an answer as the newest version has it; the run may be of an older one."""
    pinned = act.enrolment.version
    for entry in shelf():
        if entry.version.scenario_id == pinned.scenario_id:
            return entry.version, asked_in(entry.pack, act.block.id)
    return pinned, asked_in(pack_of(pinned), act.block.id)


def _append(card: ReviewCard, given: Given) -> Review:
    """Log a review and, where it counts, move the card; a card that is not saved yet is born."""
    day, is_born = day_of(given.at), card._state.adding
    is_counted = is_born or counts(given.outcome, is_due=card.due <= day)
    if is_counted:
        memory = None if is_born else card.memory
        card.memory = queries.schedule().after(memory, given.outcome, day, seed=str(given.key))
    card.hints = 0
    card.save()
    return card.reviews.create(
        key=given.key,
        answer=given.answer,
        raw=given.raw.quantize(PLACES),
        rating=given.outcome.value,
        hints=given.hints,
        is_counted=is_counted,
        due=card.due,
        where=given.where,
        mix=given.mix,
        at=given.at,
    )


def _must_be_same(known: Review, given: Mapping[str, object]) -> None:
    if known.answer != dict(given):
        raise AnsweredElsewhere(
            "You have answered this already, perhaps in another tab. "
            "Reload the page to see that answer."
        )


@transaction.atomic
def _lead(card: ReviewCard, entry: Entry, found: Fate, now: datetime) -> None:
    """To the block of the newest version; where that one has a card already, this one rests."""
    siblings = ReviewCard.objects.filter(
        learner=card.learner_id, scenario=card.scenario_id, block=found.block or ""
    ).exclude(pk=card.pk)
    card.version = entry.version
    card.is_suspended = found.block is None or siblings.exists()
    if found.block and not card.is_suspended:
        card.block = found.block
        card.due = min(card.due, day_of(now)) if found.is_rescored else card.due
    card.save()
