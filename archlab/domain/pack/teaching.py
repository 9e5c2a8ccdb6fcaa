"""Phase 6: questions that teach, choices that differ, steps of a bearable length."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from archlab.domain.money import plain
from archlab.domain.pack.blocks import (
    SCORES,
    BillView,
    Block,
    Calculator,
    ClaimView,
    Decision,
    Drill,
    Lab,
    Match,
    Multiple,
    Order,
    Quiz,
    Scored,
    Simulation,
    Single,
    Spot,
)
from archlab.domain.pack.draft import Draft, Placed
from archlab.domain.pack.drills import drill_problems
from archlab.domain.pack.model import Step
from archlab.domain.pack.problem import Problem
from archlab.domain.pack.yamltext import Path

LONG_STEP_MINUTES = 12
WORDS_AT_A_STRETCH = 900
MINUTES_FREE = 5
GIVEAWAY = Decimal("1.5")

_ALL_OR_NONE = re.compile(r"\b(all|none|both|neither) of (the above|these|them)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(not|never|except|cannot|isn't|doesn't|aren't|don't)\b", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*{1,2}[^*]*\*{1,2}|_{1,2}[^_]+_{1,2}|\b(?:NOT|NEVER|EXCEPT|CANNOT)\b")


def teaching_problems(draft: Draft) -> Iterator[Problem]:
    """Everything about single blocks, then steps, then the whole."""
    for placed in draft.placed:
        yield from _block(placed)
        if isinstance(placed.block, Drill):
            yield from _drill(draft, placed, placed.block)
    for step in draft.steps.values():
        yield from _step(draft, step)
    yield from _objectives(draft)
    yield from _minutes(draft)


def _block(placed: Placed) -> Iterator[Problem]:
    block = placed.block
    if isinstance(block, Decision):
        yield from _decision(placed, block)
    elif isinstance(block, Single):
        yield from _single(placed, block)
    elif isinstance(block, Multiple):
        yield from _multiple(placed, block)
    elif isinstance(block, Order):
        yield from _same(placed, "items", "text", [item.text for item in block.items])
    elif isinstance(block, Match):
        yield from _match(placed, block)
    elif isinstance(block, Spot):
        yield from _spot(placed, block)
    if isinstance(block, Quiz):
        yield from _stem(placed, "stem", block.stem)


def _decision(placed: Placed, decision: Decision) -> Iterator[Problem]:
    document, options = placed.document, decision.options
    best = [option.text for option in options if option.verdict == "best"]
    if not best:
        said = "no option has the verdict best"
        yield document.at_holder("E601", said, ("options",))
    yield from _same(placed, "options", "text", [option.text for option in options])
    for index, option in enumerate(options):
        _, low, high = SCORES[option.verdict]
        if not low <= option.score <= high:
            said = f"a {option.verdict} option scores from {plain(low)} to {plain(high)}"
            yield document.problem("E608", said, ("options", index, "score"))
        if option.verdict != "best" and not option.right_when:
            said = "when would this option be the right one? write right_when"
            yield document.at_holder("W631", said, ("options", index))
    yield from _hints(placed, decision.hints, best)
    texts = [option.text for option in options]
    yield from _options(placed, texts, [one.verdict == "best" for one in options])


def _single(placed: Placed, quiz: Single) -> Iterator[Problem]:
    right = [option.text for option in quiz.options if option.correct]
    if len(right) != 1:
        said = f"exactly one option is correct, not {len(right)}"
        yield placed.document.at_holder("E603", said, ("options",))
    yield from _choices(placed, quiz, right)


def _multiple(placed: Placed, quiz: Multiple) -> Iterator[Problem]:
    right = [option.text for option in quiz.options if option.correct]
    if not right or len(right) == len(quiz.options):
        said = "at least one option is correct and at least one is wrong"
        yield placed.document.at_holder("E604", said, ("options",))
    yield from _choices(placed, quiz, right)


def _choices(placed: Placed, quiz: Single | Multiple, right: Sequence[str]) -> Iterator[Problem]:
    texts = [option.text for option in quiz.options]
    yield from _same(placed, "options", "text", texts)
    yield from _hints(placed, quiz.hints, right)
    correct = [option.correct for option in quiz.options]
    yield from _options(placed, texts, correct if isinstance(quiz, Single) else [])


def _options(placed: Placed, texts: Sequence[str], best: Sequence[bool]) -> Iterator[Problem]:
    """Options that a test-wise learner finds or excludes without knowing anything."""
    for index, text in enumerate(texts):
        if _ALL_OR_NONE.search(text):
            said = "all or none of the above tests reading, not knowing"
            yield placed.document.problem("W623", said, ("options", index, "text"))
    others = [len(text) for text, is_best in zip(texts, best, strict=False) if not is_best]
    if not others:
        return
    longest = GIVEAWAY * sum(others) / len(others)
    for index, (text, is_best) in enumerate(zip(texts, best, strict=False)):
        if is_best and len(text) > longest:
            said = "the best option is much longer than the others, which gives it away"
            yield placed.document.problem("W624", said, ("options", index, "text"))


def _same(placed: Placed, key: str, field: str, texts: Sequence[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, text in enumerate(texts):
        normal = " ".join(text.casefold().split())
        if normal in seen:
            said = "another one says the same"
            yield placed.document.problem("E605", said, (key, index, field))
        seen.add(normal)


def _match(placed: Placed, quiz: Match) -> Iterator[Problem]:
    yield from _same(placed, "pairs", "left", [pair.left for pair in quiz.pairs])
    rights = {pair.right for pair in quiz.pairs}
    for index, other in enumerate(quiz.distractors):
        if other.right in rights:
            said = "a pair has this right side, so it distracts nobody"
            yield placed.document.problem("E605", said, ("distractors", index, "right"))


def _spot(placed: Placed, quiz: Spot) -> Iterator[Problem]:
    lines = quiz.listing.lines
    marked = [("errors", index, one.lines) for index, one in enumerate(quiz.errors)]
    marked += [("decoys", index, one.lines) for index, one in enumerate(quiz.decoys)]
    for key, index, wrong in marked:
        for number, line in enumerate(wrong):
            if line > len(lines) or not lines[line - 1].strip():
                said = f"the listing has no line {line}"
                if line <= len(lines):
                    said = f"line {line} of the listing is blank"
                path: Path = (key, index, "lines", number)
                yield placed.document.problem("E612", said, path)


def _drill(draft: Draft, placed: Placed, drill: Drill) -> Iterator[Problem]:
    yield from _same(placed, "actions", "text", [action.text for action in drill.actions])
    yield from _same(placed, "causes", "text", [cause.text for cause in drill.causes])
    yield from drill_problems(draft, placed, drill)


def _hints(placed: Placed, hints: Sequence[str], best: Sequence[str]) -> Iterator[Problem]:
    for index, hint in enumerate(hints):
        if any(text.casefold() in hint.casefold() for text in best):
            said = "this hint contains the answer"
            yield placed.document.problem("E609", said, ("hints", index))


def _stem(placed: Placed, key: str, text: str) -> Iterator[Problem]:
    plain_text = _EMPHASIS.sub("", text)
    question = re.split(r"(?<=[.!?:])\s+", plain_text.strip())[-1]
    if _NEGATIVE.search(question):
        said = "a negative question is easily misread: turn it round, or write the word *bold*"
        yield placed.document.problem("W627", said, (key,))


def is_interaction(block: Block) -> bool:
    """The learner does something here."""
    if isinstance(block, BillView):
        return block.mode == "reconcile"
    return isinstance(block, Scored | Calculator | Simulation | Lab) or (
        isinstance(block, ClaimView) and block.ask
    )


def _step(draft: Draft, step: Step) -> Iterator[Problem]:
    front = draft.front(step.id)
    if step.minutes > LONG_STEP_MINUTES:
        said = f"a step of more than {LONG_STEP_MINUTES} minutes: split it"
        yield front.problem("W630", said, ("minutes",))
    if not step.takeaway:
        yield front.at_holder("W626", "a step leaves one sentence behind: takeaway", ())
    if not any(map(is_interaction, step.blocks)):
        said = "nothing is asked of the learner in this step"
        yield front.problem("W607", said, ("id",))
        return
    yield from _stretches(draft, step)


def _stretches(draft: Draft, step: Step) -> Iterator[Problem]:
    """More words in a row than anybody reads."""
    stops = sorted(block.line for block in step.blocks if is_interaction(block))
    words: Counter[int] = Counter()
    first: dict[int, int] = {}
    for line, count in draft.texts[step.id].body.words:
        stretch = sum(stop < line for stop in stops)
        words[stretch] += count
        first.setdefault(stretch, line)
    for stretch, count in words.items():
        if count > WORDS_AT_A_STRETCH:
            said = f"{count} words without anything to do"
            yield Problem(step.path, first[stretch], 1, "W622", said)


def _objectives(draft: Draft) -> Iterator[Problem]:
    assessed = Counter(
        objective
        for placed in draft.placed
        if isinstance(placed.block, Scored | Lab)
        for objective in placed.block.objectives
    )
    for index, objective in enumerate(draft.text.scenario.objectives):
        path = ("objectives", index, "id")
        document = draft.text.scenario_document
        if not assessed[objective.id]:
            yield document.problem("E606", "no decision, question or drill assesses this", path)
        elif assessed[objective.id] == 1:
            yield document.problem("W625", "only one block assesses this", path)


def _minutes(draft: Draft) -> Iterator[Problem]:
    total = sum(draft.steps[id_].minutes for id_ in draft.path_documented)
    declared = draft.text.scenario.minutes
    if abs(declared - total) > max(Decimal(MINUTES_FREE), Decimal(total) / 10):
        said = f"the steps of the documented path take {total} minutes, not {declared}"
        yield draft.text.scenario_document.problem("E621", said, ("minutes",))
