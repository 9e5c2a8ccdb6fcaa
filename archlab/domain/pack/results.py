"""What a calculator has found: outputs with their values, or with the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from archlab.domain.pack.formulas import Value
from archlab.domain.pricing import BreakEven, Tornado

Lack = Literal["not priced", "not modelled", "overloaded", "never"]


@dataclass(frozen=True, slots=True)
class Result:
    """One output; without `value`, `reason` says why there is none, and it is never 0.

    `lack` is the same in a word or two.
    """

    id: str
    label: str
    unit: str
    decimals: int
    value: Decimal | None
    reason: str = ""
    explain: str = ""
    formula: str = ""
    lack: Lack = "not priced"


@dataclass(frozen=True, slots=True)
class Worked:
    """A step on the way to the results: a name, its formula and what it came to."""

    name: str
    formula: str
    value: Value | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """What a lever that was pulled changes in the bill, in USD a month, after those before it."""

    lever: str
    text: str
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Answer:
    """All outputs at one setting, with what an engine has found besides.

    `rows` are the price rows that the formulas asked for: key and region.
    """

    results: tuple[Result, ...]
    worked: tuple[Worked, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    break_even: BreakEven | None = None
    tornado: Tornado | None = None
    moves: tuple[Move, ...] = ()

    def result(self, id_: str) -> Result | None:
        """The output of that id."""
        return next((one for one in self.results if one.id == id_), None)
