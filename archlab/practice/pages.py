"""What the pages of practice print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import fmean

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archlab.accounts.visitor import Visitor
from archlab.domain.grading import Recall
from archlab.domain.pack import Pack
from archlab.domain.pack.model import Objective
from archlab.journeys.blocks.quiz import QuizView
from archlab.journeys.blocks.quiz import build as question
from archlab.journeys.models import Explanation
from archlab.journeys.reminders import Reminder
from archlab.practice import queries
from archlab.practice.models import Review
from archlab.practice.queries import Asked, Origin
from archlab.practice.schedule import day_of
from archlab.practice.sitting import Sitting

DAYS_AHEAD = 7


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the table, and how many questions come back on it."""

    date: date
    count: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """How well the questions of an objective are remembered today.

    `share` is the mean probability of a right answer, from 0 to 1.
    """

    name: str
    text: str
    count: int
    due: int
    share: float

    @property
    def words(self) -> str:
        """The mean as a count of questions: a percentage would claim more than is known."""
        right = round(self.share * self.count)
        return _("about %(right)s of %(count)s would be right today") % {
            "right": right,
            "count": self.count,
        }


@dataclass(frozen=True, slots=True)
class Shelf:
    """A scenario with the learner's cards in it."""

    pack: Pack
    count: int
    due: int
    objectives: tuple[Remembered, ...]


@dataclass(frozen=True)
class Overview:
    """Everything about a learner's cards on one day, from one read of them."""

    visitor: Visitor
    now: datetime

    @cached_property
    def asked(self) -> list[Asked]:
        return list(queries.asked_cards(queries.cards_of(self.visitor)))

    @cached_property
    def today(self) -> datetime:
        return day_of(self.now)

    @property
    def due(self) -> int:
        return sum(self._is_due(one) for one in self.asked)

    def _is_due(self, one: Asked) -> bool:
        return one.card.due <= self.today

    @property
    def next_day(self) -> date | None:
        """When the first question comes back, where none is due today."""
        return min((one.card.due for one in self.asked), default=self.now).date()

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The week ahead; a day without a question is left out."""
        last = self.today + timedelta(days=DAYS_AHEAD)
        ahead = Counter(
            one.card.due.date() for one in self.asked if self.today < one.card.due <= last
        )
        return tuple(Day(day, count) for day, count in sorted(ahead.items()))

    @property
    def later(self) -> int:
        return len(self.asked) - self.due - sum(day.count for day in self.days)

    @cached_property
    def shelves(self) -> tuple[Shelf, ...]:
        by_pack: dict[str, list[Asked]] = {}
        for one in self.asked:
            by_pack.setdefault(one.entry.slug, []).append(one)
        return tuple(self._shelf(cards) for _slug, cards in sorted(by_pack.items()))

    def _shelf(self, cards: list[Asked]) -> Shelf:
        pack = cards[0].pack
        objectives = (
            self._remembered(objective, [one for one in cards if objective.id in one.objectives])
            for objective in pack.scenario.objectives
        )
        return Shelf(
            pack=pack,
            count=len(cards),
            due=sum(map(self._is_due, cards)),
            objectives=tuple(one for one in objectives if one.count),
        )

    def _remembered(self, objective: Objective, cards: Sequence[Asked]) -> Remembered:
        plan = queries.schedule()
        chances = [plan.retrievability(one.card.memory, self.today) for one in cards]
        return Remembered(
            name=f"{cards[0].entry.slug}/{objective.id}" if cards else "",
            text=objective.text,
            count=len(cards),
            due=sum(map(self._is_due, cards)),
            share=fmean(chances) if chances else 0.0,
        )

    @cached_property
    def answered(self) -> str:
        """What was done today, in a sentence; empty where nothing was."""
        return tally(queries.answered_on(self.visitor, self.now))

    @cached_property
    def can_gather(self) -> bool:
        return queries.has_older_answers(self.visitor)


@dataclass(frozen=True)
class CardPage:
    """A question by itself, or the answer with what comes of it."""

    sitting: Sitting
    words: Explanation | None
    origin: Origin | None
    now: datetime
    focus: bool = False

    @property
    def asked(self) -> Asked:
        return self.sitting.asked

    @cached_property
    def view(self) -> QuizView:
        return question(self.sitting, self.asked.block)

    @property
    def back(self) -> str:
        """The question in the run in which it was answered last; empty when that run is gone."""
        if self.origin is None:
            return ""
        url = reverse("journeys:step", args=[self.origin.enrolment_id, self.origin.step])
        return f"{url}#{self.asked.block.id}"

    @property
    def why_today(self) -> str:
        """When and how the question was answered last."""
        last = self.sitting.last
        if last is None:
            return ""
        days = (day_of(self.now) - day_of(last.at)).days
        when = ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
        words = {"when": when if days else _("earlier today"), "how": how(last.rating)}
        return _("Last answered %(when)s: %(how)s.") % words

    @property
    def verdict(self) -> str:
        """The rating in words, and when the question comes back."""
        review = self.sitting.review
        if review is None:
            return ""
        words = {"when": self._wait(review)}
        if review.is_counted:
            return _("You see this again %(when)s.") % words
        return _("That was ahead of time, so the date stays: you see this again %(when)s.") % words

    def _wait(self, review: Review) -> str:
        days = (review.due - day_of(review.at)).days
        if days == 1:
            return _("tomorrow")
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}

    @property
    def onward(self) -> str:
        """Where the next question is."""
        if self.sitting.mix:
            return reverse("practice:round", args=[self.sitting.mix.id])
        return reverse("practice:next")


def how(rating: str) -> str:
    return {
        Recall.AGAIN: _("not right yet"),
        Recall.HARD: _("right, but not at once"),
        Recall.GOOD: _("right at once"),
    }[Recall(rating)]


def tally(ratings: Sequence[str]) -> str:
    """How many answers, and how many of them were right at once."""
    if not ratings:
        return ""
    right = sum(rating == Recall.GOOD for rating in ratings)
    answers = ngettext("%(n)s question answered", "%(n)s questions answered", len(ratings))
    words = {"answered": answers % {"n": len(ratings)}, "right": right}
    return _("%(answered)s, %(right)s of them right at once.") % words


def reminder(visitor: Visitor, now: datetime) -> Reminder | None:
    """What the home page says of questions that are due."""
    due = queries.due_count(visitor, now)
    if not due:
        return None
    headline = ngettext("%(n)s question is due", "%(n)s questions are due", due) % {"n": due}
    detail = _("Each takes about a minute, and comes back later when you know it.")
    return Reminder(headline, detail, reverse("practice:next"), _("Practise now"))
