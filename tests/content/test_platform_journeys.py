"""The journeys of seeds 003 and 004 are played through their pages, on every way of a choice."""

from __future__ import annotations

import html
import re
from typing import Any

import builders
import pytest
from content_bills import pack_of
from people import Person
from player import Player

from archlab.domain.pack import BillView, Decision
from archlab.journeys.queries import play_of

pytestmark = pytest.mark.django_db

SLUGS = ["vps-to-aws", "eight-services"]
WAYS = [(slug, way) for slug in SLUGS for way in range(5)]


def decisions_of(slug: str) -> list[Decision]:
    return [block for step in pack_of(slug).steps.values() for block in step.decisions]


def words_of(response: Any) -> str:
    assert response.status_code == 200
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


@pytest.mark.parametrize(
    ("slug", "figures"),
    [
        ("vps-to-aws", ["465.40", "485.25", "365.27", "325.48"]),
        ("eight-services", ["828.96", "2,352.86", "447.14"]),
    ],
)
def test_the_documented_way_ends_with_full_marks_and_its_figures(
    alice: Person, slug: str, figures: list[str]
) -> None:
    player = Player(alice, slug=slug)
    player.start()
    player.play()
    assert player.seen == list(player.pack.path_documented)
    assert play_of(player.enrolment).passed
    last = words_of(alice.get(f"/journeys/{player.enrolment.id}/{player.seen[-1]}/"))
    assert [figure for figure in figures if figure not in last] == []
    assert "{value}" not in last


@pytest.mark.parametrize(("slug", "way"), WAYS)
def test_every_option_can_be_lived_with_to_the_end(alice: Person, slug: str, way: int) -> None:
    """The first options together, then the second ones and so on: every option is on a way."""
    choices = {
        block.id: block.options[min(way, len(block.options) - 1)].id for block in decisions_of(slug)
    }
    player = Player(alice, choices=choices, slug=slug)
    player.start()
    player.play()
    kept = {event.block: event.payload.get("option") for event in player.enrolment.events.all()}
    assert choices.items() <= kept.items()
    assert len(player.seen) == len(pack_of(slug).steps)


def test_no_decision_has_more_options_than_there_are_ways() -> None:
    longest = max(len(block.options) for slug in SLUGS for block in decisions_of(slug))
    assert longest == len(WAYS) // len(SLUGS)


def test_each_journey_has_a_choice_that_changes_what_a_month_costs() -> None:
    for slug in SLUGS:
        assert any(option.change for block in decisions_of(slug) for option in block.options)


@pytest.mark.parametrize(
    ("slug", "headline", "wrong"),
    [
        (
            "vps-to-aws",
            "All 2 lines are explained. What is left has a name: 34.96 USD.",
            {"class": "db.t3.medium"},
        ),
        (
            "eight-services",
            "The line is explained. What is left has a name: 1,971.04 USD.",
            {"tasks": "4"},
        ),
    ],
)
def test_the_bench_is_solved_with_what_the_lines_name_and_not_otherwise(
    alice: Person, slug: str, headline: str, wrong: dict[str, str]
) -> None:
    player = Player(alice, slug=slug)
    player.start()
    player.play()
    step = player.pack.steps[player.seen[-1]]
    bench = next(b for b in step.blocks if isinstance(b, BillView) and b.knobs)
    url = f"/journeys/{player.enrolment.id}/{step.id}/{bench.id}/"
    solved = {
        knob: str(value).lower() if isinstance(value, bool) else str(value)
        for knob, value in bench.solution.items()
    }
    page = alice.get(url, data=solved)
    assert headline in words_of(page)
    assert f"keep-{bench.id}" in builders.forms_in(page.content.decode())
    other = alice.get(url, data=solved | wrong)
    assert headline not in words_of(other)
    assert f"keep-{bench.id}" not in builders.forms_in(other.content.decode())
