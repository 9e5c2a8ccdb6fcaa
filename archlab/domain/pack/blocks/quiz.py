"""Questions with a right answer, one class for each type."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, Field
from pydantic import model_validator as rule

from archlab.domain.pack.blocks.block import Hints, Retry, Scored
from archlab.domain.pack.fields import (
    Boolean,
    Id,
    Ids,
    Number,
    Positive,
    Share,
    Strict,
    Tolerance,
    Whole,
    fault,
    filled,
)
from archlab.domain.pack.sources import Evidence
from archlab.domain.pack.words import UNITS

Rationale = Annotated[str, Field(min_length=10, max_length=500)]
Explanation = Annotated[str, Field(min_length=10, max_length=800)]
Lines = Annotated[tuple[Annotated[Whole, Field(ge=1)], ...], Field(min_length=1, max_length=40)]


def _unit(value: str) -> str:
    if value not in UNITS:
        raise fault("E204", f'"{value[:40]}" is no unit of an answer')
    return value


Unit = Annotated[str, AfterValidator(_unit)]


class Code(Strict):
    """A listing shown beside a question."""

    lang: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[a-z0-9+-]+$")]
    text: Annotated[str, Field(min_length=1, max_length=6000)]
    caption: Annotated[str, Field(min_length=1, max_length=160)] = ""

    @property
    def lines(self) -> list[str]:
        """The lines, without the newline at the end."""
        return self.text.rstrip("\n").split("\n")


class Media(Strict):
    """A file of the pack's own `media` folder."""

    file: Annotated[str, Field(min_length=1, max_length=100)]
    alt: Annotated[str, Field(min_length=1, max_length=400)]


class Exhibit(Strict):
    """What a question shows: exactly one of a drawing, a picture and a listing."""

    architecture: str = ""
    media: Media | None = None
    code: Code | None = None
    alt: Annotated[str, Field(min_length=20, max_length=400)] = ""

    @rule(mode="after")
    def _exactly_one(self) -> Exhibit:
        if sum(map(bool, (self.architecture, self.media, self.code))) != 1:
            raise fault("E208", "give exactly one of architecture, media and code")
        if self.architecture and not self.alt:
            raise fault("E209", "an architecture needs alt, the drawing in words")
        return self


class Quiz(Scored):
    """A question with a right answer. The subclasses are its types."""

    directive: ClassVar[str] = "quiz"

    type: str
    stem: Annotated[str, Field(min_length=5, max_length=800)]
    exhibit: Exhibit | None = None
    difficulty: Literal["recall", "apply", "analyse"] = "apply"
    review: Boolean = True
    evidence: Evidence = ()
    hints: Hints = ()
    retry: Annotated[Retry, AfterValidator(filled)] = Retry()


class Choice(Strict):
    """An option of a question."""

    id: Id
    text: Annotated[str, Field(min_length=1, max_length=240)]
    correct: Boolean = False
    rationale: Rationale


class Single(Quiz):
    """One right option of several."""

    type: Literal["single"]
    options: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=8)]
    shuffle: Boolean = True


class Multiple(Quiz):
    """Any number of right options."""

    type: Literal["multiple"]
    options: Annotated[tuple[Choice, ...], Field(min_length=3, max_length=10)]
    partial: Literal["right-minus-wrong", "all-or-nothing", "per-option"] = "right-minus-wrong"
    shuffle: Boolean = True


class UnitFactor(Strict):
    """Another unit in which the answer may be typed: typed x factor is in the answer's unit."""

    unit: Unit
    factor: Positive


class Accept(Strict):
    """A typical mistake or a near miss with an explanation of its own."""

    value: Number
    tolerance: Tolerance
    score: Share = Decimal(0)
    rationale: Rationale

    @rule(mode="after")
    def _has_room(self) -> Accept:
        return _no_relative_zero(self, self.value)


class Numeric(Quiz):
    """A number in a unit."""

    type: Literal["numeric"]
    answer: Number
    unit: Unit
    tolerance: Tolerance
    units: Annotated[tuple[UnitFactor, ...], Field(min_length=1, max_length=4)] = ()
    decimals: Annotated[Whole, Field(ge=0, le=6)] = 2
    accept: Annotated[tuple[Accept, ...], Field(min_length=1, max_length=8)] = ()
    otherwise: Rationale = ""
    recompute: Annotated[str, Field(min_length=1, max_length=300)] = ""
    explanation: Explanation

    @rule(mode="after")
    def _has_room(self) -> Numeric:
        return _no_relative_zero(self, self.answer)


class Item(Strict):
    """One of the things to put in order."""

    id: Id
    text: Annotated[str, Field(min_length=1, max_length=240)]
    rationale: Rationale


class Order(Quiz):
    """Things to put in order; `items` stand in the right one."""

    type: Literal["order"]
    items: Annotated[tuple[Item, ...], Field(min_length=3, max_length=8)]
    partial: Literal["pairs", "position", "all-or-nothing"] = "pairs"
    explanation: Explanation


class Pair(Strict):
    """A left side and the right side that belongs to it."""

    id: Id
    left: Annotated[str, Field(min_length=1, max_length=240)]
    right: Annotated[str, Field(min_length=1, max_length=240)]
    rationale: Rationale


class Distractor(Strict):
    """A right side that belongs to nothing."""

    id: Id
    right: Annotated[str, Field(min_length=1, max_length=240)]
    rationale: Rationale


class Match(Quiz):
    """Pairs to join. Equal right sides are one bucket, so sorting into classes is a match."""

    type: Literal["match"]
    pairs: Annotated[tuple[Pair, ...], Field(min_length=2, max_length=8)]
    distractors: Annotated[tuple[Distractor, ...], Field(min_length=1, max_length=4)] = ()
    partial: Literal["per-pair", "all-or-nothing"] = "per-pair"
    shuffle: Boolean = True

    @property
    def buckets(self) -> dict[str, str]:
        """Right text -> the first id that has it: equal texts are one bucket.

        The id of a bucket is that of a left side, so a page must not show it.
        """
        ids: dict[str, str] = {}
        sides = [(one.right, one.id) for one in self.pairs]
        for right, id_ in sides + [(one.right, one.id) for one in self.distractors]:
            ids.setdefault(right, id_)
        return ids


class Hotspot(Quiz):
    """Components of a drawing to point at."""

    type: Literal["hotspot"]
    architecture: str
    targets: Annotated[Ids, Field(min_length=1, max_length=8)]
    rationales: Annotated[Mapping[Id, Rationale], Field(min_length=1)]
    otherwise: Rationale
    tell_count: Boolean = True
    partial: Literal["right-minus-wrong", "all-or-nothing"] = "right-minus-wrong"

    @rule(mode="after")
    def _each_target_is_explained(self) -> Hotspot:
        for target in self.targets:
            if target not in self.rationales:
                raise fault("E209", f'the target "{target}" has no rationale', at="rationales")
        return self


class PlantedError(Strict):
    """A defect of a listing and the lines that hold it (1-based)."""

    id: Id
    lines: Lines
    rationale: Rationale
    fix: Annotated[str, Field(min_length=1, max_length=500)] = ""


class Decoy(Strict):
    """Lines that look wrong and are not."""

    lines: Lines
    rationale: Rationale


class Spot(Quiz):
    """Lines of a listing that are wrong."""

    type: Literal["spot"]
    listing: Code
    errors: Annotated[tuple[PlantedError, ...], Field(min_length=1, max_length=8)]
    decoys: Annotated[tuple[Decoy, ...], Field(min_length=1, max_length=8)] = ()
    otherwise: Rationale
    tell_count: Boolean = True


class Answer(Strict):
    """A text that counts."""

    text: Annotated[str, Field(min_length=1, max_length=80)]
    score: Share = Decimal(1)
    rationale: Rationale = ""


class Text(Quiz):
    """A word or two to type."""

    type: Literal["text"]
    answers: Annotated[tuple[Answer, ...], Field(min_length=1, max_length=12)]
    fuzzy: Annotated[Whole, Field(ge=0, le=2)] = 0
    case_sensitive: Boolean = False
    otherwise: Rationale
    explanation: Explanation

    @rule(mode="after")
    def _one_is_right(self) -> Text:
        if all(answer.score != 1 for answer in self.answers):
            raise fault("E209", "one answer at least has score 1", at="answers")
        return self


QUIZZES: Mapping[str, type[Quiz]] = {
    "single": Single,
    "multiple": Multiple,
    "numeric": Numeric,
    "order": Order,
    "match": Match,
    "hotspot": Hotspot,
    "spot": Spot,
    "text": Text,
}


Bounded = TypeVar("Bounded", Accept, Numeric)


def _no_relative_zero(model: Bounded, value: Decimal) -> Bounded:
    if model.tolerance.rel is not None and not value:
        raise fault("E209", "a relative tolerance of 0 is no room: use abs", at="tolerance")
    return model
