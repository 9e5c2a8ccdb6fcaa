"""Findings of the linter: codes, positions, phases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding. `line` and `column` count from 1 in the file `path` of the pack."""

    path: str
    line: int
    column: int
    code: str
    message: str = field(compare=True)
    hint: str = ""

    @property
    def is_error(self) -> bool:
        """Errors stop publishing and later phases; warnings do not."""
        return self.code.startswith("E")

    @property
    def phase(self) -> int:
        """0 files, 1 YAML, 2 schema and Markdown, 4 references, 5 evidence, 6 teaching, ..."""
        hundreds = int(self.code[1])
        return 2 if hundreds == 3 else hundreds

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.path}:{self.line}:{self.column}: {self.code} {self.message}{hint}"


class PackInvalid(ValueError):
    """A pack with errors; `problems` holds all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """A hint with the nearest allowed word, or nothing."""
    near = get_close_matches(word, list(allowed), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""


def shown(problems: Iterable[Problem]) -> list[Problem]:
    """In their fixed order, each once, at most a hundred with a last one that counts the rest."""
    ordered = sorted(set(problems))
    if len(ordered) <= MOST_SHOWN:
        return ordered
    rest = len(ordered) - MOST_SHOWN
    last = ordered[MOST_SHOWN]
    more = Problem(last.path, last.line, last.column, last.code, f"and {rest} more")
    return [*ordered[:MOST_SHOWN], more]


class Findings:
    """Problems of one check, phase by phase."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, *problems: Problem) -> None:
        """Note what was found."""
        self._found.extend(problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def stopped_at(self, phase: int) -> bool:
        """An error of this phase or an earlier one: later phases must not run."""
        return any(one.is_error and one.phase <= phase for one in self._found)

    def until(self, phase: int) -> list[Problem]:
        """What may be shown when the check ended with `phase`."""
        return [one for one in self._found if one.phase <= phase]
