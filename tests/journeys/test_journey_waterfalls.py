"""A waterfall in a step: rows that add, percentiles where asked for, overload and gaps in words."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace
from typing import Any

import builders
import pytest
from django.template.loader import render_to_string
from people import Person
from player import Player

from archlab.domain.architecture import Architecture, Change, apply
from archlab.domain.pack.blocks import WaterfallView
from archlab.journeys.blocks.waterfall import build

ADD = "Percentiles do not"


def block(**values: object) -> WaterfallView:
    given = {"architecture": "ec2", "flow": "api", "alt": "The query takes most of the time."}
    return WaterfallView.model_validate({"{id}": "ways", "{line}": 1, **given, **values})


def system(name: str, **places: str) -> Architecture:
    named = builders.pack("ec2-to-lambda")[0].architectures
    change = {place.replace("__", "."): value for place, value in places.items()}
    return apply(named[name], Change(set=change), named=named)


def shown(view: WaterfallView, **systems: Architecture) -> str:
    """The block as a step has it; a system that is not given is the pack's own."""

    def architecture(name: str, _block: object) -> Architecture:
        return systems[name] if name in systems else system(name)

    scene: Any = SimpleNamespace(architecture=architecture)
    context = {"block": view, "view": build(scene, view)}
    return html.unescape(render_to_string("journeys/blocks/_waterfall.html", context))


def rows(page: str) -> list[list[str]]:
    """The text of the cells of the tables of hops, sums included."""
    tables = re.findall(r'<table class="ledger stacked">(.*?)</table>', page, re.DOTALL)
    lines = [line for one in tables for line in re.findall(r"<tr.*?</tr>", one, re.DOTALL)]
    cells = (re.findall(r"<t[hd].*?</t[hd]>", line) for line in lines)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in line] for line in cells]


@pytest.mark.django_db
def test_a_step_shows_both_ways_of_its_source_with_their_printed_sums(alice: Person) -> None:
    """38 ms before and 31 ms after stand in the source; the model has the means."""
    player = Player(alice, slug="ec2-to-lambda")
    player.start()
    player.play(until="j2-04")
    page = html.unescape(alice.get(f"/journeys/{player.enrolment.id}/j2-03/").content.decode())
    assert "Functions behind an HTTP API answers 9.5 ms sooner." in page
    sums = [row[1:3] for row in rows(page) if row[0] == "Together"]
    assert sums == [["38.0", "43.95"], ["31.0", "34.40"]]
    assert page.count(ADD) == 2
    assert "data-plotly" not in page, "charts in steps are not interactive"


def test_the_rows_add_to_their_sum() -> None:
    hops = [row for row in rows(shown(block())) if len(row) == 5 and row[0] != "Hop"]
    *parts, total = hops
    assert total[0] == "Together"
    assert sum(float(part[1]) for part in parts) == float(total[1]) == 38
    means = sum(float(part[2]) + float(part[3]) for part in parts)
    assert means == pytest.approx(float(total[2]), abs=0.05)


@pytest.mark.parametrize("asked", [(), ("p99",), ("p50", "p95", "p99")])
def test_percentiles_stand_there_only_where_they_are_asked_for(asked: tuple[str, ...]) -> None:
    page = shown(block(percentile=asked) if asked else block())
    assert tuple(re.findall(r"<dt>(p\d\d)</dt>", page)) == asked
    assert (ADD in page) == bool(asked)


def test_one_percentile_needs_no_list() -> None:
    assert block(percentile="p95").percentile == ("p95",)


def test_overload_is_told_in_words_and_has_no_percentile() -> None:
    """20,000,000 a day are 231.5 a second; two handlers do 197.0."""
    busy = system("ec2", demand__requests_per_day="20000000")
    page = shown(block(percentile="p99"), ec2=busy)
    assert "the longest queue grows by 34.5 requests each second" in page
    assert "grows without end" in page
    assert ADD not in page
    assert "inf" not in page


def test_two_ways_share_one_scale_and_the_second_is_called_like_the_first() -> None:
    page = shown(block(against="lambda"))
    assert re.findall(r'<h2 id="way-ways-([ab])">([^<]*)</h2>', page) == [
        ("a", "Two machines behind a load balancer: One API call"),
        ("b", "Functions behind an HTTP API: One API call"),
    ]


def test_the_learners_own_system_may_have_lost_the_way() -> None:
    own = apply(system("ec2"), Change(drop_flows=("api",)))
    said = "Your system now has no such way of a request."
    assert said in shown(block(architecture="current"), current=own)
    both = shown(block(against="current"), current=own)
    assert said in both
    assert "Two machines behind a load balancer: One API call" in both


def test_a_system_that_is_as_before_answers_neither_sooner_nor_later() -> None:
    page = shown(block(against="current"), current=system("ec2"))
    assert "Both answer after 43.9 ms on average." in page
