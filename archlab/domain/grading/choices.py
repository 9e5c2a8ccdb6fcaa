"""Answers that point at things: options, components, lines, an order, pairs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from itertools import combinations

from archlab.domain.grading.marking import FULL, NONE, Marking, Part, share


class Partial(StrEnum):
    """How a partly right answer counts. Each question type knows some of these words."""

    RIGHT_MINUS_WRONG = "right-minus-wrong"
    ALL_OR_NOTHING = "all-or-nothing"
    PER_OPTION = "per-option"
    PAIRS = "pairs"
    POSITION = "position"
    PER_PAIR = "per-pair"


def mark_single(chosen: str, *, correct: str) -> Marking:
    """One option of several: right or wrong."""
    right = chosen == correct
    return Marking(
        raw=FULL if right else NONE,
        parts=(Part(chosen, right),),
        missed=() if right else (correct,),
    )


def mark_multiple(
    chosen: Collection[str],
    *,
    options: Sequence[str],
    correct: Collection[str],
    partial: Partial = Partial.RIGHT_MINUS_WRONG,
) -> Marking:
    """Any number of options.

    With C correct options, h of them chosen and f wrong ones chosen: right-minus-wrong is
    `max(0, (h - f) / C)`; per-option is the share of options that were decided rightly, chosen or
    left. `options` are all options in the order of the question.
    """
    marking = _picked(chosen, options=options, right=correct, partial=partial)
    if partial is not Partial.PER_OPTION:
        return marking
    wrong = sum(1 for part in marking.parts if not part.right) + len(marking.missed)
    return _with_raw(marking, len(options) - wrong, len(options))


def mark_hotspot(
    chosen: Collection[str],
    *,
    components: Sequence[str],
    targets: Collection[str],
    partial: Partial = Partial.RIGHT_MINUS_WRONG,
) -> Marking:
    """Components on a drawing, marked as a multiple choice over the targets."""
    return _picked(chosen, options=components, right=targets, partial=partial)


def mark_spot(marked: Collection[int], *, errors: Mapping[str, Collection[int]]) -> Marking:
    """Lines of a listing. `errors` maps an error to its lines (1-based).

    Any marked line of an error finds that error once; a marked line of no error takes one away:
    `max(0, (found - false) / errors)`.
    """
    found = [error for error, lines in errors.items() if not set(lines).isdisjoint(marked)]
    wrong_lines = {line for lines in errors.values() for line in lines}
    parts = tuple(Part(str(line), line in wrong_lines) for line in sorted(set(marked)))
    false = sum(1 for part in parts if not part.right)
    return Marking(
        raw=share(len(found) - false, len(errors)),
        parts=parts,
        missed=tuple(error for error in errors if error not in found),
    )


def mark_order(
    given: Sequence[str], *, right_order: Sequence[str], partial: Partial = Partial.PAIRS
) -> Marking:
    """The items of a question in an order; `given` is a permutation of `right_order`.

    pairs: with the share p of pairs in the right order, `max(0, 2p - 1)`, so guessing earns
    nothing on average. position: the share of items in their place.
    """
    parts = tuple(
        Part(item, item == wanted) for item, wanted in zip(given, right_order, strict=True)
    )
    places = sum(1 for part in parts if part.right)
    if partial is Partial.POSITION:
        return Marking(raw=share(places, len(parts)), parts=parts)
    if partial is Partial.ALL_OR_NOTHING:
        return Marking(raw=FULL if places == len(parts) else NONE, parts=parts)
    rank = {item: place for place, item in enumerate(right_order)}
    pairs = [rank[first] < rank[second] for first, second in combinations(given, 2)]
    return Marking(raw=share(2 * sum(pairs) - len(pairs), len(pairs)), parts=parts)


def mark_match(
    given: Mapping[str, str],
    *,
    pairs: Sequence[str],
    right_texts: Mapping[str, str],
    partial: Partial = Partial.PER_PAIR,
) -> Marking:
    """Left sides matched with right sides; both sides of a pair have the pair's id.

    `right_texts` maps the id of every right side, distractors too, to its text. Equal texts are
    one bucket, so any of their ids is right.
    """
    parts = tuple(
        Part(pair, pair in given and right_texts[given[pair]] == right_texts[pair])
        for pair in pairs
    )
    right = sum(1 for part in parts if part.right)
    missed = tuple(part.id for part in parts if not part.right)
    if partial is Partial.ALL_OR_NOTHING and missed:
        return Marking(raw=NONE, parts=parts, missed=missed)
    return Marking(raw=share(right, len(parts)), parts=parts, missed=missed)


def _picked(
    chosen: Collection[str], *, options: Sequence[str], right: Collection[str], partial: Partial
) -> Marking:
    parts = tuple(Part(option, option in right) for option in options if option in chosen)
    missed = tuple(option for option in options if option in right and option not in chosen)
    hits = sum(1 for part in parts if part.right)
    false = len(parts) - hits
    if partial is Partial.ALL_OR_NOTHING:
        raw = NONE if missed or false else FULL
        return Marking(raw=raw, parts=parts, missed=missed)
    return Marking(raw=share(hits - false, hits + len(missed)), parts=parts, missed=missed)


def _with_raw(marking: Marking, part: int, whole: int) -> Marking:
    return Marking(raw=share(part, whole), parts=marking.parts, missed=marking.missed)
