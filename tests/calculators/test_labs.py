"""Every lab: no answer before the guess, a sentence for nonsense, a file with everything."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import pytest
from django.test import Client
from sampling import sampled

from archlab.calculators.labs.all import LABS
from archlab.domain.pack.settings import defaults, read

FRAGMENT = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}
NONSENSE = [
    "",
    "0",
    "-1",
    "1e9",
    "999999999999",
    "12 GB",
    "NaN",
    "\u0142",
    "<script>x</script>",
    "%",
]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", list(LABS))
def test_no_byte_of_the_answer_is_sent_before_the_guess(stranger: Client, slug: str) -> None:
    lab = LABS[slug]
    if lab.question is None:
        pytest.fail(f"{slug} asks nothing before it answers")
    answer = lab.answer(defaults(lab))
    asked = stranger.get(f"/calculators/{slug}/").content.decode()
    assert lab.question.text in asked
    assert answer.finding not in asked
    assert "<figure" not in asked
    told = stranger.get(f"/calculators/{slug}/?guess=3").content.decode()
    assert "You guessed 3" in told
    assert answer.finding in told.replace("&#x27;", "'")


@pytest.mark.parametrize("slug", list(LABS))
def test_every_story_is_an_answer_of_its_own(slug: str) -> None:
    lab = LABS[slug]
    assert lab.stories
    for story in lab.stories:
        settings = read(lab, story.set)
        assert not settings.problems, story.text
        answer = lab.answer(settings.values)
        assert answer.finding, story.text
        assert answer.method, f"{story.text}: too much for an answer at once"


@pytest.mark.parametrize("slug", list(LABS))
def test_a_mistake_keeps_the_last_answer_beside_its_sentence(stranger: Client, slug: str) -> None:
    lab = LABS[slug]
    name = next(one.id for one in lab.controls if one.is_number)
    query = f"guess=skip&{name}=12 GB&_last=guess%3Dskip"
    response = stranger.get(f"/calculators/{slug}/?{query}", **FRAGMENT)  # type: ignore[arg-type]
    page = response.content.decode().replace("&#x27;", "'")
    assert response.status_code == 422
    assert "Write the number alone, in digits" in page
    assert 'value="12 GB"' in page
    assert lab.answer(defaults(lab)).finding in page


@pytest.mark.parametrize("slug", list(LABS))
def test_the_file_names_its_columns_and_has_rows(stranger: Client, slug: str) -> None:
    response = stranger.get(f"/calculators/{slug}/?guess=skip&format=csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


def test_no_nonsense_in_an_address_breaks_a_lab(stranger: Client) -> None:
    cases = [
        (slug, one.id, text)
        for slug, lab in LABS.items()
        for one in lab.controls
        for text in NONSENSE
    ]
    for slug, name, text in sampled(cases, 60):
        response = stranger.get(f"/calculators/{slug}/?guess=skip&{name}={quote(text)}")
        assert response.status_code in (200, 422), (slug, name, text)
        assert b"<script>x" not in response.content


def test_the_index_leads_to_every_lab(stranger: Client) -> None:
    page = stranger.get("/calculators/").content.decode()
    for slug in ("load", *LABS):
        assert f'href="/calculators/{slug}/"' in page
