"""Who wants to hear of an answer. Declared here, filled by the apps above in `AppConfig.ready()`.

They are called in the transaction of the answer: what they write stands or falls with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from archlab.domain.pack import Decision, Quiz
from archlab.journeys.models import Enrolment, StepEvent
from archlab.journeys.queries import pack_played
from archlab.journeys.runs import latest_event, play_within, version_played


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that counted. `attempt` counts from 1, `hints` are those open at that time."""

    enrolment: Enrolment
    block: Decision | Quiz
    answer: Mapping[str, object]
    attempt: int
    hints: int
    key: UUID
    at: datetime


Listener = Callable[[Answered], None]
_listeners: list[Listener] = []


def on_answer(listener: Listener) -> None:
    """Have `listener` called at each answer to a decision or a quiz."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(answered: Answered) -> None:
    for listener in _listeners:
        listener(answered)


def answers_of(enrolment: Enrolment) -> Iterator[Answered]:
    """The answers of a run that counted, in the order in which they were given."""
    pack = pack_played(enrolment)
    play = play_within(enrolment, version_played(enrolment), latest_event(enrolment))
    for event in enrolment.events.filter(kind=StepEvent.Kind.ANSWERED).order_by("id"):
        block = pack.block(event.block)
        attempts = {attempt.number: attempt for attempt in play.attempts(event.block)}
        attempt = attempts.get(event.attempt)
        if isinstance(block, Decision | Quiz) and attempt is not None:
            yield Answered(
                enrolment, block, attempt.answer, attempt.number, attempt.hints, event.key, event.at
            )
