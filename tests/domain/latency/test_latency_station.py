from __future__ import annotations

import numpy as np
import pytest
from twin import compiled

from archlab.domain.latency import Dist, Hop, RequestPath, Traffic
from archlab.domain.latency.prepare import Draw, prepare
from archlab.domain.latency.station import drawn_waits, waits
from archlab.domain.latency.streams import Purpose, stream


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_a_station_waits_as_the_kernel_does(workers: int) -> None:
    path = RequestPath((Hop("station", "", Dist.lognormal(0.04, 0.2), workers),))
    plan = prepare(path, Traffic.steady(15.0 * workers, 200.0), Draw(71, 0, 0.0), 1)
    found = waits(plan.arrivals, plan.service[0], workers)
    assert found.tobytes() == compiled(plan).wait[0].tobytes()


@pytest.mark.parametrize("workers", [1, 8])
def test_draws_in_the_loop_are_those_of_numpy(workers: int) -> None:
    count, gap, service = 5_000, 0.02, 0.018 * workers
    units = stream(72, Purpose.SERVICE).standard_exponential(2 * count).reshape(count, 2)
    drawn = drawn_waits(stream(72, Purpose.SERVICE), gap, service, workers, count)
    ready = waits(np.cumsum(gap * units[:, 0]), service * units[:, 1], workers)
    assert drawn.tobytes() == ready.tobytes()
