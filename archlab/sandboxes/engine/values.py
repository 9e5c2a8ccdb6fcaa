"""The values of a template and the one error that reading it raises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value]"


@dataclass(frozen=True)
class Problem:
    """What is wrong in a template, where, and what to do."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


class Refused(ValueError):
    """A template, or a value in it, that is not deployed; every problem at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(map(str, problems)))


def refused(path: str, sentence: str) -> Refused:
    return Refused([Problem(path, sentence)])


def join(path: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name
