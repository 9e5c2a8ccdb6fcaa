"""Short typed texts: compared after tidying, with room for a typing slip where the author says."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from archlab.domain.grading.marking import FULL, NONE, Marking

SHORTEST_FUZZY = 5
"""A slip in a shorter word makes another word."""


@dataclass(frozen=True)
class AcceptedText:
    """A wording that counts, wholly or partly."""

    text: str
    score: Decimal = FULL


def normalise(text: str, *, case_sensitive: bool = False) -> str:
    """NFKC, casefold, blanks collapsed, without one final `.`, `!` or `?`."""
    tidy = unicodedata.normalize("NFKC", text)
    if not case_sensitive:
        tidy = unicodedata.normalize("NFKC", tidy.casefold())
    tidy = " ".join(tidy.split())
    return tidy[:-1].rstrip() if tidy.endswith((".", "!", "?")) else tidy


def mark_text(
    given: str, *, answers: Sequence[AcceptedText], fuzzy: int = 0, case_sensitive: bool = False
) -> Marking:
    """The score of the best answer that matches.

    `fuzzy` is the number of typing slips allowed (optimal string alignment: one character added,
    dropped, replaced, or two neighbours swapped), only for answers of five characters or more.
    """
    typed = normalise(given, case_sensitive=case_sensitive)
    met = [
        index
        for index, answer in enumerate(answers)
        if _meets(typed, normalise(answer.text, case_sensitive=case_sensitive), fuzzy)
    ]
    if not met:
        return Marking(raw=NONE)
    best = max(met, key=lambda index: answers[index].score)
    return Marking(raw=answers[best].score, accepted=best)


def _meets(typed: str, wanted: str, fuzzy: int) -> bool:
    if typed == wanted:
        return True
    if len(wanted) < SHORTEST_FUZZY or abs(len(typed) - len(wanted)) > fuzzy:
        return False
    return distance(typed, wanted) <= fuzzy


def distance(one: str, other: str) -> int:
    """Optimal string alignment distance; time and room grow with the product of the lengths."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(
                last[column] + 1,
                current[column - 1] + 1,
                last[column - 1] + (letter != wanted),
            )
            swapped = row > 1 and column > 1 and one[row - 2] == wanted
            if swapped and letter == other[column - 2]:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, last = last, current
    return last[-1]
