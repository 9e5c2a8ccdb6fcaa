"""CPU of a turn of a drill, and of a whole night in one move."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

from archlab.domain.grading.drill import Move, Night, after, begin, idle
from archlab.domain.pack.blocks import Drill

sys.path.append(str(Path(__file__).resolve().parents[1] / "domain" / "grading"))

NIGHTS = 40
SEED = 20261121
LONG_RULE = "min(" + ", ".join(["v0"] * 11) + ") > 900000"
"""As long as the checker allows over four days, and true at no minute."""


def drills() -> dict[str, object]:
    """Nights of 8 moving variables, 20 events, 12 panels and 20 actions, with random moves.

    A turn is a move and everything that its page asks of the night.
    """
    figures: dict[str, Mapping[str, float]] = {}
    print(f"{'ms CPU':<34}{'median':>9}{'p95':>9}")
    for minutes in (45, 600, 5_760):
        one = _drill(minutes)
        seeds = range(SEED, SEED + NIGHTS)
        turns = [cost for seed in seeds for cost in _turns(one, seed)]
        figures[f"turn of {minutes} minutes"] = _figures(turns)
        figures[f"whole night of {minutes} minutes"] = _figures([_idle(one) for _ in range(9)])
    figures["whole night, hostile rules"] = _figures(
        [_idle(_drill(5_760, LONG_RULE)) for _ in range(9)]
    )
    for name, figure in figures.items():
        print(f"{name:<34}{figure['median_ms']:>9.2f}{figure['p95_ms']:>9.2f}")
    return {"unit": "ms CPU", "cases": figures}


def _drill(minutes: int, win: str = "v0 >= 900000") -> Drill:
    from drill_builders import action, drill, event, panel, row, variable

    return drill(
        clock={"minutes": minutes, "start": "02:10"},
        state={f"v{n}": variable("0.5", drift="0.125", min="0") for n in range(8)},
        panels=tuple(panel(f"p{n}", 2) for n in range(12)),
        actions=tuple(action(f"a{n}", 5, effects={f"v{n % 8}": "1.5"}) for n in range(20)),
        events=tuple(
            event(n * minutes // 20, when=f"v{n % 8} > {n}", effects={f"v{n % 8}": "-2"})
            for n in range(20)
        ),
        win=win,
        lose="v1 >= 900000 or v2 < -1",
        scoring=tuple(row(f"did('a{n}') and v{n % 8} > {n}") for n in range(12)),
        model_solution=("a0",),
    )


def _turns(one: Drill, seed: int) -> list[float]:
    """Milliseconds of each move of a night: all panels and actions mixed, waits, then the end."""
    random = Random(seed)  # noqa: S311 (a shuffle, not a secret)
    moves = [Move("open", panel.id) for panel in one.panels]
    moves += [Move("act", action.id) for action in one.actions]
    moves += [Move("wait", minutes=random.choice([1, 5, 15])) for _ in range(10)]
    random.shuffle(moves)
    night, costs = begin(one, {}), []
    for move in [*moves, Move("stop")]:
        if not night.finished:
            start = time.process_time_ns()
            night = after(night, move)
            _read(night)
            costs.append((time.process_time_ns() - start) / 1e6)
    return costs


def _idle(one: Drill) -> float:
    start = time.process_time_ns()
    _read(idle(one, {}))
    return (time.process_time_ns() - start) / 1e6


def _read(night: Night) -> tuple[object, ...]:
    return night.clock, night.panels, night.actions, night.history, night.result, night.log


def _figures(costs: list[float]) -> Mapping[str, float]:
    p95 = statistics.quantiles(costs, n=20)[-1]
    return {"median_ms": round(statistics.median(costs), 3), "p95_ms": round(p95, 3)}
