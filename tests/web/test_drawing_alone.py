"""A drawing as a file of its own: it needs nothing beside it, and shows what the page shows."""

from __future__ import annotations

import re
from xml.dom.minidom import parseString

import builders
import pytest

from archlab.domain.architecture.layout import layout
from archlab.web.diagrams import alone


def drawn(slug: str, after: str, before: str | None = None) -> str:
    systems = builders.pack(slug)[0].architectures
    return alone(layout(systems[after], before=systems[before] if before else None))


@pytest.mark.parametrize(
    ("slug", "after"),
    [("lambda-to-fargate", "fargate"), ("spot-mvp", "spot"), ("vps-to-aws", "aws-optimised")],
)
def test_everything_that_it_names_is_in_it(slug: str, after: str) -> None:
    svg = drawn(slug, after)
    root = parseString(svg).documentElement  # noqa: S318 - our own markup
    assert root is not None
    assert root.getAttribute("xmlns") == "http://www.w3.org/2000/svg"
    assert root.firstChild is not None
    assert root.firstChild.nodeName == "title"
    names = set(re.findall(r'href="#([\w-]+)"', svg))
    assert names
    assert names == set(re.findall(r'<symbol id="([\w-]+)"', svg))
    assert not re.search(r"var\(|url\(|@import|light-dark", svg)
    assert set(re.findall(r'href="([^#])', svg)) == set()


def test_what_was_added_is_red_and_what_went_is_dashed() -> None:
    svg = drawn("lambda-to-fargate", "fargate", "serverless")
    assert 'data-change="added"' in svg
    assert 'data-change="removed"' in svg
    assert re.search(r'\.node\[data-change="added"\] > rect[^{]*\{ stroke: #b5230d', svg)
    assert "font: " not in svg


def test_it_is_the_same_text_twice() -> None:
    assert drawn("lambda-to-fargate", "fargate") == drawn("lambda-to-fargate", "fargate")
