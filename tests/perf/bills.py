"""CPU of reconciling a bill and of checking a pack."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from archlab.domain.architecture import Architecture, Component
from archlab.domain.pack import files_in, load
from archlab.domain.pack import lint as lint_pack
from archlab.domain.pack.steptext import step_text
from archlab.domain.pricing import PriceBook, Sweep, reconcile

PACK = Path(__file__).resolve().parents[2] / "scenarios" / "lambda-to-fargate"


LINES = 60
POSITIONS = 200


def bill() -> dict[str, object]:
    """A bill of 60 lines at 200 positions of one dial, against a bare loop of Decimals.

    Swept as the calculators do it, then with every line and part written out each time.
    """
    book, system = PriceBook.shipped(), _wide()
    place = "nat0.processed_gb"
    positions = [Decimal(n) for n in range(POSITIONS)]
    floor = _cpu_ms(lambda: [_floor() for _position in positions])
    swept = _cpu_ms(lambda: _swept(Sweep(system, [place], book), positions))
    turned = [system.dials([place]).at([position]) for position in positions]
    whole = _cpu_ms(lambda: [reconcile(one, book) for one in turned], rounds=2)
    print(f"bill of {len(reconcile(system, book).lines)} lines at {POSITIONS} positions:")
    print(f"  swept {swept:.1f} ms CPU, {swept / floor:.1f} x a bare Decimal loop")
    print(f"  every line written {whole:.0f} ms CPU, {whole / floor:.0f} x")
    return {"swept_ms": swept, "written_ms": whole, "floor_ms": floor}


def _wide() -> Architecture:
    """The documented system several times over, until its bill has enough lines."""
    system = load(files_in(PACK)).architectures["fargate"]
    copies: dict[str, Component] = {}
    while len(copies) < LINES * 1.9:
        number = len(copies) // len(system.components)
        for id_, component in system.components.items():
            copies[f"{id_}{number}"] = component.model_copy(update={"id": f"{id_}{number}"})
    wide = replace(system, components=copies, documented=None)
    kept = [line.components[0] for line in reconcile(wide, PriceBook.shipped()).lines[:LINES]]
    return replace(wide, components={id_: copies[id_] for id_ in kept})


def _swept(sweep: Sweep, positions: list[Decimal]) -> list[Decimal]:
    return [sweep.usd([position]) for position in positions]


def _floor() -> Decimal:
    return sum((Decimal("0.045") * n for n in range(LINES)), Decimal(0))


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
