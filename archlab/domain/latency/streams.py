"""Seeded streams of random numbers, named by purpose and hop, so that nobody shifts another's.

PCG64 with a spawn key of (replication, purpose, hop, attempt). A draw belongs to a request, never
to the order of events, so two systems under one seed meet the same requests.
"""

from __future__ import annotations

from enum import IntEnum
from zlib import crc32

import numpy as np


class Purpose(IntEnum):
    """What a stream is for; the numbers are part of what a seed means and never change."""

    ARRIVALS = 0
    SERVICE = 1
    CACHE_HIT = 2
    HOP_ERROR = 3
    RETRY_JITTER = 4
    LAMBDA_INIT = 5
    PROVISIONING = 6
    FAULTS = 7
    SPLIT = 8
    ALARMS = 9


def stream(
    seed: int, purpose: Purpose, *, replication: int = 0, hop: str = "", attempt: int = 0
) -> np.random.Generator:
    """A generator that depends on these five things and on nothing else."""
    key = (replication, int(purpose), crc32(hop.encode()), attempt)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
