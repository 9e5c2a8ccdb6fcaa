"""Field types of the pack format: text comes in, the field decides what it means.

The YAML reader yields text only, `Quoted` where the author wrote quotes or a block scalar. A
number or a boolean must be plain, so that `no`, `22:30` and `1e3` can never change their meaning
behind an author's back. Errors carry the lint code as their type.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from archlab.domain import grading

WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,11})\Z")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?\Z")
ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
VAR = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
KNOB = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*\Z")
FACT_ID = re.compile(r"[A-Z][A-Z0-9]{0,5}-[0-9]{3,4}\Z")
CLAIM_ID = re.compile(r"[A-Z][A-Z0-9]{0,5}-[0-9]{2,4}\Z")
ID_LENGTH = 48


class Quoted(str):
    """A scalar that was not written plain: always text, never a number or a boolean."""

    __slots__ = ()


class Strict(BaseModel):
    """Base of everything that a pack says: no unknown key, no conversion, no change later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def fault(code: str, message: str, at: str = "") -> PydanticCustomError:
    """An error of one lint code; `at` names the key inside this mapping that it points to."""
    # The texts are ours, not a template: braces of an author's text must stay as they are.
    return PydanticCustomError(code, "{text}", {"text": message, "at": at})


def _number_text(value: object, pattern: re.Pattern[str], wanted: str) -> str:
    if not isinstance(value, str):
        raise fault("E203", f"{wanted} is expected here")
    if isinstance(value, Quoted):
        mended = "remove the quotes" if pattern.match(value) else f"{wanted} is expected here"
        raise fault("E203", mended)
    if not pattern.match(value):
        raise fault("E203", f'"{value[:40]}" is not {wanted}')
    return value


def _whole(value: object) -> object:
    return value if type(value) is int else int(_number_text(value, WHOLE, "a whole number"))


def _decimal(value: object) -> object:
    if type(value) is Decimal:
        return value
    number = Decimal(_number_text(value, NUMBER, "a plain decimal number"))
    return number if number else abs(number)  # there is no negative zero in a pack


def _boolean(value: object) -> object:
    if type(value) is bool:
        return value
    if isinstance(value, Quoted) and value in {"true", "false"}:
        raise fault("E203", "remove the quotes")
    if value not in ("true", "false"):
        raise fault("E203", "true or false is expected here")
    return value == "true"


def free(value: object) -> object:
    """A field without a type of its own: number if it looks like one, then boolean, else text."""
    if not isinstance(value, str) or isinstance(value, Quoted):
        return str(value) if isinstance(value, str) else value
    if NUMBER.match(value):
        return _decimal(value)
    return value == "true" if value in {"true", "false"} else value


def _shaped(pattern: re.Pattern[str], sentence: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not pattern.match(value):
            raise fault("E207", f'"{value[:60]}" is not {sentence}')
        return value

    return check


def _identifier(value: str) -> str:
    if not ID.match(value):
        raise fault("E207", f'"{value[:60]}" is not an id: lower-case words joined by hyphens')
    if len(value) > ID_LENGTH:
        raise fault("E206", f"an id has at most {ID_LENGTH} characters")
    return value


def _claim_id(value: str) -> str:
    return value if CLAIM_ID.match(value) else _identifier(value)


def _date(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise fault("E203", "a date is expected here, such as 2026-11-21")
    try:
        if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", value):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise fault("E207", f'"{value[:40]}" is not a date such as 2026-11-21') from None


def _uuid(value: object) -> object:
    if isinstance(value, UUID):
        return value
    shape = r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z"
    if not isinstance(value, str) or not re.match(shape, value):
        raise fault("E207", "the pack id is a lower-case UUID of version 4 or 7")
    return UUID(value)


def _https(value: str) -> str:
    if not re.match(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][^\s\"<>\\]*)?\Z", value):
        raise fault("E207", "a link starts with https:// and names a host")
    return value


Filled = TypeVar("Filled", bound=BaseModel)


def filled(model: Filled) -> Filled:
    """A mapping that is written holds something; otherwise its key is left out."""
    if not model.model_fields_set:
        raise fault("E206", "nothing stands here: leave the key out")
    return model


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Item = TypeVar("Item")

Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[Decimal, BeforeValidator(_decimal)]
Boolean = Annotated[bool, BeforeValidator(_boolean)]
Free = Annotated[Decimal | bool | str, BeforeValidator(free)]
Positive = Annotated[Decimal, BeforeValidator(_decimal), Field(gt=0)]
Amount = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0)]
Share = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, le=1)]
Id = Annotated[str, AfterValidator(_identifier)]
Var = Annotated[
    str, AfterValidator(_shaped(VAR, "a variable: lower case, digits, _, at most 32 characters"))
]
KnobId = Annotated[
    str, AfterValidator(_shaped(KNOB, "an id: lower-case words joined by hyphens or underscores"))
]
FactId = Annotated[str, AfterValidator(_shaped(FACT_ID, "a fact id such as S0-061"))]
ClaimId = Annotated[str, AfterValidator(_claim_id)]
Day = Annotated[date, BeforeValidator(_date)]
PackId = Annotated[UUID, BeforeValidator(_uuid)]
Https = Annotated[str, AfterValidator(_https)]
OneOrMore = Annotated[tuple[Item, ...], BeforeValidator(_several)]
Ids = tuple[Id, ...]
Was = Annotated[tuple[Id, ...], Field(min_length=1, max_length=5)]


class Tolerance(Strict):
    """How far a figure may lie away, ends included: exactly one of `abs` and `rel`."""

    abs: Amount | None = None
    rel: Amount | None = None

    def model_post_init(self, _context: object) -> None:
        if (self.abs is None) == (self.rel is None):
            raise fault("E208", "give exactly one of abs and rel")

    @property
    def bounds(self) -> grading.Tolerance:
        """The same, as the marking of answers takes it."""
        return grading.Tolerance(absolute=self.abs, relative=self.rel)

    def admits(self, value: Decimal, wanted: Decimal) -> bool:
        """`value` is near enough to `wanted`."""
        return self.bounds.admits(value, wanted)
