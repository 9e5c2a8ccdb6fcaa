"""No page, no fragment and no attribute tells a right answer before it was given.

Two ways to see it: the texts that explain an answer are not on the page, and the page stays the
same byte for byte when another answer is the right one.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import builders
import pytest
from django.template.loader import render_to_string
from django.test import Client
from people import Person, guest_with_browser
from player import Player
from sampling import sampled
from secrets_of_blocks import (
    BLIND,
    OTHER,
    TEXTS,
    UnknownBlock,
    blind,
    blind_pack,
    changed,
    texts_of,
)

from archlab.catalog.text import text_of
from archlab.domain.pack import Block, Decision, Pack, Quiz, Step
from archlab.domain.pack.blocks import QUIZZES, ClaimView, Match, Order, Simulation, Single
from archlab.journeys.blocks import Scene, show
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import play_of

PACKS = ("lambda-to-fargate", "spot-mvp", "ec2-to-lambda", "vps-to-aws", "eight-services")
STEPS = 4
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
TAG = re.compile(r"<[^>]+>")


def plain(page: str) -> str:
    return " ".join(html.unescape(TAG.sub("", page)).split())


def found(pack: Pack, texts: list[str], page: str) -> list[str]:
    """Which of the texts are on a page, shown or hidden in an attribute."""
    shown, raw = plain(page), " ".join(html.unescape(page).split())
    said = [(text, plain(text_of(pack).inline(text))) for text in texts]
    return [text for text, words in said if words in shown or words in raw]


@dataclass
class Watcher(Player):
    """A player who looks for what a page must not hold before each answer, and has it after."""

    watched: tuple[str, ...] = ()
    checked: list[str] = field(default_factory=list)

    def answer(self, response: Any, block: Decision | Quiz, **values: Any) -> Any:
        address = response.request["PATH_INFO"]
        if address.rstrip("/").rpartition("/")[2] not in self.watched:
            return super().answer(response, block, **values)
        step = self.pack.steps[address.rstrip("/").rpartition("/")[2]]
        for headers in ({}, PARTIAL):
            self.silent(step, block, self.person.get(address, headers=headers).content.decode())
        scene = Scene(self.enrolment, self.pack, play_of(self.enrolment), step)
        for one in step.blocks:
            if hides_something(one) and not scene.play.attempts(one.id):
                assert printed(scene, one) == printed(blinded(scene), blind(one)), one.id
        after = super().answer(response, block, **values)
        told = found(self.pack, texts_of(block, self.pack), after.content.decode())
        assert told, (
            f"{block.id} explains nothing after its answer, so looking for it proves nothing"
        )
        self.checked.append(block.id)
        return after

    def silent(self, step: Step, block: Block, page: str) -> None:
        waiting = step.blocks[step.blocks.index(block) :]
        unread = [one for one in waiting if not self.enrolment.events.filter(block=one.id).exists()]
        for one in unread:
            assert found(self.pack, texts_of(one, self.pack), page) == [], one.id


def hides_something(block: Block) -> bool:
    """A claim that asks nothing is open from the start."""
    return not isinstance(block, ClaimView) or block.ask


def printed(scene: Scene, block: Block) -> str:
    shown = show(scene, block)
    context = {"view": shown.view, "block": block, "focus": False, "csrf_token": "token"}
    return render_to_string(shown.template, context)


def blinded(scene: Scene) -> Scene:
    return replace(scene, pack=blind_pack(scene.pack, f"blind twin of {scene.pack.version}"))


@pytest.mark.django_db
@pytest.mark.parametrize("slug", sampled(PACKS, 2))
def test_no_step_tells_an_answer_before_it_is_given(alice: Person, slug: str) -> None:
    path = builders.pack(slug)[0].path_documented
    watcher = Watcher(alice, slug=slug, watched=tuple(sampled(path, STEPS)))
    watcher.start()
    ahead = [*path[path.index(watcher.watched[-1]) + 1 :], None]
    watcher.play(until=ahead[0])
    asked = [b for s in watcher.watched for b in watcher.pack.steps[s].blocks]
    required = {b.id for b in asked if isinstance(b, Decision | Quiz)}
    assert set(watcher.checked) == required


@pytest.mark.django_db
def test_hints_come_one_by_one(alice: Person) -> None:
    player = Player(alice)
    player.start()
    page = player.play(until="j0-09").content.decode()
    block = next(b for b in player.pack.steps["j0-09"].blocks if isinstance(b, Quiz) and b.hints)
    assert found(player.pack, list(block.hints), page) == []
    form = builders.forms_in(page)[f"hint-{block.id}"]
    page = alice.post(form.action, form.sending(), follow=True).content.decode()
    assert found(player.pack, list(block.hints), page) == [block.hints[0]]


def simulations() -> list[tuple[str, Simulation]]:
    """Each with the slug of its pack."""
    return [
        (slug, block)
        for slug in PACKS
        for step in builders.pack(slug)[0].steps.values()
        for block in step.blocks
        if isinstance(block, Simulation)
    ]


@pytest.mark.django_db
def test_a_simulation_shows_nothing_of_its_run_before_the_predictions(alice: Person) -> None:
    slug, block = sampled(simulations(), 1)[0]
    player = Watcher(alice, slug=slug)
    player.start()
    step = player.pack.step_of[block.id]
    path = player.pack.path_documented
    player.play(until=path[path.index(step.id) + 1])
    address = f"/journeys/{player.enrolment.id}/{step.id}/"
    dials = {"_block": block.id, **{one.id: "1" for one in block.controls}}
    pages = [alice.get(address), alice.get(address, headers=PARTIAL)]
    for page in pages:
        player.silent(step, block, page.content.decode())
    tried = alice.get(address, dials, headers=PARTIAL).content.decode()
    assert found(player.pack, texts_of(block, player.pack), tried) == []
    scene = Scene(player.enrolment, player.pack, play_of(player.enrolment), step)
    assert printed(scene, block) == printed(scene, blind(block))
    form = builders.forms_in(pages[0].content.decode())[f"form-{block.id}"]
    after = alice.post(form.action, form.sending(skip="1"), follow=True).content.decode()
    assert found(player.pack, texts_of(block, player.pack), after) == texts_of(block, player.pack)


ASKED = re.compile(r'<section class="claim" id="([^"]+)".*?</section>', re.DOTALL)
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", PACKS)
def test_the_evidence_folds_what_a_step_asks_to_guess(stranger: Client, slug: str) -> None:
    builders.published(slug)
    pack = builders.pack(slug)[0]
    asking = [block for block in questions(ClaimView) if block.ask]
    asked = {name for block in asking for name in block.claims if name in pack.claims}
    page = stranger.get(f"/scenarios/{slug}/evidence/").content.decode()
    claims = {one[1]: one[0] for one in ASKED.finditer(page)}
    assert set(claims) == set(pack.claims)
    for name, text in claims.items():
        open_ = FOLDED.sub("", text)
        told = "data-verdict" in open_ or found(pack, [pack.claims[name].finding], open_) != []
        assert told is (name not in asked), name
        assert found(pack, [pack.claims[name].finding], text), name
        assert ("A step asks you to guess this one" in text) is (name in asked)


def test_words_about_a_claim_that_a_step_asks_do_not_tell_its_verdict() -> None:
    packs = [builders.pack(slug)[0] for slug in PACKS]
    chips = {name: text_of(p).claim(name) for p in packs for name in p.claims}
    asked = {name for block in questions(ClaimView) if block.ask for name in block.claims}
    assert {name for name, chip in chips.items() if "data-verdict" not in chip} == asked
    assert 0 < len(asked) < len(chips)


def learners(count: int) -> list[Scene]:
    pack = builders.pack()[0]
    step = next(iter(pack.steps.values()))
    return [
        Scene(Enrolment(id=UUID(int=n)), pack, None, step)  # type: ignore[arg-type]
        for n in range(count)
    ]


def questions(kind: type[Any]) -> list[Any]:
    packs = [builders.pack(slug)[0] for slug in PACKS]
    blocks = [block for p in packs for step in p.steps.values() for block in step.blocks]
    return [block for block in blocks if isinstance(block, kind)]


def test_the_order_shown_is_the_right_one_for_few_learners() -> None:
    for block in questions(Order):
        shown = [scene.shuffled(block.items, block) for scene in learners(60)]
        right = sum(items == list(block.items) for items in shown)
        assert right <= 30, block.id


def test_the_right_option_has_no_place_of_its_own() -> None:
    for block in questions(Single):
        if not block.shuffle:
            continue
        shown = [scene.shuffled(block.options, block) for scene in learners(60)]
        places = {[option.correct for option in options].index(True) for options in shown}
        assert len(places) == len(block.options), block.id


@pytest.mark.django_db
def test_the_sides_of_a_match_do_not_name_each_other(alice: Person) -> None:
    player = Player(alice)
    player.start()
    block = next(b for b in questions(Match) if player.pack.block(b.id))
    step = next(s for s in player.pack.steps.values() if block in s.blocks)
    player.play(until=step.id)
    page = printed(Scene(player.enrolment, player.pack, play_of(player.enrolment), step), block)
    values = set(re.findall(r'<option value="([^"]*)"', page)) - {""}
    ids = {one.id for one in (*block.pairs, *block.distractors)}
    assert len(values) > 1
    assert values & ids == set()


# ---- the controls


def test_every_type_of_question_has_its_secrets() -> None:
    assert set(QUIZZES.values()) <= set(TEXTS)
    assert set(TEXTS) == set(BLIND)


def test_a_directive_that_nobody_described_is_refused() -> None:
    class Poll(Block):
        directive = "poll"

    with pytest.raises(UnknownBlock, match="Poll is unknown: say in"):
        blind(Poll.model_construct(id="p", line=1))


def test_a_text_in_an_attribute_is_found() -> None:
    pack = builders.pack()[0]
    assert found(pack, ["It *is* so."], '<p data-x="It is so.">Hm</p>') == ["It *is* so."]
    assert found(pack, ["It *is* so."], "<p>It <em>is</em>\n so.</p>") == ["It *is* so."]
    assert found(pack, ["It *is* so."], "<p>It is not so.</p>") == []


@pytest.mark.django_db
def test_a_page_that_depends_on_the_answer_differs_from_its_twin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    player = Player(guest_with_browser())
    player.start()
    player.play(until="j0-01")
    step = player.pack.steps["j0-01"]
    scene = Scene(player.enrolment, player.pack, play_of(player.enrolment), step)
    block = player.pack.block("j0-01q1")
    assert isinstance(block, Single)
    assert printed(scene, block) == printed(scene, blind(block))
    monkeypatch.setattr(Scene, "shuffled", _right_first)
    assert printed(scene, block) != printed(scene, blind(block))
    assert OTHER in str(blind(block))
    assert changed(block, stem=OTHER) != block


def _right_first(_scene: Scene, things: Any, _block: Block, *, mix: bool = True) -> Any:  # noqa: ARG001
    return sorted(things, key=lambda thing: not getattr(thing, "correct", False))
