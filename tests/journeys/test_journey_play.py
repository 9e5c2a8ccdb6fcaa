from __future__ import annotations

from decimal import Decimal

import builders
import pytest
from django.http import QueryDict
from django.test import Client
from people import Person
from player import Player, right_answer

from archlab.domain.pack import Decision, Quiz
from archlab.domain.pack.play import mark
from archlab.journeys import runs
from archlab.journeys.forms import answer_of
from archlab.journeys.models import Enrolment, StepEvent
from archlab.journeys.queries import play_of, system_after

pytestmark = pytest.mark.django_db


def question(name: str) -> Quiz:
    block = builders.pack()[0].block(name)
    assert isinstance(block, Quiz)
    return block


def test_a_stranger_starts_and_becomes_a_guest(stranger: Client) -> None:
    builders.published()
    response = stranger.post(f"/scenarios/{builders.J0}/start/", follow=True)
    assert response.status_code == 200
    assert response.request["PATH_INFO"].endswith("/j0-01/")
    assert Enrolment.objects.count() == 1


def test_starting_again_goes_on_where_one_stopped(alice: Person) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-03")
    response = alice.post(f"/scenarios/{builders.J0}/start/", follow=True)
    assert response.request["PATH_INFO"].endswith("/j0-03/")
    assert Enrolment.objects.count() == 1


def test_the_documented_way_ends_at_the_printed_bill(alice: Person) -> None:
    player = Player(alice)
    player.start()
    end = player.play()
    assert player.seen == list(player.pack.path_documented)
    play = play_of(player.enrolment)
    system = system_after(play, "j0-13")
    documented = player.pack.architectures["fargate"]
    assert set(system.components) == set(documented.components)
    assert "90.87" in end.content.decode()
    assert play.passed


def test_a_detour_comes_back_to_the_main_line(alice: Person) -> None:
    player = Player(alice, choices={"j0-d6": "functions"})
    decision = player.pack.block("j0-d6")
    assert isinstance(decision, Decision)
    detour = next(option for option in decision.options if option.goto)
    player.choices = {"j0-d6": detour.id}
    player.start()
    player.play(until="j0-13")
    assert "j0-07b" in player.seen
    assert "j0-08" not in player.seen
    assert player.seen[-1] == "j0-12"
    assert "api" in play_of(player.enrolment).architecture.components


def test_what_follows_a_question_is_not_in_the_page_before_its_answer(alice: Person) -> None:
    player = Player(alice)
    player.start()
    response = player.play(until="j0-12")
    html = response.content.decode()
    assert 'id="j0-12q1"' in html
    assert 'id="j0-d9"' not in html
    html = player.answer(response, question("j0-12q1")).content.decode()
    assert 'id="j0-d9"' in html


def test_explanations_are_not_in_the_page_before_the_choice(alice: Person) -> None:
    player = Player(alice)
    player.start()
    page = player.play(until="j0-02").content.decode()
    decision = player.pack.block("j0-d1")
    assert isinstance(decision, Decision)
    for option in decision.options:
        assert option.explanation[:40] not in page
        assert option.consequence[:40] not in page


def test_a_double_click_is_one_answer(alice: Person) -> None:
    player = Player(alice)
    player.start()
    page = alice.get(f"/journeys/{player.enrolment.id}/j0-01/")
    for _click in range(2):
        response = player.answer(page, question("j0-01q1"), option="learn")
        assert response.status_code == 200
    assert StepEvent.objects.get().payload == {"option": "learn"}


def test_the_same_attempt_with_another_answer_is_refused(alice: Person) -> None:
    player = Player(alice)
    player.start()
    page = alice.get(f"/journeys/{player.enrolment.id}/j0-01/")
    player.answer(page, question("j0-01q1"), option="learn")
    response = player.answer(page, question("j0-01q1"), option="quick")
    assert response.status_code == 409
    assert 'class="problem"' in response.content.decode()
    assert StepEvent.objects.get(block="j0-01q1").payload == {"option": "learn"}


def test_a_step_ahead_is_refused_and_nothing_is_stored(alice: Person) -> None:
    player = Player(alice)
    player.start()
    base = f"/journeys/{player.enrolment.id}"
    assert alice.get(f"{base}/j0-05/").status_code == 409
    response = alice.post(f"{base}/j0-05/j0-d4/answer/", {"option": "gateway"})
    assert response.status_code == 409
    assert not StepEvent.objects.exists()


def test_a_decision_on_a_step_that_was_left_stands(alice: Person) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-02")
    url = f"/journeys/{player.enrolment.id}/j0-01/j0-d0/answer/"
    before = StepEvent.objects.count()
    response = alice.post(url, {"option": "cheap"})
    assert response.status_code == 409
    assert "already left" in response.content.decode()
    assert StepEvent.objects.count() == before


def test_an_outsider_sees_a_404_and_changes_nothing(alice: Person, charlie: Person) -> None:
    player = Player(alice)
    player.start()
    base = f"/journeys/{player.enrolment.id}"
    for path in ("/", "/j0-01/", "/end/", "/resume/", "/j0-01/why/usd/"):
        assert charlie.get(base + path).status_code == 404
    for path in ("/j0-01/j0-01q1/answer/", "/j0-01/on/", "/j0-01/j0-01q1/hint/"):
        assert charlie.post(base + path, {"option": "learn"}).status_code == 404
    assert not StepEvent.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"option": ""}, 422),
        ({"option": "nothing-like-it"}, 422),
        ({"option": "<script>alert(1)</script>"}, 422),
        ({"option": "\x00"}, 422),
        ({"option": "learn", "key": "not-a-uuid"}, 409),
        ({"option": "learn", "key": ""}, 409),
    ],
)
def test_a_tampered_form_gets_a_sentence(
    alice: Person, sent: dict[str, object], status: int
) -> None:
    player = Player(alice)
    player.start()
    page = alice.get(f"/journeys/{player.enrolment.id}/j0-01/")
    form = builders.forms_in(page.content.decode())["form-j0-01q1"]
    response = alice.post(form.action, {**form.sending(), **sent})
    assert response.status_code == status
    assert response.content.decode().count('class="problem"') == 1
    assert "<script>alert" not in response.content.decode()
    assert not StepEvent.objects.exists()


def test_a_refused_number_is_asked_again_and_keeps_what_was_typed(alice: Person) -> None:
    player = Player(alice)
    player.start()
    page = player.play(until="j0-12")
    response = player.answer(page, question("j0-12q1"), value="forty one", unit="%")
    assert response.status_code == 422
    assert 'value="forty one"' in response.content.decode()
    assert not StepEvent.objects.filter(block="j0-12q1").exists()


def test_going_on_waits_for_the_questions(alice: Person) -> None:
    player = Player(alice)
    player.start()
    response = alice.post(f"/journeys/{player.enrolment.id}/j0-01/on/", {})
    assert response.status_code == 409
    assert "waits for your answer" in response.content.decode()


def test_hints_open_one_by_one_and_cost_a_tenth(alice: Person) -> None:
    player = Player(alice)
    player.start()
    page = alice.get(f"/journeys/{player.enrolment.id}/j0-01/")
    block = question("j0-01q1")
    hint = block.hints[0]
    assert hint not in page.content.decode()
    form = builders.forms_in(page.content.decode())["hint-j0-01q1"]
    page = alice.post(form.action, form.sending(), follow=True)
    alice.post(form.action, form.sending(), follow=True)
    assert hint in page.content.decode()
    assert StepEvent.objects.filter(kind="hint").count() == 1
    player.answer(page, block)
    assert play_of(player.enrolment).score("j0-01q1") == Decimal("0.9")


def test_a_guests_step_page_costs_two_queries_and_one_when_nothing_is_new(
    alice: Person, django_assert_num_queries: object
) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-05")
    url = f"/journeys/{player.enrolment.id}/j0-05/"
    runs._folded.cache_clear()
    for count in (2, 1):
        with django_assert_num_queries(count):  # type: ignore[operator]
            assert alice.get(url).status_code == 200


def test_reading_changes_no_row(alice: Person) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-03")
    before = list(StepEvent.objects.values_list())
    base = f"/journeys/{player.enrolment.id}"
    for path in ("/", "/j0-03/", "/j0-02/", "/j0-02/j0-d1/compare/", "/j0-02/why/latency/"):
        assert alice.get(base + path).status_code == 200
    assert list(StepEvent.objects.values_list()) == before


def test_every_right_answer_of_the_pack_is_marked_right() -> None:
    pack, _content = builders.pack()
    for step in pack.steps.values():
        for block in step.blocks:
            if isinstance(block, Quiz):
                data = QueryDict(mutable=True)
                for name, value in right_answer(block).items():
                    data.setlist(name, value if isinstance(value, list) else [value])
                assert mark(block, answer_of(block, data)).right, block.id
