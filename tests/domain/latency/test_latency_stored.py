"""A run that is kept comes back as it was, to the last bit."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from archlab.domain.latency import Dist, Hop, RequestPath, Retry, Run, Scaler, Traffic, simulate
from archlab.domain.latency.stored import FORMAT, packed, unpacked

HOPS = (
    Hop("backend", "Backend", Dist.exponential(0.05), 4, held_s=0.05, hit_ratio=0.3),
    Hop("network", "", Dist.constant(0.01)),
    Hop("database", "Database", Dist.exponential(0.1), 2, acquire_timeout_s=1.0),
)
SPIKE = Traffic(((0.0, 0.0), (20.0, 60.0), (40.0, 2.0)), 60.0)


def same(one: Any, other: Any) -> None:
    """The same types and bits all the way down; what is no number equals itself."""
    assert type(one) is type(other)
    if is_dataclass(one) and not isinstance(one, type):
        same(asdict(one), asdict(other))
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for name in one:
            same(one[name], other[name])
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            same(left, right)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes()
    else:
        assert repr(one) == repr(other)


@pytest.mark.parametrize("replications", [1, 3])
def test_a_run_survives_being_stored(replications: int) -> None:
    scaler = Scaler("backend", 2, 1, 4, 0.5, 0.3, 5.0, 5.0, period_s=5.0)
    path = RequestPath(HOPS, client_timeout_s=1.0, retry=Retry(2), scalers=(scaler,))
    run = simulate(path, SPIKE, seed=3, replications=replications, slots=12)
    assert run.errors["timeout"].sum() > 0
    same(unpacked(packed(run)), run)


def test_a_field_more_is_another_format() -> None:
    """Otherwise a page would meet a result that it cannot read."""
    shape = json.loads(FORMAT)
    assert set(shape) == {field.name for field in fields(Run)}
    assert set(shape["histogram"]) == {"answers", "offered"}
    assert "queue" in shape["hops"][0]


def test_a_simulation_says_how_far_it_is_and_can_be_ended() -> None:
    class Enough(Exception):
        pass

    heard: list[int] = []

    def watch(done: int) -> None:
        heard.append(done)
        if done == 2:
            raise Enough

    with pytest.raises(Enough):
        simulate(RequestPath(HOPS), SPIKE, seed=1, replications=5, watch=watch)
    assert heard == [1, 2]
