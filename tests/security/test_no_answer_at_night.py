"""A night tells neither verdicts nor causes nor points until it is closed, turn by turn."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import builders
import nights
import pytest
from people import Person
from practising import card_of, played, url_of
from sampling import sampled
from secrets_of_blocks import blind, blind_pack, texts_of
from test_no_answer_early import PACKS, PARTIAL, found

from archlab.domain.grading.drill import Move, best
from archlab.domain.pack import Decision, Pack, Quiz
from archlab.domain.pack.blocks import Drill
from archlab.drills import queries
from archlab.drills.pages.night import Candidate, NightPage
from archlab.practice import queries as practice
from archlab.practice.models import ReviewCard

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')
TURNS = 4
NIGHTS = 3


def drills() -> list[tuple[str, Drill]]:
    """Each with the slug of its pack."""
    return [
        (slug, block)
        for slug in PACKS
        for step in builders.pack(slug)[0].steps.values()
        for block in step.blocks
        if isinstance(block, Drill)
    ]


def page_at(person: Person, address: str, **headers: str) -> str:
    answer = person.get(address, headers=headers)
    assert answer.status_code == 200
    return TOKEN.sub(r"\1", answer.content.decode())


def judged_otherwise(patch: pytest.MonkeyPatch, drill: Drill) -> None:
    """From now on every night is one of the blind twin."""
    twin = blind(drill)
    patch.setattr(queries, "drill_of", lambda _run: twin)
    queries._night.cache_clear()


def silent(person: Person, address: str, drill: Drill, pack: Pack) -> None:
    """The page holds no secret, and is the same when everything is judged otherwise."""
    page = page_at(person, address)
    for shown in (page, page_at(person, address, **PARTIAL)):
        assert found(pack, texts_of(drill, pack), shown) == [], address
        assert "data-verdict" not in shown
    with pytest.MonkeyPatch.context() as patch:
        judged_otherwise(patch, drill)
        assert page_at(person, address) == page, address
    queries._night.cache_clear()


def moves_of(drill: Drill, run: Any) -> list[str]:
    """The best night; what is said when it is over is left out."""
    turns = [one for one in best(drill, run.flags).moves if one.kind not in ("name", "prevent")]
    return [word(move) for move in turns]


def word(move: Move) -> str:
    return "stop" if move.kind == "stop" else f"{move.kind}:{move.id}"


@pytest.mark.parametrize("number", range(NIGHTS))
def test_a_night_tells_nothing_before_it_is_closed(alice: Person, number: int) -> None:
    slug, drill = sampled(drills(), NIGHTS)[number]
    pack = builders.pack(slug)[0]
    builders.published(slug)
    night = nights.Player(alice)
    for address in ("/drills/", f"/drills/{slug}/{drill.id}/"):
        shown = page_at(alice, address)
        assert found(pack, texts_of(drill, pack), shown) == []
    night.response = alice.post(f"/drills/{slug}/{drill.id}/start/", follow=True)
    address = night.response.request["PATH_INFO"]
    moves = moves_of(drill, night.run)
    false_cause = next(one.id for one in drill.causes if not one.correct)
    looked = sampled(range(len(moves)), TURNS)
    for turn, move in enumerate(moves):
        if turn in looked:
            silent(alice, address, drill, pack)
        if turn == 1:
            night.send("name", cause=false_cause)
        night.play(move)
    assert "close" in builders.forms_in(night.page), "the night is over"
    silent(alice, address, drill, pack)
    night.close()
    told = found(pack, texts_of(drill, pack), night.page)
    assert told == texts_of(drill, pack)


def test_a_page_that_tells_the_cause_differs_from_its_twin(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    slug, drill = drills()[0]
    builders.published(slug)
    night = nights.Player(alice)
    night.response = alice.post(f"/drills/{slug}/{drill.id}/start/", follow=True)
    address = night.response.request["PATH_INFO"]
    monkeypatch.setattr(NightPage, "_mixed", _right_first)
    with pytest.raises(AssertionError):
        silent(alice, address, drill, builders.pack(slug)[0])


def _right_first(page: NightPage, candidates: list[Candidate]) -> list[Candidate]:
    right = {one.id for one in page.drill.causes if one.correct}
    return sorted(candidates, key=lambda one: one.id not in right)


def test_a_card_holds_no_secret_of_its_question_before_the_answer(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = played(alice, until="j0-08")
    cards = list(ReviewCard.objects.filter(learner=alice.learner))
    assert len(cards) > 10
    before = {card.id: page_at(alice, url_of(card)) for card in cards}
    for card in cards:
        block = player.pack.block(card.block)
        assert block is not None
        assert found(player.pack, texts_of(block, player.pack), before[card.id]) == [], card.block
    as_it_is = practice.card_asked
    monkeypatch.setattr(practice, "card_asked", lambda *of: _blind_card(as_it_is(*of)))
    for card in cards:
        assert page_at(alice, url_of(card)) == before[card.id], card.block


def _blind_card(asked: practice.Asked) -> practice.Asked:
    pack = blind_pack(asked.pack, f"blind twin of {asked.pack.version}")
    twin = blind(asked.block)
    assert isinstance(twin, Decision | Quiz)
    return replace(asked, entry=replace(asked.entry, pack=pack), block=twin)


def test_a_card_tells_its_answer_afterwards(alice: Person) -> None:
    """What was looked for is there once it may be."""
    player = played(alice, until="j0-02")
    card = card_of(alice, "j0-01q1")
    page = page_at(alice, f"/practice/{card.id}/1/")
    block = player.pack.block("j0-01q1")
    assert block is not None
    assert found(player.pack, texts_of(block, player.pack), page) != []
