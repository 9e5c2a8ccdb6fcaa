"""Conditional ways out of a step: the first condition that holds wins, the last needs none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from archlab.domain.architecture import Architecture
from archlab.domain.expressions import Expression, Undefined, parse
from archlab.domain.pack.blocks import Option
from archlab.domain.pack.model import Branch
from archlab.domain.pricing import PriceBook, reconcile

Value = Decimal | bool | str


@dataclass(frozen=True)
class Asked:
    """What a condition may ask about a run."""

    choice: Callable[[str], Option | None]
    score: Callable[[str], Decimal]
    visited: Collection[str]
    flags: Mapping[str, Value]
    pass_score: Decimal
    architecture: Architecture

    def functions(self) -> Mapping[str, Callable[..., Value]]:
        """The functions of a condition by the names that packs use."""
        return {
            "chose": self._chose,
            "score": self.score,
            "passed": lambda block: self.score(block) >= self.pass_score,
            "visited": lambda step: step in self.visited,
            "flag": lambda flag: self.flags.get(flag, False),
            "cost": self._monthly_usd,
        }

    def _chose(self, decision: str, option: str) -> bool:
        chosen = self.choice(decision)
        return chosen is not None and chosen.id == option

    def _monthly_usd(self) -> Decimal:
        bill = reconcile(self.architecture, PriceBook.shipped())
        if bill.unpriced:
            raise Undefined("a part of this bill is not priced")
        return bill.total_usd


def branch(branches: Sequence[Branch], asked: Asked) -> str:
    """Where to go on; a condition without an answer, such as an unpriced cost, does not hold."""
    functions = asked.functions()
    return next(
        (way.to for way in branches if not way.when or _holds(way.when, functions)),
        branches[-1].to,
    )


def _holds(condition: str, functions: Mapping[str, Callable[..., Value]]) -> bool:
    try:
        return _parsed(condition).evaluate({}, functions) is True
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _parsed(condition: str) -> Expression:
    return parse(condition)
