"""A run as bytes, to be kept and read again: every figure comes back bit by bit."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from archlab.domain.latency.hist import Histogram
from archlab.domain.latency.simulate import Estimate, HopRun, HopSlots, Run, Series

COUNTS = ("offered", "answered", "in_flight")
ESTIMATES = ("mean", "p50", "p95", "p99")
OVER_TIME = ("busy", "serving", "queue", "tasks")


def packed(run: Run) -> bytes:
    """Compressed JSON; what is not a number is written as NaN, which `unpacked` understands."""
    text = json.dumps(asdict(run), default=np.ndarray.tolist, separators=(",", ":"))
    return zlib.compress(text.encode())


def unpacked(content: bytes) -> Run:
    """The run that `packed` was given."""
    raw: dict[str, Any] = json.loads(zlib.decompress(content))
    counts = {name: _ints(raw[name]) for name in COUNTS}
    read = {
        "t": _floats(raw["t"]),
        "errors": {name: _ints(values) for name, values in raw["errors"].items()},
        "series": {name: _series(values) for name, values in raw["series"].items()},
        "histogram": Histogram(**{name: _ints(each) for name, each in raw["histogram"].items()}),
        "hops": tuple(map(_hop, raw["hops"])),
        "notes": tuple(raw["notes"]),
    }
    estimates = {name: Estimate(**raw[name]) for name in ESTIMATES}
    return Run(**{**raw, **counts, **read, **estimates})


def _series(raw: Mapping[str, Any]) -> Series:
    censored = np.array(raw["censored"], np.bool_)
    return Series(_floats(raw["seconds"]), _floats(raw["half_width"]), censored)


def _hop(raw: Mapping[str, Any]) -> HopRun:
    each = tuple(HopSlots(**_slots(one)) for one in raw["each"])
    return HopRun(**{**raw, **_slots(raw), "each": each})


def _slots(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _floats(raw[name]) for name in OVER_TIME}


def _ints(values: Sequence[Any]) -> Any:
    return np.array(values, np.int64)


def _floats(values: Sequence[float]) -> Any:
    return np.array(values, np.float64)
