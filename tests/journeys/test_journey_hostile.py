"""Requests by the hundred that no page sends. Nothing may break, and a refusal changes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

import builders
import pytest
from crowd import at_once, browsers
from odd_things import HEADERS, METHODS, ODD
from people import Person, guest_with_browser
from player import Player
from sampling import FULL, SEED

from archlab.accounts.models import Learner
from archlab.domain.pack import BillView, ClaimView, Decision, Pack, Quiz
from archlab.journeys.models import Enrolment, StepEvent
from archlab.journeys.queries import key_for

ROUNDS = 6000 if FULL else 600


@dataclass
class Assault:
    """One seeded attacker who knows the run of alice, the keys of everybody and all addresses."""

    person: Person
    pack: Pack
    own: Enrolment
    others: Enrolment
    random: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311

    def pick(self, *things: Any) -> Any:
        return self.random.choice(things)

    def step(self) -> str:
        odd = ("j0-99", "on", "end", "x" * 200, "J0-01")
        return str(self.pick(*self.pack.steps, "j0-01", "j0-02", *odd))

    def block(self, step: str) -> str:
        here = [b.id for b in self.pack.steps[step].blocks] if step in self.pack.steps else []
        elsewhere = [b.id for s in self.pack.steps.values() for b in s.blocks]
        return str(self.pick(*(here or elsewhere), self.pick(*elsewhere), "why", "x-y"))

    def path(self) -> str:
        run = self.pick(
            self.own.id, self.own.id, self.own.id, self.others.id, uuid4(), "not-a-uuid"
        )
        step = self.step()
        block = self.block(step)
        tail = self.pick(
            "", "end/", "again/", "resume/", f"{step}/", f"{step}/on/", f"{step}/why/usd/",
            f"{step}/why/{self.pick('latency', 'downtime', 'money')}/",
            f"{step}/{block}/", f"{step}/{block}/answer/", f"{step}/{block}/answer/",
            f"{step}/{block}/hint/", f"{step}/{block}/compare/", "%00/", "%ff%fe/", "..%2f/",
        )  # fmt: skip
        record = self.pick(
            "", "decisions.zip", "0001-x/", "0001-x.md", "%00", "%e2%80%ae.md", "a b"
        )
        slug = self.pick(builders.J0, "nothing", "x" * 300)
        catalogue = self.pick("", "start/", "glossary/", "evidence/")
        return str(
            self.pick(
                *[f"/journeys/{run}/{tail}"] * 8,
                f"/records/{run}/{record}",
                f"/scenarios/{slug}/{catalogue}",
                self.pick("/", "/sources/", "/scenarios/", "/scenarios//", "/journeys/"),
            )
        )

    def fields(self, path: str) -> dict[str, Any]:
        parts = path.strip("/").split("/")
        step, block = [*parts, "", "", "", ""][2:4]
        data: dict[str, Any] = {}
        for _n in range(self.random.randrange(5)):
            names = ("option", "reason", "value", "unit", "text", "line", "component", "confidence",
                     "place-a", "left-a", "verdict-c0-12", "hours", "a", "b", "words", "level", "",
                     "\x00", "csrfmiddlewaretoken")  # fmt: skip
            value = self.pick(*ODD)
            data[self.pick(*names)] = self.pick(value, value, [value, self.pick(*ODD)])
        found = self.pack.block(block)
        if isinstance(found, Decision | Quiz) and self.random.random() < 0.6:
            options = [o.id for o in getattr(found, "options", ())] or [""]
            data["option"] = self.pick(*options)
        if self.random.random() < 0.7:
            data["key"] = self.key(step, block)
        return data

    def key(self, step: str, block: str) -> str:
        kind, attempt = (
            self.pick("answered", "answered", "hint", "left", "asked"),
            self.pick(1, 1, 2),
        )
        known = list(StepEvent.objects.values_list("key", flat=True)[:50])
        due = key_for(self.own, step, "" if kind == "left" else block, kind, attempt)
        foreign = key_for(self.others, step, block, kind, attempt)
        return str(self.pick(due, due, foreign, *known[:3], self.pick(*ODD)))

    def headers(self) -> dict[str, str]:
        names = self.random.sample(list(HEADERS), self.pick(0, 0, 1, 2))
        return {name: self.pick(*HEADERS[name]) for name in names}

    def send(self) -> tuple[str, Any]:
        method, path = self.pick(*METHODS), self.path()
        data, headers = self.fields(path), self.headers()
        kind = headers.pop("Content-Type", None)
        said = f"{method} {path} {data!r:.300} {headers}"
        call = getattr(self.person.client, method)
        if method in ("get", "head"):
            return said, call(path, data={k: v for k, v in data.items() if k}, headers=headers)
        if method == "post" and kind is None:
            return said, call(path, data=data, headers=headers)
        body = repr(data).encode(errors="replace")
        return said, call(path, data=body, content_type=kind or "text/plain", headers=headers)


def rows() -> list[Any]:
    return [
        *StepEvent.objects.order_by("id").values_list("id", "key", "kind", "payload"),
        *Enrolment.objects.order_by("id").values_list("id", "version"),
    ]


@pytest.mark.fault
@pytest.mark.django_db
def test_no_hostile_request_breaks_anything(alice: Person, charlie: Person) -> None:
    for person, until in ((charlie, "j0-03"), (alice, "j0-02")):
        player = Player(person)
        player.start()
        player.play(until=until)
    mine = Enrolment.objects.get(learner=alice.learner)
    theirs = Enrolment.objects.get(learner=charlie.learner)
    attack = Assault(alice, builders.pack()[0], mine, theirs)
    kept = list(theirs.events.order_by("id").values_list())
    before = rows()
    for number in range(ROUNDS):
        said, answer = attack.send()
        after = rows()
        assert answer.status_code < 500, f"{number}: {said}"
        if answer.status_code >= 400:
            assert after == before, f"{number}: {said}"
            has_to_say = answer.status_code != 405 and answer.request["REQUEST_METHOD"] != "HEAD"
            problems = len(re.findall(rb'<p class="problem"[^>]*>[^<]{15,}</p>', answer.content))
            assert problems == has_to_say, f"{number}: {answer.status_code} {said}"
        elif answer.request["REQUEST_METHOD"] != "POST":
            assert after == before, f"{number}: {said}"
        before = after
    assert list(theirs.events.order_by("id").values_list()) == kept


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["j0-01", "j0-12", "j0-13"])
def test_every_field_of_every_form_may_hold_anything(alice: Person, step: str) -> None:
    """One field at a time: all else is as the page sends it, so the field itself is judged."""
    player = Player(alice)
    player.start()
    response = player.play(until=step)
    forms = builders.forms_in(response.content.decode()).values()
    mine = [form for form in forms if form.method == "post" and "/journeys/" in form.action]
    assert mine
    for form in mine:
        for name in {*dict(form.fields), *form.choices, "reason"} - {"csrfmiddlewaretoken"}:
            for odd in ODD:
                before = rows()
                answer = alice.post(form.action, {**form.sending(), name: odd})
                assert answer.status_code in (302, 400, 409, 422), (form.action, name, odd)
                if answer.status_code != 302:
                    assert answer.content.decode().count('class="problem"') == 1, (name, odd)
                    assert rows() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"&".join(b"a%d=1" % n for n in range(2000)), "application/x-www-form-urlencoded"),
        (b"reason=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"option=%ff%fe&key=%00", "application/x-www-form-urlencoded"),
        (b"option=a", "application/x-www-form-urlencoded; charset=utf-7"),
        (b'{"option": "learn"}', "application/json"),
    ],
)
def test_a_body_that_no_form_sends_is_refused_in_a_sentence(
    alice: Person, body: bytes, kind: str
) -> None:
    player = Player(alice)
    player.start()
    url = f"/journeys/{player.enrolment.id}/j0-01/j0-01q1/answer/"
    answer = alice.post(url, data=body, content_type=kind)
    assert answer.status_code in (400, 409, 413, 415, 422)
    assert answer.content.decode().count('class="problem"') == 1
    assert not StepEvent.objects.exists()


def test_the_benches_and_claims_of_the_pack_are_among_the_targets() -> None:
    blocks = [b for step in builders.pack()[0].steps.values() for b in step.blocks]
    for kind in (Decision, Quiz, BillView, ClaimView):
        assert any(isinstance(block, kind) for block in blocks)


# ---- two browsers at once


@pytest.mark.django_db(transaction=True)
def test_of_two_different_answers_at_once_one_counts() -> None:
    alice = guest_with_browser()
    player = Player(alice)
    player.start()
    page = alice.get(f"/journeys/{player.enrolment.id}/j0-01/").content.decode()
    form = builders.forms_in(page)["form-j0-01q1"]
    for _round in range(3):
        StepEvent.objects.all().delete()
        sent = [form.sending(option=option) for option in ("learn", "quick")]
        assert sorted(at_once(browsers(alice, 2), form.action, sent)) == [302, 409]
        assert StepEvent.objects.filter(block="j0-01q1").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_from_two_tabs_at_once_is_one_answer() -> None:
    alice = guest_with_browser()
    player = Player(alice)
    player.start()
    page = alice.get(f"/journeys/{player.enrolment.id}/j0-01/").content.decode()
    form = builders.forms_in(page)["form-j0-01q1"]
    sent = [form.sending(option="learn")] * 4
    assert at_once(browsers(alice, 4), form.action, sent) == [302] * 4
    assert StepEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_starting_in_two_tabs_at_once_is_one_run() -> None:
    alice = guest_with_browser()
    builders.published()
    url = f"/scenarios/{builders.J0}/start/"
    assert at_once(browsers(alice, 4), url, [{}] * 4) == [302] * 4
    assert Enrolment.objects.count() == 1
    assert Learner.objects.count() == 1
