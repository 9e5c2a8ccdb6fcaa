"""Conditions of a drill: what may be asked, and asking it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from archlab.domain.expressions import Expression, Value, parse

Names = Mapping[str, Value]
Functions = Mapping[str, Callable[..., Value]]

FUNCTIONS = ("did", "saw", "before", "cause", "flag")
NAMES = ("minute", "won")
"""Beside the variables of the drill, which may have none of these names."""


def functions(order: Sequence[str], cause: str, flags: Mapping[str, Value]) -> Functions:
    """The functions of a condition.

    `order` are the panels opened and the things done so far, the first first. `before(a, b)` needs
    both. `flag(id)` is the state carried so far, `flag(id, value)` whether it has that value.
    """

    def before(first: str, second: str) -> bool:
        both = first in order and second in order
        return both and order.index(first) < order.index(second)

    def flag(name: str, value: str | None = None) -> Value:
        carried = flags.get(name, False)
        return carried if value is None else str(carried) == value

    return {
        "did": lambda id: id in order,  # noqa: A006 (the word of the format)
        "saw": lambda panel: panel in order,
        "before": before,
        "cause": lambda id: id == cause,  # noqa: A006
        "flag": flag,
    }


def asking(text: str, names: Names, functions: Functions) -> Callable[[], bool]:
    """Ask whether the condition holds, again and again while `names` and `functions` change.

    One without an answer (a division by 0, say) does not hold.
    """
    expression = condition(text)
    if expression is None:
        return lambda: False
    value = expression.bound(names, functions)

    def holds() -> bool:
        try:
            return value() is True
        except (ValueError, ArithmeticError):
            return False

    return holds


@lru_cache(maxsize=4096)
def condition(text: str) -> Expression | None:
    """The condition, read once; None where there is none, or none that can be read."""
    try:
        return parse(text) if text else None
    except ValueError:
        return None
