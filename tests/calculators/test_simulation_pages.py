"""A simulation in a step: predicted first, then run by its form, and no part of the progress."""

from __future__ import annotations

import html
from random import Random
from typing import Any
from urllib.parse import quote

import builders
import pytest
from people import Person
from player import Player

from archlab.calculators.labs.kernel import KERNEL
from archlab.domain.pack.play import Play
from archlab.journeys.models import StepEvent
from archlab.journeys.queries import play_of

pytestmark = pytest.mark.django_db

FRAGMENT = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}
ID, AFTER = "sim-idle-util", "Nobody waits for a process."
RESULTS = ("87 ms", "0.8 %", AFTER, "99 of 100 requests within", "ledger", "exact-2")
SEED = 20261121
HOSTILE = ["", "-1", "0", "9", "2.5", "1e9", "9" * 400, "3 tasks", "NaN", "\u0142", "\x00", "%"]


@pytest.fixture
def player(alice: Person) -> Player:
    """Alice has answered all of j2-02 and stands on the step behind it."""
    one = Player(alice, slug="ec2-to-lambda")
    one.start()
    one.play(until="j2-05")
    return one


def step(player: Player) -> str:
    return f"/journeys/{player.enrolment.id}/j2-02/"


def page(player: Player, query: str = "", **headers: str) -> Any:
    return player.person.get(f"{step(player)}{query and '?'}{query}", **headers)


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return html.unescape(response.content.decode())


def block(player: Player, query: str = "", **headers: str) -> str:
    """The section of the simulation alone."""
    return (
        text(page(player, query, **headers)).partition(f'id="{ID}"')[2].partition("</section>")[0]
    )


def predict(player: Player, status: int = 200, /, **values: str) -> str:
    form = builders.forms_in(text(page(player)))[f"form-{ID}"]
    sent = player.person.post(form.action, {**form.sending(), **values}, follow=True)
    return text(sent, status).partition(f'id="{ID}"')[2].partition("</section>")[0]


def play(player: Player) -> Play:
    return play_of(player.enrolment)


# ---- predict first


@pytest.mark.parametrize("query", ["", f"_block={ID}&machines=4", f"_block={ID}&machines=x"])
@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_before_the_predictions_no_byte_of_the_run_is_sent(
    player: Player, query: str, headers: dict[str, str]
) -> None:
    shown = block(player, query, **headers)
    assert "Run it and compare" in shown
    assert "2 h of 1.16 requests a second" in shown
    assert [one for one in RESULTS if one in shown] == []


def test_predictions_stand_beside_the_run_with_how_far_off_they_were(player: Player) -> None:
    shown = predict(player, 200, **{"guess-slow": "38", "guess-busy": "0.8"})
    assert "Not close: you guessed 38 ms, 56 % too low. It is 87 ms" in shown
    assert "Close: you guessed 0.8 %, 2.2 % too high. It is 0.8 %" in shown
    assert AFTER in shown
    moved = block(player, f"_block={ID}&machines=4")
    assert "you guessed 38 ms, 56 % too low" in moved, "the guess was about the defaults"
    assert "Machines 4" in moved


def test_who_does_not_want_to_guess_sees_the_run(player: Player) -> None:
    shown = predict(player, skip="1")
    assert "It is 87 ms" in shown
    assert AFTER in shown
    assert "exact simulation" in shown


def test_predictions_are_one_event_and_score_nothing(player: Player) -> None:
    before = play(player)
    predict(player, 200, **{"guess-slow": "75", "guess-busy": "1"})
    kept = StepEvent.objects.get(block=ID)
    assert (kept.kind, kept.payload) == ("asked", {"guesses": {"slow": "75", "busy": "1"}})
    after = play(player)
    assert (after.total, after.step, after.visited) == (before.total, before.step, before.visited)


def test_the_first_predictions_stand(player: Player) -> None:
    form = builders.forms_in(text(page(player)))[f"form-{ID}"]
    for value, status in [("10", 302), ("10", 302), ("19", 409)]:
        typed = {**form.sending(), "guess-slow": value, "guess-busy": "5"}
        assert player.person.post(form.action, typed).status_code == status
    assert StepEvent.objects.filter(block=ID).count() == 1


@pytest.mark.parametrize("typed", ["", "most", "1e9", "\x00", "9" * 400, "<b>"])
def test_a_prediction_that_is_no_number_is_asked_again_and_nothing_is_lost(
    player: Player, typed: str
) -> None:
    again = predict(player, 422, **{"guess-slow": "99", "guess-busy": typed})
    assert 'value="99"' in again
    assert "how full do the two processes get" in again
    assert not StepEvent.objects.filter(block=ID).exists()
    assert [one for one in RESULTS if one in again] == []


def test_a_step_can_be_left_without_a_prediction(player: Player) -> None:
    assert play(player).step == "j2-05"
    assert play(player).answer(ID) is None


# ---- levers


def test_a_swap_takes_nothing_but_the_simulation(player: Player) -> None:
    predict(player, skip="1")
    shown = text(page(player, f"_block={ID}&machines=4", **FRAGMENT))
    assert shown.lstrip().startswith(f'<section class="wide" id="{ID}">')
    assert 'id="body"' not in shown
    assert 'hx-swap="textContent">99 of 100 requests within: 87 ms' in shown


def test_without_scripts_the_form_gives_the_step_at_its_levers(player: Player) -> None:
    predict(player, skip="1")
    form = builders.forms_in(text(page(player)))[f"sim-{ID}"]
    assert (form.method, form.action) == ("get", f"{step(player)}#{ID}")
    sent = "&".join(
        f"{name}={quote(str(value))}" for name, value in form.sending(machines=4).items()
    )
    assert "Machines 4" in block(player, sent)


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_lever_out_of_range_is_a_sentence_and_keeps_the_last_run(
    player: Player, typed: str
) -> None:
    predict(player, skip="1")
    query = f"_block={ID}&_last=machines%3D4&machines={quote(typed)}"
    shown = text(page(player, query, **FRAGMENT), 422)
    assert "Shown below is the last state without a mistake." in shown
    assert "Machines 4" in shown


def test_nonsense_in_the_address_never_breaks_the_page(player: Player) -> None:
    predict(player, skip="1")
    random = Random(SEED)  # noqa: S311  # no secret
    for _round in range(12):
        name = random.choice(["machines", "_last", "client.attempts", "\u0142", "guess-slow"])
        typed = random.choice([*HOSTILE, "machines=99", "&".join(["a=1"] * 200)])
        query = f"_block={ID}&{quote(name)}={quote(typed)}"
        assert page(player, query).status_code in (200, 422), query


def test_a_simulation_of_somebody_else_is_not_there(player: Player, charlie: Person) -> None:
    assert charlie.get(f"{step(player)}?_block={ID}&machines=4").status_code == 404
    sent = charlie.post(f"{step(player)}{ID}/answer/", {"skip": "1"})
    assert sent.status_code == 404
    assert not StepEvent.objects.filter(block=ID).exists()


# ---- the kernel is not there yet


def test_while_the_simulator_is_prepared_the_page_says_so_and_asks_again(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(type(KERNEL), "is_preparing", property(lambda _kernel: True))
        shown = predict(player, skip="1")
    assert "The simulator is being prepared" in shown
    assert f"?_block={ID}" in shown
    assert "It is 87 ms" in block(player), "what was shown meanwhile is not kept"
