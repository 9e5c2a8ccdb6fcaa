"""The pages around the steps: home, map, reasons, comparison, bench, end, and a second run."""

from __future__ import annotations

import html
import re
from typing import Any

import builders
import pytest
from django.test import Client
from people import Person
from player import Player

from archlab.domain.pack import BillView, Decision
from archlab.journeys.models import Enrolment, StepEvent
from archlab.journeys.queries import play_of

pytestmark = pytest.mark.django_db
ODD = ["", "nothing", "<script>", "\x00", "x" * 5000, "\u202e", "744.0", "None"]


def player_at(person: Person, step: str | None, **choices: str) -> Player:
    player = Player(person, {name.replace("_", "-"): option for name, option in choices.items()})
    player.start()
    player.play(until=step)
    return player


def base(player: Player) -> str:
    return f"/journeys/{player.enrolment.id}/"


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def rows() -> list[tuple[object, ...]]:
    return list(StepEvent.objects.order_by("id").values_list())


# ---- home


def test_home_shows_a_stranger_no_card(stranger: Client) -> None:
    builders.published()
    assert 'class="resume"' not in text_of(stranger.get("/"))


def test_home_says_where_one_stopped_and_how_far_one_is(alice: Person) -> None:
    player = player_at(alice, "j0-03")
    page = text_of(alice.get("/"))
    assert f"You are at: {player.pack.steps['j0-03'].title}" in page
    assert "2 of 15 steps done" in page
    assert f'href="{base(player)}resume/"' in page


def test_home_looks_back_on_a_finished_journey(alice: Person) -> None:
    player = player_at(alice, None)
    page = text_of(alice.get("/"))
    assert f"You finished: {player.pack.scenario.title}" in page
    assert "15 of 15 steps done" in page


def test_a_detour_never_makes_more_steps_done_than_there_are(alice: Person) -> None:
    player = player_at(alice, None, j0_d5=option_to("j0-06b"))
    assert "j0-06b" in player.seen
    for path in ("/", base(player), f"{base(player)}j0-15/"):
        done, count = map(int, re.findall(r"(\d+) of (\d+) (?:steps )?done", get(alice, path))[0])
        assert (done, count) == (len(player.seen), len(player.seen)), path


def option_to(step: str) -> str:
    pack, _content = builders.pack()
    decisions = (b for s in pack.steps.values() for b in s.blocks if isinstance(b, Decision))
    return next(o.id for decision in decisions for o in decision.options if o.goto == step)


def get(person: Person, path: str) -> str:
    return text_of(person.get(path))


# ---- map


def test_the_map_tells_done_here_and_ahead_apart(alice: Person) -> None:
    player = player_at(alice, "j0-04")
    page = text_of(alice.get(base(player)))
    states = re.findall(r'<li class="(done|here|ahead)( detour)?"', page)
    assert [state for state, _detour in states] == ["done"] * 3 + ["here"] + ["ahead"] * 11
    assert f'href="{base(player)}j0-03/"' in page
    assert f'href="{base(player)}j0-05/"' not in page


def test_the_map_names_the_branches_that_no_choice_leads_to_any_more(alice: Person) -> None:
    player = player_at(alice, "j0-08")
    page = text_of(alice.get(base(player)))
    assert "Branches not taken" in page
    assert player.pack.steps["j0-07b"].title in page


# ---- why


def test_each_needle_has_its_reasons(alice: Person) -> None:
    player = player_at(alice, "j0-10")
    wanted = {
        "usd": ["AmazonECS:fargate", "for 744 hours", "prices-2026-11"],
        "latency": ["99 of 100 within", "percentiles of hops do not add up"],
        "downtime": ["a month hit all requests", "assumed"],
    }
    for needle, words in wanted.items():
        page = text_of(alice.get(f"{base(player)}j0-09/why/{needle}/"))
        assert [word for word in words if word not in page] == []


@pytest.mark.parametrize("needle", ["money", "USD", "usd-", "a" * 200])
def test_an_unknown_needle_is_a_404(alice: Person, needle: str) -> None:
    player = player_at(alice, "j0-02")
    assert alice.get(f"{base(player)}j0-01/why/{needle}/").status_code == 404


# ---- compare


def compared(player: Player) -> tuple[str, Decision]:
    block = player.pack.block("j0-d1")
    assert isinstance(block, Decision)
    return f"{base(player)}j0-02/j0-d1/compare/", block


def checked(page: str, side: str) -> list[str]:
    inputs = re.findall(rf'<input type="radio" name="{side}" value="([^"]+)"[^>]* checked', page)
    return list(inputs)


def test_an_odd_side_of_a_comparison_is_as_if_it_were_not_there(alice: Person) -> None:
    player = player_at(alice, "j0-03")
    url, block = compared(player)
    plain = text_of(alice.get(url))
    assert checked(plain, "a") == [(block.documented or block.best).id]
    assert len(checked(plain, "b")) == 1
    for odd in ODD:
        page = text_of(alice.get(url, data={"a": odd, "b": odd}))
        assert checked(page, "a") == checked(plain, "a")
        assert checked(page, "b") == checked(plain, "b")


def test_any_two_options_can_be_compared_also_one_with_itself(alice: Person) -> None:
    player = player_at(alice, "j0-03")
    url, block = compared(player)
    for a in block.options:
        for b in block.options:
            page = text_of(alice.get(url, data={"a": a.id, "b": b.id}))
            assert (checked(page, "a"), checked(page, "b")) == ([a.id], [b.id])
            assert ("Their bills are the same" in page) >= (a is b)


def test_there_is_nothing_to_compare_before_the_choice(alice: Person) -> None:
    player = player_at(alice, "j0-02")
    url, _block = compared(player)
    assert alice.get(url).status_code == 404
    assert alice.get(url.replace("j0-d1", "j0-01q1")).status_code == 404


def test_a_swap_of_the_comparison_is_its_sides_alone(alice: Person) -> None:
    url, _block = compared(player_at(alice, "j0-03"))
    swapped = alice.get(url, headers={"HX-Request-Type": "partial"}).content.decode()
    assert swapped.startswith('<div id="sides"')


# ---- the bench


FORGED: list[tuple[dict[str, str], int]] = [
    ({"hours": "730"}, 409),
    ({"hours": "1"}, 422),
    ({"hours": ""}, 422),
    ({"key": ""}, 409),
    ({"key": "0d9bb10e-4f6e-5b5f-8c4f-1f8ff0a3c1aa"}, 409),
]


def at_the_bench(person: Person) -> tuple[Player, BillView, str]:
    """The bench of the bill, with every question before it answered."""
    player = player_at(person, "j0-14")
    step = player.pack.steps["j0-13"]
    block = next(b for b in step.blocks if isinstance(b, BillView) and b.mode == "reconcile")
    return player, block, f"{base(player)}j0-13/{block.id}/"


def solved(block: BillView) -> dict[str, str]:
    return {knob: f"{value}" for knob, value in block.solution.items()}


def closing(page: str) -> dict[str, str] | None:
    """The hidden fields of the button that keeps a solution; None where there is none."""
    form = next((f for n, f in builders.forms_in(page).items() if n.startswith("keep-")), None)
    return dict(form.fields) if form else None


def test_the_right_dials_close_nine_lines_and_can_be_kept_once(alice: Person) -> None:
    player, block, url = at_the_bench(alice)
    page = text_of(alice.get(url, data=solved(block)))
    assert "All 9 lines are closed. Nothing is left." in page
    fields = closing(page)
    assert fields is not None
    for _click in range(2):
        assert alice.post(f"{url}answer/", fields).status_code == 302
    kept = StepEvent.objects.get(kind="closed")
    assert kept.payload == {"knobs": solved(block)}
    assert "You closed this bill" in text_of(alice.get(f"{base(player)}j0-13/"))


def test_one_wrong_dial_leaves_a_line_open_and_nothing_to_keep(alice: Person) -> None:
    _player, block, url = at_the_bench(alice)
    for wrong in ({"hours": "730"}, {"arch": "x86_64"}, {"keys": "12"}):
        page = text_of(alice.get(url, data=solved(block) | wrong))
        assert "lines are closed. Nothing is left." not in page
        assert closing(page) is None


def test_an_odd_dial_stands_at_its_first_position(alice: Person) -> None:
    _player, block, url = at_the_bench(alice)
    first = {"hx-request-type": "partial"}
    plain = alice.get(url, headers=first)
    for odd in ODD:
        dials = {knob.id: odd for knob in block.knobs} | {"more": odd}
        assert alice.get(url, data=dials, headers=first).content == plain.content


def test_a_forged_closing_is_refused_and_nothing_is_kept(alice: Person) -> None:
    _player, block, url = at_the_bench(alice)
    fields = closing(text_of(alice.get(url, data=solved(block))))
    assert fields is not None
    before = rows()
    for forged, status in FORGED:
        refused = alice.post(f"{url}answer/", fields | forged)
        assert refused.status_code == status, forged
        assert refused.content.decode().count('class="problem"') == 1
    assert rows() == before


def test_only_a_bench_has_a_page_of_its_own(alice: Person) -> None:
    player = player_at(alice, "j0-03")
    for block in ("j0-01q1", "j0-d0", "nothing"):
        assert alice.get(f"{base(player)}j0-01/{block}/").status_code == 404


def test_the_bench_is_closed_while_a_question_before_it_waits(alice: Person) -> None:
    player = player_at(alice, "j0-13")
    step = player.pack.steps["j0-13"]
    bench = next(b for b in step.blocks if isinstance(b, BillView) and b.mode == "reconcile")
    refused = alice.get(f"{base(player)}j0-13/{bench.id}/")
    assert refused.status_code == 409
    assert "Answer it first" in refused.content.decode()


# ---- order, repeats and the end


def test_a_question_further_down_takes_no_answer_before_its_turn(alice: Person) -> None:
    player = player_at(alice, "j0-12")
    before = rows()
    refused = alice.post(f"{base(player)}j0-12/j0-d9/answer/", {"option": "private-nat"})
    assert refused.status_code == 409
    assert "Answer it first" in refused.content.decode()
    assert alice.post(f"{base(player)}j0-12/j0-d9/hint/").status_code == 409
    assert rows() == before


def test_a_key_of_one_question_answers_no_other(alice: Person) -> None:
    player = player_at(alice, "j0-02")
    spent = StepEvent.objects.filter(kind="answered").first()
    assert spent is not None
    before = rows()
    refused = alice.post(
        f"{base(player)}j0-02/j0-d1/answer/", {**spent.payload, "key": str(spent.key)}
    )
    assert refused.status_code == 409
    assert rows() == before


def test_the_same_option_with_another_reason_is_not_the_same_answer(alice: Person) -> None:
    player = player_at(alice, "j0-02")
    url = f"{base(player)}j0-02/"
    form = builders.forms_in(alice.get(url).content.decode())["form-j0-d1"]
    option = form.choices["option"][0]
    alice.post(form.action, {**form.sending(option=option), "reason": ""})
    before = rows()
    second = alice.post(form.action, {**form.sending(option=option), "reason": "a new thought"})
    assert second.status_code == 409
    assert rows() == before


def test_a_reason_has_500_characters_and_its_line_ends_count_once(alice: Person) -> None:
    player = player_at(alice, "j0-02")
    form = builders.forms_in(alice.get(f"{base(player)}j0-02/").content.decode())["form-j0-d1"]
    option = form.choices["option"][0]
    refused = alice.post(form.action, {**form.sending(option=option), "reason": "x" * 501})
    assert refused.status_code == 422
    assert "Keep the reason to 500 characters." in refused.content.decode()
    assert "x" * 501 in refused.content.decode()
    lines = "y" * 249 + "\r\n" + "z" * 250
    assert alice.post(form.action, form.sending(option=option, reason=lines)).status_code == 302
    stored = StepEvent.objects.get(block="j0-d1").payload["reason"]
    assert stored == lines.replace("\r\n", "\n")


def test_a_refused_guess_keeps_what_was_chosen(alice: Person) -> None:
    player = player_at(alice, "j0-14")
    url = f"{base(player)}j0-13/"
    form = builders.forms_in(alice.get(url).content.decode())["form-claims-j0-13"]
    first = next(iter(form.choices))
    refused = alice.post(form.action, {**form.sending(), first: "unsafe"})
    assert refused.status_code == 422
    assert "Choose a verdict for each claim." in refused.content.decode()
    again = builders.forms_in(refused.content.decode())["form-claims-j0-13"]
    assert (first, "unsafe") in again.fields


def test_the_end_page_waits_for_the_end(alice: Person) -> None:
    player = player_at(alice, "j0-02")
    response = alice.get(f"{base(player)}end/")
    assert (response.status_code, response.headers["Location"]) == (302, base(player))


def test_the_end_page_lists_every_decision_and_both_bills(alice: Person) -> None:
    player = player_at(alice, None)
    page = text_of(alice.get(f"{base(player)}end/"))
    taken = play_of(player.enrolment).decisions
    assert f"{len(taken)} decisions" in page
    for one in taken:
        assert f"{base(player)}{one.step}/" in page
        assert one.option.text in page
    assert "because it fits" in page
    assert "90.87" in page
    assert f"/records/{player.enrolment.id}/decisions.zip" in page


def test_starting_again_is_one_new_run_and_the_old_one_stays(alice: Person) -> None:
    player = player_at(alice, None)
    old, before = player.enrolment.id, rows()
    addresses = [alice.post(f"/journeys/{old}/again/").headers["Location"] for _click in range(2)]
    assert addresses[0] == addresses[1]
    assert str(old) not in addresses[0]
    assert Enrolment.objects.count() == 2
    assert rows() == before
    assert alice.get(addresses[0], follow=True).request["PATH_INFO"].endswith("/j0-01/")
    assert alice.get(f"/journeys/{old}/end/").status_code == 200


def test_nobody_starts_the_run_of_somebody_else_again(alice: Person, charlie: Person) -> None:
    player = player_at(alice, "j0-02")
    assert charlie.post(f"{base(player)}again/").status_code == 404
    assert Enrolment.objects.count() == 1


def test_starting_an_unknown_scenario_makes_no_guest(stranger: Client) -> None:
    from archlab.accounts.models import Learner

    response = stranger.post("/scenarios/nothing-like-it/start/")
    assert response.status_code == 404
    assert not Learner.objects.exists()
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("tail", ["", "end/", "resume/", "j0-01/", "j0-01/why/usd/"])
def test_what_is_read_is_not_posted_to(alice: Person, tail: str) -> None:
    player = player_at(alice, "j0-02")
    assert alice.post(base(player) + tail).status_code == 405


@pytest.mark.parametrize("tail", ["j0-01/on/", "j0-01/j0-d0/answer/", "j0-01/j0-d0/hint/"])
def test_reloading_what_was_sent_leads_back_to_the_step(alice: Person, tail: str) -> None:
    player = player_at(alice, "j0-02")
    before = rows()
    response = alice.get(base(player) + tail)
    assert (response.status_code, response["Location"]) == (302, f"{base(player)}j0-01/")
    assert alice.client.put(base(player) + tail).status_code == 405
    assert rows() == before


def test_starting_again_is_not_got(alice: Person) -> None:
    player = player_at(alice, "j0-02")
    assert alice.get(f"{base(player)}again/").status_code == 405


def test_what_asks_nothing_takes_no_answer(alice: Person) -> None:
    player = player_at(alice, "j0-14")
    before = rows()
    for step, block in (
        ("j0-01", "map-j0-01"),
        ("j0-13", "claims-j0-13c"),
        ("j0-13", "bill-j0-13"),
    ):
        assert player.pack.block(block) is not None
        answer = alice.post(f"{base(player)}{step}/{block}/answer/", {"verdict-cx-03": "unsafe"})
        assert answer.status_code == 404
    assert rows() == before


def test_a_refused_change_of_mind_says_why_and_keeps_the_words(alice: Person) -> None:
    player = player_at(alice, "j0-02")
    url = f"{base(player)}j0-02/"
    block = player.pack.block("j0-d1")
    assert isinstance(block, Decision)
    player.answer(alice.get(url), block, option=block.options[0].id, reason="first")
    refused = player.answer(alice.get(url), block, option=block.options[1].id, reason="w" * 501)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert page.count('class="problem"') == 1
    assert 'id="j0-d1-again" open>' in page
    assert "w" * 501 in page
    assert StepEvent.objects.get(block="j0-d1").payload["reason"] == "first"
