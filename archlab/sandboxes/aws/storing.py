"""Launches and teardowns as JSON, for the rows in which they wait between two steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter

Kept = TypeVar("Kept")


def stored(value: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = TypeAdapter(type(value)).dump_python(value, mode="json")
    return found


def restored(kind: type[Kept], content: Mapping[str, Any]) -> Kept:
    """Raises pydantic's ValidationError for what `stored` never wrote."""
    return TypeAdapter(kind).validate_python(content)
