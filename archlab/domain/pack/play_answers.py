"""Answers in the form in which events keep them: their shape, and their mark.

An answer that cannot be marked is refused with a sentence and costs no attempt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import singledispatch
from typing import get_args

from archlab.domain import grading
from archlab.domain.grading import AnswerRefused, Marking, Part, Partial
from archlab.domain.pack.blocks import (
    BillView,
    Block,
    Calculator,
    ClaimView,
    Decision,
    Drill,
    Hotspot,
    Lab,
    Match,
    Multiple,
    Numeric,
    Order,
    Simulation,
    Single,
    SourceVerdict,
    Spot,
    Text,
)
from archlab.domain.pack.play_drills import mark_drill

Answer = Mapping[str, object]

LONGEST_REASON = 500
LONGEST_TEXT = 200
MOST_MARKS = 100
CONFIDENCE = range(1, 6)


def check_answer(block: Block, answer: Answer) -> None:
    """Refuse an answer that cannot be marked or kept; the sentence says what to change."""
    _check(block, answer)


def mark(block: Block, answer: Answer) -> Marking:
    """How much of an answer is right; refused as by `check_answer`."""
    _check(block, answer)
    return _mark(block, answer)


@singledispatch
def _check(_block: Block, _answer: Answer) -> None:
    raise AnswerRefused("There is nothing to answer here.")


@singledispatch
def _mark(_block: Block, _answer: Answer) -> Marking:
    raise AnswerRefused("There is nothing to mark here.")


@_check.register
def _check_decision(block: Decision, answer: Answer) -> None:
    _one_of(answer, "option", [option.id for option in block.options], "Choose an option.")
    reason = answer.get("reason", "")
    if not isinstance(reason, str):
        raise AnswerRefused("Write the reason as text.", "reason")
    if block.reason == "required" and not reason.strip():
        raise AnswerRefused("Write one line on why; it goes into your record.", "reason")
    if len(reason) > LONGEST_REASON:
        raise AnswerRefused(f"Keep the reason to {LONGEST_REASON} characters.", "reason")
    confidence = answer.get("confidence")
    whole = isinstance(confidence, int) and not isinstance(confidence, bool)
    if confidence is not None and not (whole and confidence in CONFIDENCE):
        raise AnswerRefused("Say how sure you are with a number from 1 to 5.", "confidence")


@_mark.register
def _mark_decision(block: Decision, answer: Answer) -> Marking:
    option = block.option(str(answer["option"]))
    if option is None:
        raise AnswerRefused("Choose an option.", "option")
    return Marking(raw=option.score, parts=(Part(option.id, option.verdict == "best"),))


@_check.register
def _check_single(block: Single, answer: Answer) -> None:
    _one_of(answer, "option", [option.id for option in block.options], "Choose an option.")


@_mark.register
def _mark_single(block: Single, answer: Answer) -> Marking:
    correct = next(option.id for option in block.options if option.correct)
    return grading.mark_single(str(answer["option"]), correct=correct)


@_check.register
def _check_multiple(block: Multiple, answer: Answer) -> None:
    known = [option.id for option in block.options]
    _some_of(answer, "options", known, "Choose at least one option.")


@_mark.register
def _mark_multiple(block: Multiple, answer: Answer) -> Marking:
    return grading.mark_multiple(
        _texts(answer, "options"),
        options=[option.id for option in block.options],
        correct=[option.id for option in block.options if option.correct],
        partial=Partial(block.partial),
    )


@_check.register
def _check_numeric(block: Numeric, answer: Answer) -> None:
    _number(answer)
    _factor(block, answer)


@_mark.register
def _mark_numeric(block: Numeric, answer: Answer) -> Marking:
    return grading.mark_numeric(
        _number(answer),
        answer=block.answer,
        tolerance=block.tolerance.bounds,
        accept=[
            grading.Accepted(near.value, near.tolerance.bounds, near.score) for near in block.accept
        ],
        factor=_factor(block, answer),
    )


@_check.register
def _check_order(block: Order, answer: Answer) -> None:
    known = [item.id for item in block.items]
    given = _some_of(answer, "order", known, "Put the lines in order.")
    if len(given) != len(known) or len(set(given)) != len(known):
        raise AnswerRefused("Give every line a place of its own.", "order")


@_mark.register
def _mark_order(block: Order, answer: Answer) -> Marking:
    right = [item.id for item in block.items]
    return grading.mark_order(
        _texts(answer, "order"), right_order=right, partial=Partial(block.partial)
    )


@_check.register
def _check_match(block: Match, answer: Answer) -> None:
    given = _mapping(answer, "pairs")
    lefts = {pair.id: pair.left for pair in block.pairs}
    rights = _right_texts(block)
    for left in given:
        _known(left, lefts, "pairs")
    for left, label in lefts.items():
        _one_of(given, left, rights, f'Choose what belongs to "{label}".', field="pairs")


@_mark.register
def _mark_match(block: Match, answer: Answer) -> Marking:
    given = _mapping(answer, "pairs")
    return grading.mark_match(
        {left: str(right) for left, right in given.items()},
        pairs=[pair.id for pair in block.pairs],
        right_texts=_right_texts(block),
        partial=Partial(block.partial),
    )


@_check.register
def _check_hotspot(_block: Hotspot, answer: Answer) -> None:
    """Which components stand on the drawing depends on the learner; any other one is wrong."""
    _some_of(answer, "components", None, "Mark at least one component.")


@_mark.register
def _mark_hotspot(block: Hotspot, answer: Answer) -> Marking:
    chosen = _texts(answer, "components")
    return grading.mark_hotspot(
        chosen,
        components=tuple(dict.fromkeys((*chosen, *block.targets))),
        targets=block.targets,
        partial=Partial(block.partial),
    )


@_check.register
def _check_spot(block: Spot, answer: Answer) -> None:
    last = len(block.listing.lines)
    for line in _lines(answer):
        if not 1 <= line <= last:
            raise AnswerRefused(f"The listing has the lines 1 to {last}; {line} is none.", "lines")


@_mark.register
def _mark_spot(block: Spot, answer: Answer) -> Marking:
    errors = {error.id: error.lines for error in block.errors}
    return grading.mark_spot(_lines(answer), errors=errors)


@_check.register
def _check_text(_block: Text, answer: Answer) -> None:
    typed = answer.get("text")
    if not isinstance(typed, str) or not typed.strip():
        raise AnswerRefused("Write an answer of a word or two.", "text")
    if len(typed) > LONGEST_TEXT:
        raise AnswerRefused(f"Keep the answer to {LONGEST_TEXT} characters.", "text")


@_mark.register
def _mark_text(block: Text, answer: Answer) -> Marking:
    return grading.mark_text(
        str(answer["text"]),
        answers=[grading.AcceptedText(one.text, one.score) for one in block.answers],
        fuzzy=block.fuzzy,
        case_sensitive=block.case_sensitive,
    )


@_check.register
def _check_drill(block: Drill, answer: Answer) -> None:
    mark_drill(block, answer)


@_mark.register
def _mark_drill(block: Drill, answer: Answer) -> Marking:
    return mark_drill(block, answer)


@_check.register
def _check_lab(_block: Lab, answer: Answer) -> None:
    if not isinstance(answer.get("template"), str):
        raise AnswerRefused("A lab is passed by its run.")


@_check.register
def _check_claims(block: ClaimView, answer: Answer) -> None:
    given = _mapping(answer, "verdicts")
    for claim in given:
        _known(claim, block.claims, "verdicts")
    for claim in block.claims:
        sentence = "Choose a verdict for each claim."
        _one_of(given, claim, get_args(SourceVerdict), sentence, field="verdicts")


@_check.register
def _check_bench(block: BillView, answer: Answer) -> None:
    given = _mapping(answer, "knobs")
    for id_ in given:
        _known(id_, [knob.id for knob in block.knobs], "knobs")
    for knob in block.knobs:
        places = [position(choice.value) for choice in knob.choices]
        sentence = f"Choose a position for {knob.label}."
        chosen = {knob.id: position(given.get(knob.id, ""))}
        _one_of(chosen, knob.id, places, sentence, field="knobs")


@_check.register
def _check_guess(block: Calculator, answer: Answer) -> None:
    """A number, or `skipped` for somebody who wants to see the answer without a guess."""
    if block.guess is None:
        raise AnswerRefused("There is nothing to answer here.")
    if answer.get("skipped") is not True:
        _number(answer)


@_check.register
def _check_predictions(block: Simulation, answer: Answer) -> None:
    """One guess for every question, or `skipped` for all of them together."""
    if answer.get("skipped") is True:
        return
    given = _mapping(answer, "guesses")
    for id_ in given:
        _known(id_, [one.id for one in block.predict], "guesses")
    for one in block.predict:
        if one.choices:
            _one_of(given, one.id, one.choices, f"Choose an answer: {one.question}")
            continue
        try:
            _number({"value": given.get(one.id, "")})
        except AnswerRefused as refused:
            raise AnswerRefused(f"{one.question} {refused}", one.id) from None


def position(value: object) -> str:
    """A knob's position as text: from a form, from JSON and as the pack has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def solves(bench: BillView, answer: Answer) -> bool:
    """Every knob stands as in the bench's solution."""
    given = _mapping(answer, "knobs")
    return all(
        position(given.get(knob, "")) == position(wanted) for knob, wanted in bench.solution.items()
    )


def _right_texts(block: Match) -> dict[str, str]:
    """Right sides by id; a pair's right side has the pair's id."""
    return {pair.id: pair.right for pair in block.pairs} | {
        other.id: other.right for other in block.distractors
    }


def _one_of(
    answer: Answer, key: str, known: Collection[str], sentence: str, *, field: str = ""
) -> None:
    value = answer.get(key)
    if not isinstance(value, str) or not value:
        raise AnswerRefused(sentence, field or key)
    _known(value, known, field or key)


def _some_of(
    answer: Answer, key: str, known: Collection[str] | None, sentence: str
) -> tuple[str, ...]:
    given = _texts(answer, key)
    if not given:
        raise AnswerRefused(sentence, key)
    for one in given:
        _known(one, given if known is None else known, key)
    return given


def _known(value: str, known: Collection[str], field: str) -> None:
    if value not in known:
        raise AnswerRefused(
            f'"{value[:60]}" is not part of this question any more. Load the page again.', field
        )


def _items(answer: Answer, key: str) -> Sequence[object]:
    value = answer.get(key, ())
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > MOST_MARKS:
        raise AnswerRefused("This answer is not complete. Load the page again.", key)
    return value


def _texts(answer: Answer, key: str) -> tuple[str, ...]:
    texts = tuple(one for one in _items(answer, key) if isinstance(one, str))
    if len(texts) != len(_items(answer, key)):
        raise AnswerRefused("This answer is not complete. Load the page again.", key)
    return texts


def _lines(answer: Answer) -> tuple[int, ...]:
    given = _items(answer, "lines")
    lines = tuple(one for one in given if isinstance(one, int) and not isinstance(one, bool))
    if not lines or len(lines) != len(given):
        raise AnswerRefused("Mark at least one line.", "lines")
    return lines


def _mapping(answer: Answer, key: str) -> Mapping[str, object]:
    value = answer.get(key, {})
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value):
        raise AnswerRefused("This answer is not complete. Load the page again.", key)
    return value


def _number(answer: Answer) -> Decimal:
    value = answer.get("value", "")
    return grading.parse_number(value if isinstance(value, str) else "")


def _factor(block: Numeric, answer: Answer) -> Decimal:
    factors = {block.unit: Decimal(1), **{other.unit: other.factor for other in block.units}}
    unit = answer.get("unit") or block.unit
    if not isinstance(unit, str) or unit not in factors:
        raise AnswerRefused(f"Choose one of the units: {', '.join(factors)}.", "unit")
    return factors[unit]
