"""A question: the form, then what was right about the answer, then every rationale.

A decision that is asked again, outside of its step, is a question too: which option fits, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archlab.domain.grading import Marking
from archlab.domain.pack import Decision, Quiz
from archlab.domain.pack.blocks import (
    Hotspot,
    Match,
    Multiple,
    Numeric,
    Order,
    Retry,
    Single,
    Spot,
    Text,
)
from archlab.journeys.blocks.asking import Asking
from archlab.journeys.blocks.exhibit import ExhibitView, exhibit
from archlab.journeys.blocks.hints import HintsView, hints
from archlab.journeys.models import StepEvent

NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to choose, to place, to pair or to mark.

    `value` is what is chosen for it, `mark` right, wrong or missed once that may be shown, and
    `verdict` the word for an option of a decision.
    """

    id: str
    text: str
    value: str = ""
    mark: str = ""
    rationale: SafeString = NOTHING
    fix: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A value that a row can take in a list of choices."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class QuizView:
    type: str
    stem: SafeString
    exhibit: ExhibitView | None
    rows: tuple[Row, ...]
    targets: tuple[Target, ...]
    value: str
    unit: str
    units: tuple[str, ...]
    outcome: str
    feedback: tuple[SafeString, ...]
    evidence: tuple[SafeString, ...]
    instruction: str
    problem: str
    key: UUID
    attempt: int
    url: str
    can_answer: bool
    attempts_left: int | None
    is_answered: bool
    hints: HintsView
    asks_why: bool
    why: str


@dataclass(frozen=True)
class Paper:
    """An answer sheet: what was given last, how it was marked, what may be shown of it."""

    asking: Asking
    given: Mapping[str, Any]
    marking: Marking | None
    revealed: bool

    def rationale(self, source: str, *, chosen: bool) -> SafeString:
        shown = self.marking is not None and (chosen or self.revealed)
        return self.asking.text.inline(source) if shown and source else NOTHING

    def mark(self, *, chosen: bool, right: bool) -> str:
        if self.marking is None:
            return ""
        if chosen:
            return "right" if right else "wrong"
        return "missed" if right and self.revealed else ""


def build(asking: Asking, block: Decision | Quiz) -> QuizView:
    attempts, retry = asking.attempts(block), asking.retry(block)
    last = attempts[-1] if attempts else None
    limit = retry.attempts
    left = None if limit is None else max(limit - len(attempts), 0)
    is_right = last is not None and last.marking.right
    is_over = is_right or left == 0
    typed = asking.typed(block)
    paper = Paper(
        asking=asking,
        given=typed or (last.answer if last else {}),
        marking=None if typed or last is None else last.marking,
        revealed=is_revealed(retry, has_answer=last is not None, is_over=is_over),
    )
    return QuizView(
        type=_type(block),
        stem=asking.text.inline(block.stem if isinstance(block, Quiz) else block.prompt),
        exhibit=exhibit(asking, block) if isinstance(block, Quiz) else None,
        rows=tuple(_rows(paper, block)),
        targets=_targets(block),
        value=str(paper.given.get("value", paper.given.get("text", ""))),
        unit=str(paper.given.get("unit", "")) or getattr(block, "unit", ""),
        units=_units(block),
        outcome=_outcome(paper.marking),
        feedback=_feedback(paper, block),
        evidence=_evidence(asking, block) if is_over else (),
        instruction=_instruction(block),
        problem=asking.problem(block),
        key=asking.key(block, StepEvent.Kind.ANSWERED, len(attempts) + 1),
        attempt=len(attempts) + 1,
        url=asking.url("answer", block),
        can_answer=not is_over,
        attempts_left=left,
        is_answered=last is not None,
        hints=hints(asking, block, is_over=is_over),
        asks_why=isinstance(block, Decision),
        why=str(paper.given.get("reason", "")),
    )


def _type(block: Decision | Quiz) -> str:
    return block.type if isinstance(block, Quiz) else "single"


def is_revealed(retry: Retry, *, has_answer: bool, is_over: bool) -> bool:
    if retry.reveal == "each":
        return has_answer
    return retry.reveal == "last" and is_over


def _outcome(marking: Marking | None) -> str:
    if marking is None:
        return ""
    if marking.right:
        return _("Right.")
    if marking.raw > 0:
        return _("Partly right.")
    return _("Not yet.")


def _evidence(asking: Asking, block: Decision | Quiz) -> tuple[SafeString, ...]:
    sources = block.evidence if isinstance(block, Quiz) else ()
    return tuple(asking.text.source(source) for source in sources)


def _rows(paper: Paper, block: Decision | Quiz) -> list[Row]:
    return _ROWS[block.type](paper, block) if isinstance(block, Quiz) else _options(paper, block)


def _options(paper: Paper, block: Decision) -> list[Row]:
    """A good option that is not the best one is neither right nor wrong: its verdict says it."""
    chosen = paper.given.get("option")
    return [
        Row(
            id=option.id,
            text=option.text,
            value="on" if option.id == chosen else "",
            mark=""
            if option.verdict == "good"
            else paper.mark(chosen=option.id == chosen, right=option.verdict == "best"),
            rationale=paper.rationale(option.explanation, chosen=option.id == chosen),
            verdict=option.verdict if paper.marking and paper.revealed else "",
        )
        for option in paper.asking.shuffled(block.options, block, mix=block.shuffle)
    ]


def _choices(paper: Paper, block: Single | Multiple) -> list[Row]:
    chosen = set(paper.given.get("options", ())) | {paper.given.get("option")}
    return [
        Row(
            id=option.id,
            text=option.text,
            value="on" if option.id in chosen else "",
            mark=paper.mark(chosen=option.id in chosen, right=option.correct),
            rationale=paper.rationale(option.rationale, chosen=option.id in chosen),
        )
        for option in paper.asking.shuffled(block.options, block, mix=block.shuffle)
    ]


def _no_rows(_paper: Paper, _block: Quiz) -> list[Row]:
    return []


def _places(paper: Paper, block: Order) -> list[Row]:
    """Items in the learner's order once there is one, else shuffled; the place is the value."""
    order = [str(item) for item in paper.given.get("order", ())]
    places = {item: str(n) for n, item in enumerate(order, 1)}
    places |= {str(k): str(v) for k, v in paper.given.get("places", {}).items()}
    right = [item.id for item in block.items]
    rows = [
        Row(
            id=item.id,
            text=item.text,
            value=places.get(item.id, ""),
            mark=_place_mark(paper, order, right, item.id),
            rationale=paper.rationale(item.rationale, chosen=False),
        )
        for item in paper.asking.shuffled(block.items, block)
    ]
    if paper.revealed:
        return sorted(rows, key=lambda row: right.index(row.id))
    return sorted(rows, key=lambda row: order.index(row.id)) if order else rows


def _place_mark(paper: Paper, order: list[str], right: list[str], item: str) -> str:
    if paper.marking is None or item not in order:
        return ""
    return "right" if order.index(item) == right.index(item) else "wrong"


def _pairs(paper: Paper, block: Match) -> list[Row]:
    given = {str(left): str(right) for left, right in paper.given.get("pairs", {}).items()}
    bucket = block.buckets
    text = {id_: right for right, id_ in bucket.items()}
    return [
        Row(
            id=pair.id,
            text=pair.left,
            value=text.get(given.get(pair.id, ""), ""),
            mark=paper.mark(
                chosen=pair.id in given, right=given.get(pair.id) == bucket[pair.right]
            ),
            rationale=paper.rationale(
                pair.rationale, chosen=given.get(pair.id) == bucket[pair.right]
            ),
        )
        for pair in paper.asking.shuffled(block.pairs, block, mix=block.shuffle)
    ]


def _lines(paper: Paper, block: Spot) -> list[Row]:
    marked = {int(line) for line in paper.given.get("lines", ())}
    return [_line(paper, block, n, text, marked) for n, text in enumerate(block.listing.lines, 1)]


def _line(paper: Paper, block: Spot, number: int, text: str, marked: set[int]) -> Row:
    error = next((error for error in block.errors if number in error.lines), None)
    decoy = next((decoy for decoy in block.decoys if number in decoy.lines), None)
    chosen = number in marked
    why = error.rationale if error else decoy.rationale if decoy else block.otherwise
    is_first = error is None or number == error.lines[0] or chosen
    mark = paper.mark(chosen=chosen, right=error is not None)
    shown = bool(mark) and is_first
    return Row(
        id=str(number),
        text=text,
        value="on" if chosen else "",
        mark=mark,
        rationale=paper.rationale(why, chosen=chosen) if shown else NOTHING,
        fix=error.fix if error and shown and paper.revealed else "",
    )


def _components(paper: Paper, block: Hotspot) -> list[Row]:
    chosen = set(paper.given.get("components", ()))
    drawn = paper.asking.architecture(block.architecture, block).components
    return [
        Row(
            id=component.id,
            text=component.label or component.title,
            value="on" if component.id in chosen else "",
            mark=paper.mark(chosen=component.id in chosen, right=component.id in block.targets),
            rationale=paper.rationale(
                block.rationales.get(component.id, ""), chosen=component.id in chosen
            ),
        )
        for component in drawn.values()
    ]


_ROWS: Mapping[str, Callable[[Paper, Any], list[Row]]] = {
    "single": _choices,
    "multiple": _choices,
    "numeric": _no_rows,
    "order": _places,
    "match": _pairs,
    "spot": _lines,
    "hotspot": _components,
    "text": _no_rows,
}


def _targets(block: Decision | Quiz) -> tuple[Target, ...]:
    if isinstance(block, Order):
        return tuple(Target(str(n), str(n)) for n in range(1, len(block.items) + 1))
    if isinstance(block, Match):
        # by their text: shuffled like the rows, they would stand in the order of the rows
        return tuple(Target(text, text) for text in sorted(block.buckets))
    return ()


def _units(block: Decision | Quiz) -> tuple[str, ...]:
    if isinstance(block, Numeric):
        return (block.unit, *(unit.unit for unit in block.units))
    return ()


def _feedback(paper: Paper, block: Decision | Quiz) -> tuple[SafeString, ...]:
    """What to say about the answer as a whole: the near miss it met, then the explanation."""
    if paper.marking is None:
        return ()
    texts = [_met(block, paper.marking), _explanation(block) if paper.revealed else ""]
    return tuple(paper.asking.text.inline(text) for text in texts if text)


def _met(block: Decision | Quiz, marking: Marking) -> str:
    if marking.right:
        return ""
    if isinstance(block, Numeric):
        met = None if marking.accepted is None else block.accept[marking.accepted]
        return met.rationale if met else block.otherwise
    if isinstance(block, Text):
        met_text = None if marking.accepted is None else block.answers[marking.accepted]
        return met_text.rationale if met_text else block.otherwise
    return ""


def _explanation(block: Decision | Quiz) -> str:
    return str(getattr(block, "explanation", ""))


def _instruction(block: Decision | Quiz) -> str:
    count = _count(block)
    if count is not None:
        lines = ngettext("Mark %(n)s line.", "Mark %(n)s lines or more.", count)
        parts = ngettext("Mark %(n)s part.", "Mark %(n)s parts.", count)
        return (lines if isinstance(block, Spot) else parts) % {"n": count}
    return {
        "single": _("Choose one."),
        "multiple": _("Choose every one that fits."),
        "numeric": _("Write a number."),
        "order": _("Give each a place; 1 comes first."),
        "match": _("Choose what belongs to each."),
        "spot": _("Mark every line that is wrong."),
        "hotspot": _("Mark the parts."),
        "text": _("Write a word or two."),
    }[_type(block)]


def _count(block: Decision | Quiz) -> int | None:
    if isinstance(block, Spot) and block.tell_count:
        return len(block.errors)
    if isinstance(block, Hotspot) and block.tell_count:
        return len(block.targets)
    return None
