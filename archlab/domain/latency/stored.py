"""A run as bytes, to be kept and read again: every figure comes back bit by bit."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from archlab.domain.latency.simulate import Run


def packed(run: Run) -> bytes:
    """Compressed JSON; what is not a number is written as NaN, which `unpacked` understands."""
    text = json.dumps(asdict(run), default=np.ndarray.tolist, separators=(",", ":"))
    return zlib.compress(text.encode())


def unpacked(content: bytes) -> Run:
    """The run that `packed` was given, under the same `FORMAT`."""
    run: Run = _read(Run, json.loads(zlib.decompress(content)))
    return run


def _read(kind: Any, raw: Any) -> Any:
    """Plain JSON as the annotated type: dataclasses, arrays, tuples of one type, mappings."""
    if is_dataclass(kind):
        hints = get_type_hints(kind).items()
        return kind(**{name: _read(each, raw[name]) for name, each in hints})  # type: ignore[operator]
    origin, inside = get_origin(kind), get_args(kind)
    if origin is np.ndarray:
        return np.array(raw, get_args(inside[1])[0])
    if origin is tuple:
        return tuple(_read(inside[0], one) for one in raw)
    if origin is Mapping:
        return {name: _read(inside[1], one) for name, one in raw.items()}
    return raw


def _shape(kind: Any) -> Any:
    if is_dataclass(kind):
        return {name: _shape(each) for name, each in get_type_hints(kind).items()}
    return [_shape(each) for each in get_args(kind)] or str(kind)


FORMAT = json.dumps(_shape(Run), sort_keys=True)
"""Names and types of everything that is kept: what was kept under another one cannot be read."""
