"""The page of views says what the format has: every view, every key, every word, no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from archlab.domain.architecture.timing import Percentile
from archlab.domain.pack.blocks import BillView, ClaimView, DiagramView, WaterfallView
from archlab.domain.pack.blocks.block import Block
from archlab.domain.pack.schema import validate
from archlab.domain.pack.yamltext import document

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/authoring/views.md").read_text("utf-8")
VIEWS: dict[str, type[Block]] = {
    "a diagram": DiagramView,
    "a bill": BillView,
    "a waterfall": WaterfallView,
    "a claim": ClaimView,
}


def rows(what: str) -> dict[str, str]:
    """Key -> meaning, as the page has them."""
    under = PAGE.partition(f"## Keys of {what}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", under, re.MULTILINE))


def test_every_view_has_its_section_and_no_other() -> None:
    assert re.findall(r"^## Keys of (.*)$", PAGE, re.MULTILINE) == list(VIEWS)


@pytest.mark.parametrize("what", list(VIEWS))
def test_every_key_is_named_with_whether_it_is_required(what: str) -> None:
    own = {
        key: one for key, one in VIEWS[what].model_fields.items() if key not in Block.model_fields
    }
    assert set(rows(what)) == set(own)
    required = {key for key, said in rows(what).items() if said.startswith("required")}
    assert required == {key for key, one in own.items() if one.is_required()}


def test_the_keys_of_every_block_are_named() -> None:
    said = re.search(r"^Any block may have the keys (.*) as well", PAGE, re.MULTILINE)
    assert said is not None
    assert set(re.findall(r"`(\w+)`", said[1])) == set(Block.model_fields) - {"id", "line"}


def test_the_percentiles_are_all_named() -> None:
    named = re.findall(r"`(p\d\d)`", rows("a waterfall")["percentile"])
    assert named == list(get_args(Percentile))


def test_the_example_is_a_waterfall() -> None:
    [example] = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    read, problems = document("example.yaml", example)
    assert read is not None
    made, refused = validate(WaterfallView, read, {"{id}": "ways", "{line}": 1})
    assert [*problems, *refused] == []
    assert made is not None


def test_the_front_page_leads_to_the_page() -> None:
    assert "(docs/authoring/views.md)" in (ROOT / "README.md").read_text("utf-8")
