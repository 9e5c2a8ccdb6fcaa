"""Reads of practice: whose cards they are, what is due, what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404

from archlab.accounts.queries import owned_by
from archlab.accounts.visitor import Visitor
from archlab.catalog.queries import Entry, shelf
from archlab.domain.pack import Decision, Pack, Quiz, Step
from archlab.domain.pack.review import asked_in
from archlab.journeys.models import Explanation, StepEvent
from archlab.journeys.queries import explanations_of
from archlab.practice.models import Deck, Mix, Review, ReviewCard
from archlab.practice.schedule import Schedule, day_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A card with its question as the newest version has it."""

    card: ReviewCard
    entry: Entry
    block: Decision | Quiz

    @property
    def pack(self) -> Pack:
        return self.entry.pack

    @property
    def step(self) -> Step:
        return self.pack.step_of[self.block.id]

    @property
    def objectives(self) -> tuple[str, ...]:
        return self.block.objectives


def schedule() -> Schedule:
    return _schedule(fuzz=settings.PRACTICE_FUZZ)


@cache
def _schedule(*, fuzz: bool) -> Schedule:
    return Schedule(fuzz=fuzz)


def cards_of(visitor: Visitor) -> QuerySet[ReviewCard]:
    """The cards that can be asked, the most overdue first; no query for a stranger."""
    if not visitor.known:
        return ReviewCard.objects.none()
    return ReviewCard.objects.filter(owned_by(visitor), is_suspended=False).order_by("due", "id")


def asked_cards(cards: QuerySet[ReviewCard] | Sequence[ReviewCard]) -> Iterator[Asked]:
    """Those cards whose question is in the newest version of a published scenario."""
    entries = {entry.version.scenario_id: entry for entry in shelf()}
    for card in cards:
        entry = entries.get(card.scenario_id)
        block = asked_in(entry.pack, card.block) if entry else None
        if entry is not None and block is not None:
            yield Asked(card, entry, block)


def next_due(visitor: Visitor, now: datetime) -> Asked | None:
    """What to ask first."""
    return next(asked_cards(cards_of(visitor).filter(due__lte=day_of(now))), None)


def due_count(visitor: Visitor, now: datetime) -> int:
    return cards_of(visitor).filter(due__lte=day_of(now)).count()


def card_asked(visitor: Visitor, card_id: UUID) -> Asked:
    """The visitor's own card; anybody else's, and one whose question is gone, are a 404."""
    found = next(asked_cards(cards_of(visitor).filter(pk=card_id)), None)
    if found is None:
        raise Http404("no such card of yours")
    return found


def reviews_of(card: ReviewCard) -> list[Review]:
    """Every answer to a card, the first one first."""
    return list(card.reviews.order_by("id"))


def next_number(card: ReviewCard) -> int:
    """The number of the answer that comes next, from 1."""
    return card.reviews.count() + 1


def answered_on(visitor: Visitor, now: datetime) -> list[str]:
    """How each answer of this day was rated, journeys left out."""
    if not visitor.known:
        return []
    today = Review.objects.filter(
        owned_by(visitor, "card__learner"), where=Review.Where.PRACTICE, at__gte=day_of(now)
    )
    return list(today.values_list("rating", flat=True))


def words_on(visitor: Visitor, asked: Asked) -> Explanation | None:
    """What the learner wrote about the step of a question, also under an older name of it."""
    mine = explanations_of(visitor, asked.card.scenario_id)
    names = (asked.step.id, *asked.step.was)
    return next((mine[name] for name in names if name in mine), None)


@dataclass(frozen=True, slots=True)
class Origin:
    """The step of the run in which a question was answered last."""

    enrolment_id: UUID
    step: str


def origin_of(asked: Asked) -> Origin | None:
    answered = StepEvent.objects.filter(
        enrolment__learner=asked.card.learner_id,
        enrolment__version__scenario=asked.card.scenario_id,
        block__in=(asked.block.id, *asked.block.was),
        kind=StepEvent.Kind.ANSWERED,
    )
    found = answered.order_by("-id").values_list("enrolment_id", "step").first()
    return Origin(*found) if found else None


def mix_of(visitor: Visitor, mix_id: UUID) -> Mix:
    found = Mix.objects.filter(owned_by(visitor), pk=mix_id).first()
    if found is None:
        raise Http404("no such round of yours")
    return found


def open_in(mix: Mix, visitor: Visitor) -> list[Asked]:
    """The cards of a round that wait for an answer, in its order."""
    done = set(mix.reviews.values_list("card_id", flat=True))
    waiting = [UUID(card) for card in mix.cards if UUID(card) not in done]
    found = {one.card.id: one for one in asked_cards(cards_of(visitor).filter(pk__in=waiting))}
    return [found[card] for card in waiting if card in found]


def ratings_in(mix: Mix) -> list[str]:
    return list(mix.reviews.order_by("id").values_list("rating", flat=True))


def has_older_answers(visitor: Visitor) -> bool:
    """Answers from before there were cards, which nobody has made cards of."""
    if not visitor.known or Deck.objects.filter(owned_by(visitor)).exists():
        return False
    mine = owned_by(visitor, "enrolment__learner")
    return StepEvent.objects.filter(mine, kind=StepEvent.Kind.ANSWERED).exists()


def answer_key(card: ReviewCard, number: int) -> UUID:
    """The idempotency key of the answer with this number, from 1."""
    return uuid5(card.id, f"answer/{number}")


def hint_key(card: ReviewCard, number: int, hint: int) -> UUID:
    return uuid5(card.id, f"hint/{number}/{hint}")


def mix_key(visitor: Visitor) -> UUID:
    """The key of the next round: the same in each tab until one was made."""
    made = Mix.objects.filter(owned_by(visitor)).count()
    return uuid5(NAMESPACE_OID, f"{visitor.user_id}/{visitor.token_hash}/{made}")
