"""CPU of reconciling a bill and of checking a pack."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from archlab.domain.architecture import apply
from archlab.domain.architecture.change import Change
from archlab.domain.pack import files_in, load
from archlab.domain.pack import lint as lint_pack
from archlab.domain.pack.steptext import step_text
from archlab.domain.pricing import PriceBook, reconcile

PACK = Path(__file__).resolve().parents[2] / "scenarios" / "lambda-to-fargate"


def bill() -> dict[str, object]:
    """The documented bill at 200 positions of one dial, against a bare loop of Decimals."""
    system = load(files_in(PACK)).architectures["fargate"]
    book = PriceBook.shipped()
    turned = [
        replace(
            apply(system, Change(set={"nat.processed_gb": Decimal(n)})),
            documented=system.documented,
        )
        for n in range(200)
    ]
    floor = _cpu_ms(
        lambda: [sum((Decimal("0.045") * n for n in range(14)), Decimal(0)) for _ in turned]
    )
    whole = _cpu_ms(lambda: [reconcile(one, book) for one in turned])
    print(f"bill, 200 positions: {whole:.1f} ms CPU, {whole / floor:.0f} x a bare Decimal loop")
    return {"cpu_ms_200_bills": whole, "floor_ms": floor}


def lint() -> dict[str, object]:
    """The whole pack with its engines, and one step file taken apart (phases 1 to 3)."""
    whole = _cpu_ms(lambda: lint_pack(PACK), rounds=3)
    texts = {path.name: path.read_text(encoding="utf-8") for path in (PACK / "steps").glob("*.md")}
    apart = step_text.__wrapped__
    steps = [_cpu_ms(partial(apart, name, text)) for name, text in texts.items()]
    middle, most = statistics.median(steps), max(steps)
    print(
        f"lint of {PACK.name}: {whole:.0f} ms CPU; a step file {middle:.1f} ms, at most {most:.1f}"
    )
    return {"cpu_ms": whole, "step_ms": {"median": middle, "max": most}}


def _cpu_ms(work: Callable[[], object], rounds: int = 5) -> float:
    best = float("inf")
    for _round in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best * 1000
