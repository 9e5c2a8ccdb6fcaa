"""The product shows its own decisions with the code that shows a learner's."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from archlab.domain.records import NotARecord, Status, read
from archlab.records.ours import our_decision, ours
from archlab.web import content

pytestmark = pytest.mark.django_db

RECORD = "# Title\n\n- Status: {status}\n- Deciders: all\n- Date: {date}\n- Tags: a, b\n\n{more}\n"


def text(status: str = "accepted", date: str = "2026-11-21", more: str = "## Status") -> str:
    return RECORD.format(status=status, date=date, more=more)


def test_every_record_of_ours_can_be_opened(stranger: Client) -> None:
    listed = stranger.get("/decisions/").content.decode()
    assert len(ours()) >= 15
    for one in ours():
        assert one.url in listed
        page = stranger.get(one.url).content.decode()
        assert f"<h1>{one.record.title}</h1>" in page
        assert len(re.findall("<h3>", page)) >= 6


def test_a_decision_that_does_not_exist_is_a_404(stranger: Client) -> None:
    assert stranger.get("/decisions/0001-nothing/").status_code == 404


def test_a_record_is_read_as_it_is_written() -> None:
    found = our_decision("0009-count-money-in-decimal").record
    assert found.status is Status.ACCEPTED
    assert found.section("Status") == "Accepted"
    assert found.tags


def test_links_of_both_directions_are_read() -> None:
    older = read(text("superseded by [0002-b](0002-b.md)", more="Superseded by [2. B](0002-b.md)"))
    newer = read(text(more="## Status\n\nAccepted\n\nSupersedes [1. A](0001-a.md)"))
    assert (older.status, older.superseded_by) == (Status.SUPERSEDED, "0002-b.md")
    assert newer.supersedes == ("0001-a.md",)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("---\nstatus: accepted\n---\n", "not a title"),
        (text().replace("- Deciders: all\n", ""), "Deciders"),
        (text(status="nice"), "status nice"),
        (text(date="yesterday"), "date yesterday"),
    ],
)
def test_what_is_no_record_is_refused_with_the_reason(wrong: str, said: str) -> None:
    with pytest.raises(NotARecord, match=said):
        read(wrong)


def test_a_link_to_another_record_leads_to_its_page_or_is_its_words_alone() -> None:
    class Known(content.Bare):
        def record(self, id_: str) -> str:
            return "/there/" if id_ == "0002-b.md" else ""

    shown = content.record("[2. B](0002-b.md) and [3. C](0003-c.md)", Known())
    assert shown == '<p><a href="/there/">2. B</a> and 3. C</p>'
