"""The journeys about money are played through their pages, on every way that a choice opens."""

from __future__ import annotations

import html
import re

import pytest
from content_bills import pack_of
from people import Person
from player import Player
from sampling import sampled

from archlab.domain.pack import BillView, Decision
from archlab.domain.pack.play_answers import position
from archlab.journeys.queries import play_of

SLUGS = ["spot-mvp", "ec2-to-lambda"]
CHOICES = [
    (slug, block.id, option.id)
    for slug in SLUGS
    for step in pack_of(slug).steps.values()
    for block in step.decisions
    for option in block.options
]

pytestmark = pytest.mark.django_db


def words_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page))


@pytest.mark.parametrize(
    ("slug", "system", "total"),
    [("spot-mvp", "spot", "9.50"), ("ec2-to-lambda", "lambda", "6.18")],
)
def test_the_documented_way_ends_with_full_marks(
    alice: Person, slug: str, system: str, total: str
) -> None:
    player = Player(alice, slug=slug)
    player.start()
    page = player.play()
    assert player.seen == list(player.pack.path_documented)
    play = play_of(player.enrolment)
    assert play.passed
    documented = set(player.pack.architectures[system].components)
    assert documented <= set(play.architecture.components)
    last = alice.get(f"/journeys/{player.enrolment.id}/{player.seen[-1]}/").content.decode()
    assert total in words_of(last)
    assert "{value}" not in words_of(last + page.content.decode())


@pytest.mark.parametrize(
    ("slug", "step", "bench", "wrong", "told"),
    [
        (
            "spot-mvp", "j1-09", "bench-j1", {"hours": "720"},
            "All 6 lines are explained. What is left has a name: 2.88 USD.",
        ),
        (
            "ec2-to-lambda", "j2-13", "bench-j2", {"gateways": "2"},
            "The line is explained. What is left has a name: 0.16 USD.",
        ),
    ],
)  # fmt: skip
def test_the_bench_closes_with_its_solution_alone(
    alice: Person, slug: str, step: str, bench: str, wrong: dict[str, str], told: str
) -> None:
    player = Player(alice, slug=slug)
    player.start()
    player.play()
    block = player.pack.block(bench)
    assert isinstance(block, BillView)
    url = f"/journeys/{player.enrolment.id}/{step}/{bench}/"
    solution = {knob: position(value) for knob, value in block.solution.items()}
    page = alice.get(url, data=solution).content.decode()
    assert told in words_of(page)
    assert f'id="{bench}-keep"' in page
    open_page = alice.get(url, data=solution | wrong).content.decode()
    assert told not in words_of(open_page)
    assert f'id="{bench}-keep"' not in open_page


@pytest.mark.fault
@pytest.mark.parametrize(("slug", "decision", "option"), sampled(CHOICES, 8))
def test_every_option_can_be_lived_with_to_the_end(
    alice: Person, slug: str, decision: str, option: str
) -> None:
    player = Player(alice, choices={decision: option}, slug=slug)
    player.start()
    assert player.play().status_code == 200
    chosen = player.enrolment.events.get(block=decision)
    assert chosen.payload["option"] == option


def test_each_journey_has_a_choice_that_changes_what_a_month_costs() -> None:
    for slug in SLUGS:
        blocks = [block for step in pack_of(slug).steps.values() for block in step.decisions]
        assert all(isinstance(block, Decision) for block in blocks)
        assert any(option.change for block in blocks for option in block.options)
