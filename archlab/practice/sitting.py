"""One card on its page: the question, or the question with the answer that was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TypeVar
from uuid import UUID

from django.urls import reverse

from archlab.catalog.text import Rendered, text_of
from archlab.domain.architecture import Architecture
from archlab.domain.grading import AnswerRefused, Marking
from archlab.domain.pack import Block, Decision, Quiz
from archlab.domain.pack.blocks import Retry
from archlab.domain.pack.play import Attempt
from archlab.domain.pack.review import documented_at, mark_again
from archlab.journeys.blocks.scene import Refusal
from archlab.journeys.models import StepEvent
from archlab.practice.models import Mix, Review
from archlab.practice.queries import Asked, answer_key, hint_key

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Sitting:
    """The review with this `number` of a card; `log` holds every answer so far.

    It is what `blocks.quiz` asks for, so a question looks here as it does in its step.
    """

    asked: Asked
    number: int
    log: Sequence[Review]
    mix: Mix | None = None
    refusal: Refusal | None = None

    @property
    def review(self) -> Review | None:
        """The answer, once there is one."""
        return self.log[self.number - 1] if self.number <= len(self.log) else None

    @property
    def last(self) -> Review | None:
        """The answer before this one."""
        return self.log[self.number - 2] if self.number > 1 else None

    @cached_property
    def text(self) -> Rendered:
        return text_of(self.asked.pack)

    def attempts(self, block: Block) -> tuple[Attempt, ...]:
        review = self.review
        if review is None:
            return ()
        return (Attempt(1, review.answer, self._marking(review), review.hints, review.raw),)

    def _marking(self, review: Review) -> Marking:
        """As it would be marked today; an answer that no longer fits keeps the mark it had."""
        try:
            return mark_again(self.asked.block, review.answer)
        except AnswerRefused:
            return Marking(raw=review.raw)

    def opened(self, block: Block) -> int:
        return self.review.hints if self.review else self.asked.card.hints

    def retry(self, block: Decision | Quiz) -> Retry:
        """One answer a review; then all is shown, unless the author never shows it."""
        is_open = block.retry.reveal != "never"
        return Retry(attempts=1, reveal="each" if is_open else "never")

    def architecture(self, name: str, block: Block) -> Architecture:
        """Outside of a run the current system is the source's own."""
        if name == "current":
            return documented_at(self.asked.pack, self.asked.step.id)
        return self.asked.pack.architectures[name]

    def shuffled(self, things: tuple[Thing, ...], block: Block, *, mix: bool = True) -> list[Thing]:
        """Another order at each review, the same on each look at one."""
        mixed = list(things)
        if mix:
            Random(f"{self.asked.card.id}/{self.number}").shuffle(mixed)  # noqa: S311  # an order
        return mixed

    def typed(self, block: Block) -> Mapping[str, object]:
        return self.refusal.typed if self.refusal else {}

    def problem(self, block: Block) -> str:
        return self.refusal.problem if self.refusal else ""

    def url(self, name: str, block: Block) -> str:
        return self._to(f"practice:{name}")

    def key(self, block: Block, kind: str, attempt: int) -> UUID:
        if kind == StepEvent.Kind.HINT:
            return hint_key(self.asked.card, self.number, attempt)
        return answer_key(self.asked.card, self.number)

    @property
    def address(self) -> str:
        return self._to("practice:card")

    def _to(self, name: str) -> str:
        return address(name, self.asked, self.number, self.mix)


def address(name: str, asked: Asked, number: int, mix: Mix | None) -> str:
    """Where the review with this number of a card is, within its round."""
    url = reverse(name, args=[asked.card.id, number])
    return f"{url}?mix={mix.id}" if mix else url
