"""Compile the kernel before anybody waits for it: `python -m archlab.domain.latency.warm`.

The first compilation takes seconds and goes into numba's cache on disk, from which later processes
load it in a fraction of a second. Call it in the process that will simulate.
"""

from __future__ import annotations

from archlab.domain.latency.presets import black_friday_hour
from archlab.domain.latency.simulate import simulate
from archlab.domain.latency.traffic import Traffic

PATH = black_friday_hour().path


def warm() -> None:
    """Compile the kernel or load it from the cache, and run it once."""
    simulate(PATH, Traffic.steady(10.0, 10.0), seed=0, slots=1)


if __name__ == "__main__":
    warm()
