"""CPU of a calculator's answer, fragment and figure, at positions that it has not seen before."""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from django.test import Client

    from archlab.calculators.labs.lab import Values
    from archlab.domain.pack.blocks import Input

POSITIONS = 100
RUNS = 20
FRAGMENT = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}

FARGATE = "lambda-to-fargate/fargate"
FUNCTIONS = "lambda-to-fargate/serverless"
LARGEST = "eight-services/documented"

Position = Callable[[int], Mapping[str, object]]


def dials(slug: str) -> Position:
    """Random dials of a lab, rates on a logarithmic scale, that have an answer at once."""
    from archlab.calculators.labs.all import LABS
    from archlab.calculators.labs.experiment import Experiment
    from archlab.domain.pack.settings import SettingRefused, read

    lab = LABS[slug]

    def answers(values: Values) -> bool:
        try:
            if isinstance(lab.answer, Experiment):
                return lab.answer.trial(values).replications > 0
            return bool(lab.answer(values).finding)
        except SettingRefused:
            return False

    def position(number: int) -> Mapping[str, object]:
        rng = random.Random(number)  # noqa: S311 - dials, no secrets
        while True:
            chosen = {one.id: _drawn(one, rng) for one in lab.controls}
            settings = read(lab, chosen)
            if not settings.problems and answers(settings.values):
                return {"guess": "skip", **chosen}

    return position


def _drawn(one: Input, rng: random.Random) -> str:
    if one.low is None or one.high is None or one.step is None:
        return rng.choice([str(each.value) for each in one.choices] or ["true", "false"])
    steps = int((one.high - one.low) / one.step)
    part = steps ** rng.random() - 1 if one.id == "rate" else rng.randint(0, steps)
    return str(one.low + one.step * round(part))


LIVE: Mapping[str, tuple[str, Position]] = {
    "bill": ("cost", lambda n: {"system": FARGATE, "nat.processed_gb": n}),
    "bill, largest": ("cost", lambda n: {"system": LARGEST, "logs.ingest_gb": 400 + n}),
    "compare": ("compare", lambda n: {"a": FUNCTIONS, "b": f"system={FARGATE}&lb.lcu={n}"}),
    "break-even": ("break-even", lambda n: {"a": FUNCTIONS, "b": FARGATE, "high": 2_500_000 + n}),
    "sensitivity": ("sensitivity", lambda n: {"system": LARGEST, "high.logs.ingest_gb": 600 + n}),
    "range, 200 draws": ("sensitivity", lambda n: {"system": FARGATE, "draws": 200, "seed": n}),
    "scaling": ("scaling", lambda n: {"system": FUNCTIONS, "to": 9_000_000 + n}),
}


def calculators() -> dict[str, object]:
    """Milliseconds of CPU for each answer: median and 95th percentile, and times a hello view."""
    with tempfile.TemporaryDirectory() as folder:
        results = dict(_measured(client_in(folder)))
    hello = results["hello"]["median_ms"]
    print(f"{'calculator':<22}{'median ms':>10}{'p95 ms':>8}{'x hello':>9}")
    for name, row in results.items():
        row["ratio"] = round(row["median_ms"] / hello, 1)
        print(f"{name:<22}{row['median_ms']:>10.1f}{row['p95_ms']:>8.1f}{row['ratio']:>9.1f}")
    return {"unit": "CPU ms per answer, in one process", "calculators": results}


def client_in(folder: str) -> Client:
    os.environ["ARCHLAB_DATA_DIR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench_settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    call_command("load_packs", stdout=sys.stderr)
    call_command("collectstatic", interactive=False, verbosity=0)
    return Client(SERVER_NAME="127.0.0.1")


def _measured(client: Client) -> Iterator[tuple[str, dict[str, float]]]:
    yield "hello", spread([_cpu_ms(client, "/hello/") for _n in range(POSITIONS)])
    from archlab.calculators.labs.all import LABS

    labs = {f"lab: {slug}": (slug, dials(slug)) for slug in LABS}
    for name, (page, position) in {**LIVE, **labs}.items():
        yield name, spread([_ask(client, page, position(n)) for n in range(POSITIONS + 5)][5:])
    yield from _simulations()


def _simulations() -> Iterator[tuple[str, dict[str, float]]]:
    """Each simulation of the packs at its defaults: run, figures and drawings, without a page."""
    from archlab.calculators.simulation import played
    from archlab.domain.pack import Simulation, read

    for folder in sorted((Path(__file__).parents[2] / "scenarios").iterdir()):
        pack = read(folder)
        for step in pack.steps.values():
            for block in step.blocks:
                if isinstance(block, Simulation) and block.architecture in pack.architectures:
                    show = partial(played, block, pack.architectures, "/", {}, {"skipped": True})
                    yield block.id, spread([_spent_ms(show) for _n in range(RUNS + 1)][1:])


def _spent_ms(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


def _ask(client: Client, page: str, query: Mapping[str, object]) -> float:
    return _cpu_ms(client, f"/calculators/{page}/?{urlencode(query)}")


def _cpu_ms(client: Client, url: str) -> float:
    start = time.process_time()
    response = client.get(url, **FRAGMENT)  # type: ignore[arg-type]
    spent = time.process_time() - start
    if response.status_code != 200:
        raise RuntimeError(f"{url}: {response.status_code}")
    return spent * 1000


def spread(values: list[float]) -> dict[str, float]:
    ranked = sorted(values)
    return {
        "median_ms": statistics.median(ranked),
        "p95_ms": ranked[int(len(ranked) * 0.95)],
    }
