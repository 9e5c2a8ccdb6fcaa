"""Markov chains solved by brute force, to check formulas by something that is no formula."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def shares(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Steady state of a chain, from its rates [from][to]."""
    states = len(rates)
    balance = rates.T - np.diag(rates.sum(axis=1))
    balance[-1] = 1.0
    total = np.zeros(states)
    total[-1] = 1.0
    return np.asarray(np.linalg.solve(balance, total), dtype=np.float64)


def birth_death(
    states: int, up: Callable[[int], float], down: Callable[[int], float]
) -> NDArray[np.float64]:
    """Steady state of a chain of neighbours."""
    rates = np.zeros((states, states))
    for number in range(states - 1):
        rates[number, number + 1] = up(number)
        rates[number + 1, number] = down(number + 1)
    return shares(rates)
