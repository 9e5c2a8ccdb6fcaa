"""The page of simulations says what the format has: every key, metric and place, no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archlab.domain.architecture import KINDS, Architecture, Flow, FlowHop
from archlab.domain.pack.blocks import (
    Band,
    Client,
    FaultText,
    Goal,
    Prediction,
    ScalerText,
    Segment,
    Simulation,
)
from archlab.domain.pack.blocks.block import Block
from archlab.domain.pack.experiment import FACTOR, RULE_PLACES, experiment
from archlab.domain.pack.fields import Strict
from archlab.domain.pack.outcome import OF_A_COMPONENT, OF_THE_RUN, metrics_of, outcome
from archlab.domain.pack.schema import validate
from archlab.domain.pack.settings import defaults
from archlab.domain.pack.yamltext import document

PAGE = (Path(__file__).resolve().parents[2] / "docs/authoring/simulations.md").read_text("utf-8")
MODELS: dict[str, type[Strict]] = {
    "a simulation": Simulation,
    "a segment": Segment,
    "a client": Client,
    "a rule": ScalerText,
    "a fault": FaultText,
    "a question": Prediction,
    "a golden band": Band,
    "a goal": Goal,
}


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    under = PAGE.partition(f"{heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in under.splitlines() if line.startswith("|")]
    return rows[2:]


def words(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def keys(model: type[Strict]) -> set[str]:
    """What an author writes; names in braces are filled in by the reader."""
    names = {str(one.validation_alias or name) for name, one in model.model_fields.items()}
    return {name for name in names if not name.startswith("{")}


@pytest.mark.parametrize("what", list(MODELS))
def test_every_key_of_a_simulation_is_named_once_and_no_other(what: str) -> None:
    named = [key for row in table(f"## Keys of {what}") for key in words(row[0])]
    wanted = keys(MODELS[what]) - (keys(Block) if MODELS[what] is Simulation else set())
    assert sorted(named) == sorted(wanted)


def test_every_metric_has_a_row_with_its_unit() -> None:
    named = {
        word.partition(".")[0]: row[1] for row in table("## Metrics") for word in words(row[0])
    }
    own = {**OF_THE_RUN, **OF_A_COMPONENT}
    assert named == {name: unit or "a component" for name, unit in own.items()}


def test_every_place_of_a_lever_is_named() -> None:
    said = {word for row in table("## Places of a lever") for word in words(row[0])}
    assert FACTOR in said
    assert {word.rpartition(".")[2] for word in said} >= RULE_PLACES.keys()


def test_the_example_of_the_page_runs_and_keeps_its_bands() -> None:
    text = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    read_, problems = document("example.yaml", text[0])
    assert read_ is not None
    made, refused = validate(Simulation, read_, {"{id}": "example", "{line}": 1})
    assert [*problems, *refused] == []
    assert made is not None
    task = KINDS["fargate_service"].model_validate(
        {"kind": "fargate_service", "id": "api", "cpu": 256, "memory_mib": 512}
    )
    hop = FlowHop("api", p50_ms=task.copy_vcpus * 400)
    system = Architecture(
        id="mini",
        title="Mini",
        region="us-east-1",
        components={"api": task},
        flows={"page": Flow("page", "One call", (hop,))},
    )
    run = experiment(made, defaults(made), {"current": system})
    assert made.metrics <= {*metrics_of(run)}
    for band in made.expect:
        value = outcome(run)[band.metric].value
        assert value is not None
        assert float(band.between[0]) <= value <= float(band.between[1])
