"""What the owner of a record writes beside the computed figures, and the record with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from archlab.domain.records import (
    ConsideredOption,
    Cost,
    CostLine,
    DecisionRecord,
    Latency,
    Needles,
    Own,
    Point,
    Revisit,
    State,
    Status,
    Tone,
)

LETTERS = "ABCDEFGHIJKL"
BY = "by:"
"""Before the key of the record that takes the place of this one."""
STANDINGS = (Status.PROPOSED, Status.ACCEPTED, Status.REJECTED, Status.DEPRECATED)


@dataclass(frozen=True)
class Alternative:
    """A way that the model does not know; it has no figures."""

    title: str
    because: str = ""


@dataclass(frozen=True)
class Words:
    """`standing` is a status, or `by:` and the key of a later record; empty as it was proposed."""

    situation: str = ""
    because: str = ""
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    revisit: tuple[str, ...] = ()
    deciders: str = ""
    alternatives: tuple[Alternative, ...] = ()
    standing: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Self:
        lists = {name: tuple(kept[name]) for name in ("good", "bad", "revisit")}
        others = tuple(Alternative(**one) for one in kept["alternatives"])
        return cls(**{**kept, **lists, "alternatives": others})

    @property
    def superseded_by(self) -> str:
        """The key of the later record; empty for none."""
        return self.standing.removeprefix(BY) if self.standing.startswith(BY) else ""


def with_words(record: DecisionRecord, words: Words) -> DecisionRecord:
    """The record as its owner wants it read; no figure changes."""
    letters = LETTERS[len(record.options) :]
    added = tuple(
        _considered(letter, other, record)
        for letter, other in zip(letters, words.alternatives, strict=False)
    )
    lines = (_wider(line, len(added)) for line in record.evidence.cost_lines)
    known = record.outcome.because
    return replace(
        record,
        own_words=Own(words.situation),
        deciders=Own(words.deciders) if words.deciders else record.deciders,
        options=(*record.options, *added),
        outcome=replace(record.outcome, because=Own(words.because) if words.because else known),
        consequences=(
            *record.consequences,
            *(Point(Tone.GOOD, Own(text)) for text in words.good),
            *(Point(Tone.BAD, Own(text)) for text in words.bad),
        ),
        revisit=(*record.revisit, *(Revisit(Own(text)) for text in words.revisit)),
        evidence=replace(record.evidence, cost_lines=tuple(lines)),
        status=Status(words.standing) if words.standing in STANDINGS else Status.ACCEPTED,
    )


def _considered(letter: str, other: Alternative, record: DecisionRecord) -> ConsideredOption:
    cost = Cost(None, record.options[0].needles.cost.month_hours)
    points = (Point(Tone.BAD, Own(other.because)),) if other.because else ()
    needles = Needles(cost=cost, latency=Latency(None, None))
    return ConsideredOption(letter, Own(other.title), needles, points=points)


def _wider(line: CostLine, count: int) -> CostLine:
    return replace(line, amounts=(*line.amounts, *[State.NOT_PRICED] * count))
