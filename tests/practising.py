"""A learner at their cards: by the forms of the pages alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import builders
import time_machine
from people import Person
from player import Player, right_answer

from archlab.domain.pack import Decision, Quiz
from archlab.practice.models import ReviewCard

NOW = builders.NOW
DAY = timedelta(days=1)


def played(person: Person, until: str = "j0-03", at: datetime = NOW) -> Player:
    """A learner who has answered everything before a step."""
    player = Player(person)
    with time_machine.travel(at, tick=False):
        player.start()
        player.play(until=until)
    return player


def card_of(person: Person, block: str) -> ReviewCard:
    return ReviewCard.objects.get(learner=person.learner, block=block)


def question_of(card: ReviewCard) -> Decision | Quiz:
    block = builders.pack()[0].block(card.block)
    assert isinstance(block, Decision | Quiz)
    return block


def right(card: ReviewCard) -> dict[str, Any]:
    block = question_of(card)
    return {"option": block.best.id} if isinstance(block, Decision) else right_answer(block)


def form_at(person: Person, url: str, block: str, name: str = "form") -> builders.Form:
    page = person.get(url)
    assert page.status_code == 200
    return builders.forms_in(page.content.decode())[f"{name}-{block}"]


def url_of(card: ReviewCard) -> str:
    """The page of the review that comes next."""
    return f"/practice/{card.id}/{card.reviews.count() + 1}/"


def send(person: Person, card: ReviewCard, given: dict[str, Any], at: datetime = NOW) -> Any:
    """Answer the review that comes next."""
    with time_machine.travel(at, tick=False):
        form = form_at(person, url_of(card), card.block)
        return person.post(form.action, {**form.sending(), **given}, follow=True)
