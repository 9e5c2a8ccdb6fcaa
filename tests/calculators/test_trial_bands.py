from __future__ import annotations

import math

import numpy as np
import pytest
from drawings import drawn, rows, spec_of

from archlab.calculators.labs.trial import Shown, Trial
from archlab.domain.latency import Dist, Hop, RequestPath, Traffic

ONE = RequestPath((Hop("backend", "", Dist.exponential(0.1), 4),))


def shown(rate: float, horizon_s: float) -> Shown:
    trial = Trial(ONE, Traffic.steady(rate, horizon_s))
    return Shown(trial.run(), trial.traffic)


def test_the_bands_of_a_trial_are_the_half_widths_over_its_replications() -> None:
    several = shown(20.0, 600.0)
    assert several.run.replications == 8
    html = several.latency_chart("x", "finding")
    assert len(drawn(html, "band")) == 3
    assert "95 % over 8 replications" in html
    half = several.run.series["p50"].half_width
    traces = spec_of(html)["data"]
    low, high = (traces[edge]["y"] for edge in (0, 1))
    assert (np.array(high) - np.array(low)) / 2 == pytest.approx(half, abs=1e-4)


def test_one_replication_has_no_band() -> None:
    single = shown(300.0, 600.0)
    assert single.run.replications == 1
    html = single.latency_chart("x", "finding")
    assert drawn(html, "band") == []
    assert len(rows(html)[0]) == 4
    assert "Band" not in html


def test_a_band_of_times_never_goes_below_zero_and_needs_every_replication() -> None:
    rare = shown(0.3, 600.0)
    assert math.isnan(rare.run.series["p99"].half_width.min())
    edges = [one["y"] for one in spec_of(rare.latency_chart("x", "y"))["data"] if "opacity" in one]
    assert edges
    assert min(low for edge in edges for low in edge) >= 0
