"""Long loops: a sample by the seed at the head of the run; `make faults` takes all of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random, SystemRandom
from typing import TypeVar

T = TypeVar("T")

FULL = os.environ.get("ARCHLAB_FAULTS") == "full"
SEED = int(os.environ.setdefault("ARCHLAB_SEED", str(SystemRandom().randrange(1, 10**6))))
"""In the environment, so that the processes that share the tests draw the same sample."""


def sampled(items: Sequence[T], count: int) -> list[T]:
    """`count` of the items in their order, all of them in the long form."""
    if FULL or len(items) <= count:
        return list(items)
    picked = sorted(Random(SEED).sample(range(len(items)), count))  # noqa: S311 - no secret
    return [items[number] for number in picked]
