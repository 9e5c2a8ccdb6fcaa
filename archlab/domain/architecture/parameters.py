"""Typed parameters: text becomes a number or a boolean by its field, never by its look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from types import UnionType
from typing import Literal, Self, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

Value = str | int | Decimal | bool | None

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,11})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")
BOUNDS = ("ge", "gt", "le", "lt")
_BOOLEANS = {"true": True, "false": False}


class Parameters(BaseModel):
    """Frozen and strict; accepts text by the patterns of a pack, and whole numbers as decimals."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _typed(cls, value: object, info: ValidationInfo) -> object:
        return typed(_words(cls)[info.field_name or ""], value)

    def with_parameters(self, values: Mapping[str, Value]) -> Self:
        """The same thing with some parameters replaced; raises pydantic's ValidationError."""
        fields = type(self).model_fields.items()
        own = {field.alias or name: getattr(self, name) for name, field in fields}
        return type(self)(**{**own, **values})


@lru_cache(maxsize=256)
def _words(model: type[Parameters]) -> Mapping[str, type]:
    return {name: word_of(field.annotation) for name, field in model.model_fields.items()}


def word_of(annotation: object) -> type:
    """The scalar type of a field: int, Decimal, bool or str; any other type is itself."""
    if get_origin(annotation) is Literal:
        return type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return word_of(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation if isinstance(annotation, type) else object


def limits(info: FieldInfo) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most that a number may be."""
    found: dict[str, Decimal] = {}
    for rule in info.metadata:
        for name in BOUNDS:
            bound = getattr(rule, name, None)
            if bound is not None:
                found[name[0]] = Decimal(bound)
    return found.get("g"), found.get("l")


def has_only_limits(model: type[Parameters], name: str) -> bool:
    """Whether nothing but its least and its most says which numbers this field takes.

    Rules that a kind adds see the fields before their own, so none knows a field behind them all.
    """
    names, added = list(model.model_fields), _added(model)
    if name not in names or not added <= set(names):
        return False
    behind = names[max(map(names.index, added), default=-1) + 1 :]
    return name in behind and all(
        any(hasattr(rule, bound) for bound in BOUNDS) for rule in model.model_fields[name].metadata
    )


def _added(model: type[Parameters]) -> set[str]:
    """Fields with rules of this kind's own; "*" stands for all of them."""
    rules, base = model.__pydantic_decorators__, Parameters.__pydantic_decorators__
    after = any(rule.info.mode == "after" for rule in rules.model_validators.values())
    return {
        field
        for name, rule in rules.field_validators.items()
        if name not in base.field_validators
        for field in rule.info.fields
    } | ({"*"} if after else set())


def typed(wanted: type, value: object) -> object:
    """Text as the wanted scalar by strict patterns; everything else is left for pydantic."""
    if wanted is Decimal and type(value) is int:
        return Decimal(value)
    if not isinstance(value, str) or wanted not in (int, Decimal, bool):
        return value
    if wanted is bool:
        if value not in _BOOLEANS:
            raise ValueError(f"write true or false, not {value!r}")
        return _BOOLEANS[value]
    if wanted is int:
        if not _WHOLE.fullmatch(value):
            raise ValueError(f"write a whole number such as 2, not {value!r}")
        return int(value)
    if not _DECIMAL.fullmatch(value):
        raise ValueError(f"write a number such as 2 or 0.5, not {value!r}")
    return Decimal(value)


def problems(error: ValidationError) -> Mapping[str, str]:
    """Field name -> one plain sentence part that says what to write instead; first one wins."""
    found: dict[str, str] = {}
    for detail in error.errors(include_url=False):
        name = str(detail["loc"][0]) if detail["loc"] else ""
        limits: Mapping[str, object] = detail.get("ctx", {})
        found.setdefault(name, _sentence(detail["type"], limits, detail["input"], detail["msg"]))
    return found


_LIMITS = {
    "greater_than_equal": ("ge", "write a number from {limit} up, not {value}"),
    "less_than_equal": ("le", "write at most {limit}, not {value}"),
    "greater_than": ("gt", "write a number above {limit}, not {value}"),
    "literal_error": ("expected", "write {limit}, not {value!r}"),
    "string_pattern_mismatch": ("pattern", "{value!r} does not have the form {limit}"),
    "decimal_max_places": ("decimal_places", "write at most {limit} decimal places, not {value}"),
}
_TYPES = {
    "missing": "is required: write a value",
    "extra_forbidden": "is not a parameter here: take it out",
    "bool_type": "write true or false",
    "int_type": "write a whole number",
    "is_instance_of": "write a number such as 2 or 0.5",
    "string_type": "write text",
}


def _sentence(kind: str, limits: Mapping[str, object], value: object, message: str) -> str:
    if kind in _LIMITS:
        key, pattern = _LIMITS[kind]
        return pattern.format(limit=limits[key], value=value)
    if kind in _TYPES:
        return _TYPES[kind]
    return message.removeprefix("Value error, ")
