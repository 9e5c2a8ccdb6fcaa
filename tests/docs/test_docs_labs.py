"""The page of labs says what the format has: every key with its limits, no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archlab.domain.pack.blocks import LabCheck, LabFaultText
from archlab.domain.pack.blocks.block import Block
from archlab.domain.pack.fields import Strict
from archlab.domain.pack.labbook import COMPILED
from archlab.domain.pack.schema import validate
from archlab.domain.pack.system import SetLab
from archlab.domain.pack.yamltext import document

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/authoring/labs.md").read_text("utf-8")
MODELS: dict[str, type[Strict]] = {"lab": SetLab, "fault": LabFaultText, "check": LabCheck}
OF_EVERY_BLOCK = set(Block.model_fields) - {"objectives"}


def rows(what: str) -> dict[str, str]:
    """Key -> meaning, as the page has them."""
    under = PAGE.partition(f"## Keys of a {what}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", under, re.MULTILINE))


@pytest.mark.parametrize("what", list(MODELS))
def test_every_key_is_named_with_whether_it_is_required(what: str) -> None:
    own = {
        str(one.validation_alias or key): one
        for key, one in MODELS[what].model_fields.items()
        if what != "lab" or key not in OF_EVERY_BLOCK
    }
    assert set(rows(what)) == set(own)
    required = {key for key, said in rows(what).items() if said.startswith("required")}
    assert required == {key for key, one in own.items() if one.is_required()}


@pytest.mark.parametrize("what", list(MODELS))
def test_every_limit_is_told(what: str) -> None:
    for key, said in rows(what).items():
        field = next(
            one
            for name, one in MODELS[what].model_fields.items()
            if key in (name, one.validation_alias)
        )
        ends = [
            getattr(limit, end)
            for limit in field.metadata
            for end in ("max_length", "le")
            if hasattr(limit, end)
        ]
        if key not in ("targets", "args"):
            assert all(f"{end:,}" in said for end in ends), key


def test_the_checks_that_want_a_parameter_are_all_named() -> None:
    sentence = PAGE.partition("only be broken by its template")[2].partition(". Every other")[0]
    assert set(re.findall(r"`(\w+)`", sentence)) - {"set"} == COMPILED


def test_the_example_is_a_lab() -> None:
    [example] = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    read, problems = document("example.yaml", example)
    assert read is not None
    made, refused = validate(SetLab, read, {"{id}": "arm-task", "{line}": 1})
    assert [*problems, *refused] == []
    assert made is not None


def test_the_front_page_leads_to_the_page() -> None:
    assert "(docs/authoring/labs.md)" in (ROOT / "README.md").read_text("utf-8")
