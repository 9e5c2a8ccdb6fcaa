"""What every directive has: an id, its line, how it is scored and retried."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from archlab.domain.pack.fields import Boolean, Ids, Share, Strict, Was, Whole

Hints = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=600)], ...],
    Field(min_length=1, max_length=4),
]


def _attempts(value: object) -> object:
    return None if value == "unlimited" else value


Attempts = Annotated[Annotated[Whole, Field(ge=1, le=10)] | None, BeforeValidator(_attempts)]


class Retry(Strict):
    """How often an answer may be given and what it costs; `attempts` is None when unlimited."""

    attempts: Attempts = 3
    penalty: Share = Decimal("0.25")
    hint_penalty: Share = Decimal("0.1")
    reveal: Literal["each", "last", "never"] = "last"
    keep: Literal["best", "last", "first"] = "best"


class DecisionRetry(Retry):
    """A decision may be changed until the step is left; the first choice is graded."""

    attempts: Attempts = None
    penalty: Share = Decimal(0)
    reveal: Literal["each", "last", "never"] = "each"
    keep: Literal["best", "last", "first"] = "first"


class Block(Strict):
    """What every directive has. `line` is the line of its fence in the step's file."""

    directive: ClassVar[str]

    id: str = Field(validation_alias="{id}")
    line: int = Field(validation_alias="{line}")
    title: Annotated[str, Field(min_length=3, max_length=80)] = ""
    optional: Boolean = False
    was: Was = ()
    objectives: Annotated[Ids, Field(min_length=1, max_length=3)] = ()

    @property
    def points(self) -> int:
        """What it weighs in the score; a view weighs nothing."""
        return 0


class Scored(Block):
    """A block that is answered and counts."""

    objectives: Annotated[Ids, Field(min_length=1, max_length=3)]
    points_: Annotated[Whole, Field(ge=1, le=10)] = Field(1, validation_alias="points")

    @property
    def points(self) -> int:
        """What it weighs in the score."""
        return self.points_
