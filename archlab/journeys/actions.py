"""Writes of a journey. Each act is one appended event; the same key again is the same act."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404

from archlab.accounts.actions import lock
from archlab.accounts.models import Learner
from archlab.catalog.models import Scenario, ScenarioVersion
from archlab.domain.pack import BillView, Block, Decision, Drill, Quiz, Step
from archlab.domain.pack.blocks import Lab
from archlab.domain.pack.play import Play, check_answer
from archlab.domain.pack.play_answers import solves
from archlab.journeys import queries
from archlab.journeys.answered import Answered, tell
from archlab.journeys.models import Enrolment, Explanation, StepEvent
from archlab.journeys.runs import version_played
from archlab.web.errors import Refused

Kind = StepEvent.Kind
Answer = dict[str, object]


class Stale(Refused):
    """The page is older than the run: the step as it is now says what became of it."""


class StepLeft(Stale):
    """The learner has moved on in another tab."""


class StepAhead(Refused):
    """The learner has not come to this step yet."""


class QuestionBefore(Refused):
    """A question that stands before this block waits for its answer."""


class StepOpen(Refused):
    """Something on the step still waits for an answer."""


class AnsweredElsewhere(Stale):
    """The same attempt was answered with something else in another tab."""


class BenchOpen(Refused):
    """The settings of a bench do not explain every line."""


class NoAttemptLeft(Stale):
    """All attempts are used up."""


class WordsChanged(Refused):
    """The learner's own words were changed in another tab since this form was opened."""


@transaction.atomic
def start(*, learner: Learner, version: ScenarioVersion, now: datetime) -> Enrolment:
    """The run that this learner has not finished, else a new one; two clicks are one run."""
    lock(learner)
    begun = queries.unfinished(learner, version.scenario_id)
    return begun or Enrolment.objects.create(learner=learner, version=version, started=now)


@transaction.atomic
def start_again(*, learner: Learner, version: ScenarioVersion, now: datetime) -> Enrolment:
    """A new run beside the old ones; two clicks are one, because nothing happened in between."""
    lock(learner)
    begun = queries.untouched(learner, version)
    return begun or Enrolment.objects.create(learner=learner, version=version, started=now)


@transaction.atomic
def answer(
    *,
    enrolment: Enrolment,
    step: Step,
    block: Block,
    given: Answer,
    key: UUID | None,
    now: datetime,
) -> StepEvent:
    """Record an answer. Raises `AnswerRefused` for one that cannot be understood."""
    enrolment, play = locked(enrolment)
    kind = _kind_of(block)
    known = _known(enrolment, key, (kind, step.id, block.id), given)
    if known is not None:
        return known
    must_have_reached(play, step)
    must_be_open(play, step, block)
    if isinstance(block, Decision) and play.step != step.id:
        raise StepLeft("You have already left this step, so this decision stands as you took it.")
    attempt = _next_attempt(play, block)
    check_answer(block, given)
    if isinstance(block, BillView) and not solves(block, given):
        raise BenchOpen("Not every line is closed yet. Turn the dials until the last one is.")
    expected = _expected(enrolment, step, block.id, kind, attempt, key)
    event = _append(enrolment, kind, step, block.id, given, attempt, expected, now)
    if isinstance(block, Decision | Quiz):
        hints = play.hints(block.id)
        tell(Answered(enrolment, block, given, attempt, hints, expected, now))
    return event


@transaction.atomic
def open_hint(
    *, enrolment: Enrolment, step: Step, block: Decision | Quiz, key: UUID | None, now: datetime
) -> StepEvent:
    """Open the next hint of a block; the last one again changes nothing."""
    enrolment, play = locked(enrolment)
    known = _known(enrolment, key, (Kind.HINT, step.id, block.id))
    if known is not None:
        return known
    must_have_reached(play, step)
    must_be_open(play, step, block)
    number = play.hints(block.id) + 1
    if number > len(block.hints):
        raise Refused("All hints of this question are open.")
    expected = _expected(enrolment, step, block.id, Kind.HINT, number, key)
    payload: Answer = {"number": number}
    return _append(enrolment, Kind.HINT, step, block.id, payload, number, expected, now)


@transaction.atomic
def leave(*, enrolment: Enrolment, step: Step, key: UUID | None, now: datetime) -> StepEvent:
    """Go on from a step whose questions are answered."""
    enrolment, play = locked(enrolment)
    known = _known(enrolment, key, (Kind.LEFT, step.id, ""))
    if known is not None:
        return known
    must_have_reached(play, step)
    if play.step != step.id:
        raise StepLeft("You have already left this step. The map shows where you are.")
    if not play.done(step.id):
        raise StepOpen("A question on this step still waits for your answer.")
    expected = _expected(enrolment, step, "", Kind.LEFT, 1, key)
    return _append(enrolment, Kind.LEFT, step, "", {}, 1, expected, now)


@transaction.atomic
def pass_lab(
    *, enrolment: Enrolment, step: str, block: str, receipt: Answer, now: datetime
) -> StepEvent | None:
    """A lab was deployed, read back right and torn down: its receipt is kept, the first one.

    None where the run knows no such lab any more, or has it already.
    """
    enrolment, play = locked(enrolment)
    place = play.pack.steps[step] if step in play.visited else None
    lab = place.block(block) if place else None
    if place is None or not isinstance(lab, Lab) or play.answer(block) is not None:
        return None
    key = queries.key_for(enrolment, step, block, Kind.PASSED, 1)
    return _append(enrolment, Kind.PASSED, place, block, receipt, 1, key, now)


@transaction.atomic
def explain(
    *, learner: Learner, scenario: Scenario, step: Step, text: str, revision: int, now: datetime
) -> Explanation | None:
    """Keep what the learner wrote in their own words; an empty text takes it away.

    `revision` is the one that the form showed, 0 for the first. The same text again is the same.
    """
    lock(learner)
    kept = queries.explanation(learner, scenario, step.id).first()
    if text == (kept.text if kept else ""):
        return kept
    if revision != (kept.revision if kept else 0):
        raise WordsChanged(
            "These words were changed in another tab. Both texts are below: keep what you want."
        )
    if not text:
        queries.explanation(learner, scenario, step.id).delete()
        return None
    if kept is None:
        return Explanation.objects.create(
            learner=learner, scenario=scenario, step=step.id, text=text, written=now, revised=now
        )
    kept.revise(text, now)
    return kept


def join_words(guest: Learner, owner: Learner) -> None:
    """Where both wrote about a step, the account keeps both texts, the later one first."""
    for theirs in Explanation.objects.filter(learner=guest):
        mine = queries.explanation(owner, theirs.scenario, theirs.step).first()
        if mine is None:
            continue
        later, earlier = sorted((mine, theirs), key=lambda one: one.revised, reverse=True)
        if earlier.text not in later.text:
            mine.revise(f"{later.text}\n\n{earlier.text}", later.revised)
        theirs.delete()


def locked(enrolment: Enrolment) -> tuple[Enrolment, Play]:
    """The row for this act alone, and the run as it is now; 404 when it was erased meanwhile."""
    row = get_object_or_404(queries.runs().select_for_update(of=("self",)), pk=enrolment.pk)
    return row, queries.play_of(row)


def _known(
    enrolment: Enrolment, key: UUID | None, act: tuple[str, str, str], given: Answer | None = None
) -> StepEvent | None:
    """The event that this key already made: the same kind, step and block, and the same content.

    `given` None is for acts without a content of the learner's.
    """
    known = enrolment.events.filter(key=key).first() if key else None
    if known is None:
        return None
    is_same = (known.kind, known.step, known.block) == act
    if not is_same or given not in (None, known.payload):
        raise AnsweredElsewhere(
            "You have answered this already, perhaps in another tab, so this answer was not taken. "
            "Open the step to see the one that counts."
        )
    return known


def must_have_reached(play: Play, step: Step) -> None:
    if step.id not in play.visited and step.id != play.step:
        raise StepAhead("You have not come to this step yet. The map shows where you are.")


def must_be_open(play: Play, step: Step, block: Block) -> None:
    """A step shows its blocks down to the first question that waits, and takes no answer below."""
    waiting = queries.waiting_question(play, step)
    if waiting is not None and step.blocks.index(block) > step.blocks.index(waiting):
        raise QuestionBefore(
            "Another question on this step waits before this one. Answer it first."
        )


def _expected(
    enrolment: Enrolment, step: Step, block: str, kind: str, attempt: int, key: UUID | None
) -> UUID:
    """The key of the next act, which the form must have been given."""
    expected = queries.key_for(enrolment, step.id, block, kind, attempt)
    if key != expected:
        raise AnsweredElsewhere(
            "This form is older than your last answer, so it was not taken. "
            "Open the step as it is now and answer there."
        )
    return expected


def _next_attempt(play: Play, block: Block) -> int:
    if isinstance(block, Decision | Quiz | Drill):
        if not play.may_answer(block.id):
            raise NoAttemptLeft("This question is answered: no further attempt counts.")
        return len(play.attempts(block.id)) + 1
    if play.answer(block.id) is not None:
        raise NoAttemptLeft("You have done this already; the page shows what came of it.")
    return 1


def _kind_of(block: Block) -> str:
    return _KINDS.get(block.directive, Kind.ANSWERED)


_KINDS = {
    "claim": Kind.ASKED,
    "calculator": Kind.ASKED,
    "simulation": Kind.ASKED,
    "bill": Kind.CLOSED,
}


def _append(
    enrolment: Enrolment,
    kind: str,
    step: Step,
    block: str,
    payload: Answer,
    attempt: int,
    key: UUID,
    now: datetime,
) -> StepEvent:
    version = version_played(enrolment)
    if version != enrolment.version:  # its words were mended: the pin follows with this act
        enrolment.version = version
        enrolment.save(update_fields=["version"])
    return enrolment.events.create(
        key=key,
        kind=kind,
        step=step.id,
        block=block,
        payload=payload,
        attempt=attempt,
        at=now,
        version=version,
        epoch=enrolment.epoch,
    )
