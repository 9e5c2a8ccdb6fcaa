"""When to ask again: the one module that knows FSRS.

Reviews are counted in whole days. A card that was answered in the evening and is due in two days
may be answered on the morning of that day, and that is a review of two days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import DEFAULT_PARAMETERS

from archlab.domain.grading import Recall

RETENTION = 0.9
LONGEST_DAYS = 365
WEIGHTS = DEFAULT_PARAMETERS
RATINGS = {Recall.AGAIN: Rating.Again, Recall.HARD: Rating.Hard, Recall.GOOD: Rating.Good}
SPREAD = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float(LONGEST_DAYS), 0.05))
"""Days from, days to, and the share of the days between them by which a date may move."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What FSRS knows of one card. `stability` is in days, `difficulty` from 1 to 10.

    `step` is the place among the learning steps, where a schedule has any; ours has none.
    """

    stability: float
    difficulty: float
    reviewed: datetime
    due: datetime
    step: int | None = None
    state: int = State.Review.value

    @property
    def days(self) -> int:
        """From the last review to the next."""
        return (self.due - self.reviewed).days


class Schedule:
    """FSRS with our settings: no learning steps, nine of ten remembered, at most a year.

    With `fuzz` the dates of cards that were learned together drift apart a little; by how much
    follows from the card and the number of its review, so that a replay gives the same dates.
    """

    def __init__(
        self,
        *,
        fuzz: bool = False,
        weights: Sequence[float] = WEIGHTS,
        learning: tuple[timedelta, ...] = (),
        relearning: tuple[timedelta, ...] = (),
        longest_days: int = LONGEST_DAYS,
    ) -> None:
        self._fuzz = fuzz
        self._scheduler = Scheduler(
            parameters=weights,
            desired_retention=RETENTION,
            learning_steps=learning,
            relearning_steps=relearning,
            maximum_interval=longest_days,
            enable_fuzzing=False,
        )

    def after(
        self, memory: Memory | None, outcome: Recall, at: datetime, *, seed: str = ""
    ) -> Memory:
        """The card after a review at `at` (UTC); `memory` None is a card that is just born."""
        card, _log = self._scheduler.review_card(_card(memory), RATINGS[outcome], at)
        return self._fuzzed(_memory(card, at), seed) if self._fuzz else _memory(card, at)

    def retrievability(self, memory: Memory, now: datetime) -> float:
        """The probability from 0 to 1 that an answer would be right now."""
        return float(self._scheduler.get_card_retrievability(_card(memory), now))

    def _fuzzed(self, memory: Memory, seed: str) -> Memory:
        days = fuzzed(memory.days, seed)
        return Memory(
            stability=memory.stability,
            difficulty=memory.difficulty,
            reviewed=memory.reviewed,
            due=memory.reviewed + timedelta(days=days),
        )


def day_of(at: datetime) -> datetime:
    """The beginning of the day (UTC), which is when everything that is due on it is due."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def fuzzed(days: int, seed: str) -> int:
    """An interval moved by a few days, within the ranges that FSRS uses; short ones stay."""
    if days < SPREAD[0][0]:
        return days
    reach = 1.0 + sum(share * max(min(days, end) - start, 0.0) for start, end, share in SPREAD)
    low, high = max(2, round(days - reach)), min(round(days + reach), LONGEST_DAYS)
    return Random(seed).randint(min(low, high), high)  # noqa: S311  # a date, not a secret


def _card(memory: Memory | None) -> Card:
    """A card number of its own would cost a millisecond of sleep, and nobody reads it."""
    if memory is None:
        return Card(card_id=0)
    return Card(
        card_id=0,
        state=State(memory.state),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.reviewed,
    )


def _memory(card: Card, at: datetime) -> Memory:
    if card.stability is None or card.difficulty is None:
        raise ValueError("FSRS left a reviewed card without a memory.")
    return Memory(card.stability, card.difficulty, at, card.due, card.step, card.state.value)
