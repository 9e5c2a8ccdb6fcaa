"""Every form of the pages about drills, practice, words, versions and accounts, with the keys that
the pages give out and one or two fields that no page sends: a plain sentence, and no word lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from random import Random
from typing import Any

import builders
import nights
import pytest
from django.core.cache import cache
from django.test import Client
from odd_things import ODD
from people import Person, member
from player import Player
from practising import played, url_of
from sampling import FULL, SEED
from version_desk import RESCORED, publish_edited

from archlab.journeys.models import Enrolment
from archlab.practice.models import ReviewCard

pytestmark = [pytest.mark.fault, pytest.mark.django_db]

ROUNDS = 60 if FULL else 12
MORE = [
    "\u0661\u0662", "1" * 5000, "yes", "open:", "open:usage", "wait:0", "wait:9999", "act:\x00",
    "name:", "stop", "a" * 49, "2026", "Europe/../etc", "j0-01", "1e400", "-0", "Infinity",
]  # fmt: skip
AREA = re.compile(r'<textarea[^>]*\bname="([^"]+)"')
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
LEAVES = ("logout", "theme", "forget", "language")
Page = tuple[Client, str]


def at_night(alice: Person) -> Page:
    player = nights.Player(alice)
    player.alone()
    return alice.client, player.response.request["PATH_INFO"]


def at_the_end_of_a_night(alice: Person) -> Page:
    player = nights.Player(alice)
    player.alone()
    player.play("stop")
    return alice.client, player.response.request["PATH_INFO"]


def before_a_night(alice: Person) -> Page:
    nights.published()
    return alice.client, f"/drills/{nights.SLUG}/{nights.DRILL}/"


def at_a_card(alice: Person) -> Page:
    played(alice)
    return alice.client, url_of(ReviewCard.objects.all()[0])


def at_the_mix(alice: Person) -> Page:
    played(alice)
    return alice.client, "/practice/mix/"


def at_words(alice: Person) -> Page:
    played(alice)
    return alice.client, f"/words/{builders.J0}/j0-01/"


def at_a_newer_version(alice: Person) -> Page:
    Player(alice).start()
    publish_edited(RESCORED)
    return alice.client, f"/journeys/{Enrolment.objects.get().id}/version/"


def at_a_simulation(alice: Person) -> Page:
    player = Player(alice)
    player.start()
    player.play(until="j0-03")
    return alice.client, f"/journeys/{player.enrolment.id}/j0-03/"


def at_preferences(alice: Person) -> Page:
    return alice.client, "/account/preferences/"


def at_a_profile(_alice: Person) -> Page:
    return member("ada").client, "/account/"


def at_sign_up(_alice: Person) -> Page:
    return Client(raise_request_exception=False), "/account/signup/"


def at_a_merge(alice: Person) -> Page:
    builders.enrolment(alice.learner)
    alice.client.force_login(member("ada").user)
    return alice.client, "/account/merge/"


def sent_by(page: str) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """Each form that is posted: where to, what it would send, and all names of its fields."""
    for text in FORM.findall(page):
        (form,) = builders.forms_in(text).values()
        names = {*dict(form.fields), *form.choices, *AREA.findall(text)} - {"csrfmiddlewaretoken"}
        if form.method == "post" and names and not any(word in form.action for word in LEAVES):
            chosen = {name: values[-1] for name, values in form.choices.items() if values}
            yield form.action, {**chosen, **dict(form.fields)}, sorted(names)


def wrong_about(answer: Any, sent: dict[str, Any], areas: list[str]) -> str:
    """What is wrong with the answer to an odd form, or nothing."""
    said = unescape(answer.content.decode(errors="replace")) if not answer.streaming else ""
    if answer.status_code >= 500:
        return str(answer.status_code)
    if (
        answer.status_code in (409, 422)
        and 'class="problem' not in said
        and "errorlist" not in said
    ):
        return f"{answer.status_code} without a sentence"
    if answer.status_code == 422:
        lost = [
            n
            for n in areas
            if isinstance(sent.get(n), str)
            and sent[n].strip()
            and sent[n].replace("\x00", "").strip() not in said
        ]
        return f"lost what was typed into {lost}" if lost else ""
    return ""


@pytest.mark.parametrize(
    "place",
    [
        at_night, at_the_end_of_a_night, before_a_night, at_a_card, at_the_mix, at_words,
        at_a_newer_version, at_a_simulation, at_preferences, at_a_profile, at_sign_up, at_a_merge,
    ],
)  # fmt: skip
def test_odd_forms_with_good_keys_get_a_sentence(
    alice: Person, place: Callable[[Person], Page]
) -> None:
    cache.clear()
    random = Random(SEED)  # noqa: S311 - no secret
    client, path = place(alice)
    found, tried = [], 0
    for _round in range(ROUNDS):
        shown = client.get(path, follow=True).content.decode()
        areas = AREA.findall(shown)
        for action, good, names in sent_by(shown):
            sent = dict(good)
            for name in random.sample(names, min(len(names), random.choice([1, 1, 2]))):
                odd = random.choice([*ODD, *MORE])
                sent[name] = random.choice([odd, odd, odd, [odd, random.choice(ODD)], None])
            sent = {name: value for name, value in sent.items() if value is not None}
            answer = client.post(action or path, sent)
            tried += 1
            if said := wrong_about(answer, sent, areas):
                found.append(f"{action} {sent!r:.300}: {said}")
    assert tried
    assert found == [], f"seed {SEED}:\n" + "\n".join(found[:10])
