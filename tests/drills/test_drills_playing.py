from __future__ import annotations

import html
import re
from typing import Any

import nights
import pytest
from django.test import Client
from nights import SECRETS, Player
from people import Person

from archlab.accounts.models import Learner
from archlab.drills.models import DrillMove, DrillRun

pytestmark = pytest.mark.django_db


def test_a_night_alone_is_won_and_told(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    assert "23:50" in player.text
    player.play("open:usage", "act:truncate")
    assert "Won at 23:55" in player.text
    player.close(cause="logs", prevention=["rotate"])
    assert "Won at 23:55, 100 of 100" in player.text
    run = player.run
    assert (run.result, run.turns.count(), run.ended is not None) == (100, 3, True)


def test_a_stranger_becomes_a_guest_by_beginning_a_night(stranger: Client) -> None:
    nights.published()
    response = stranger.post(f"/drills/{nights.SLUG}/{nights.DRILL}/start/", follow=True)
    assert response.status_code == 200
    assert DrillRun.objects.get().learner == Learner.objects.get()


def test_two_starts_are_one_night_and_again_is_another(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    player.alone()
    first = DrillRun.objects.get()
    player.play("stop")
    player.close()
    again = f"/drills/runs/{first.pk}/again/"
    player.response = alice.post(again, follow=True)
    assert player.run != first
    assert alice.post(again, follow=True).request["PATH_INFO"] == f"/drills/runs/{player.run.pk}/"
    assert DrillRun.objects.count() == 2


def test_nothing_that_only_the_debrief_may_say_is_in_a_page_before(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    moves = ["", "wait:5", "open:usage", "open:shell", "act:restart", "act:tell", "act:truncate"]
    for move in moves:
        if move:
            player.play(move)
        page = html.unescape(player.page)
        assert [secret for secret in SECRETS if html.unescape(secret) in page] == [], move
        assert "Anger" not in page
        assert ("Rotate the logs" in page) == ("Won" in page), "preventions come after the end"
    player.close(cause="db")
    page = html.unescape(player.page)
    assert [secret for secret in SECRETS if html.unescape(secret) not in page] == []


def test_evidence_is_not_in_the_page_before_it_is_opened(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    evidence = {"usage": "45 GB in container logs", "syslog": "no space left", "free": "chart-free"}
    for panel, shown in evidence.items():
        assert shown not in player.page
        player.play(f"open:{panel}")
        assert shown in player.page


def test_a_metric_shows_no_value_of_later_minutes(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    player.play("open:free")
    assert "0 now" in player.text
    assert "rest of the night" not in player.page, "its words tell the whole line"
    assert ">45<" not in player.page
    player.play("wait:15", "wait:15", "wait:5", "wait:5")
    assert '<th scope="row">40</th>' in player.page
    assert '<th scope="row">45</th>' not in player.page


def test_an_action_names_what_it_waits_for(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    assert 'First: "Disk usage by folder".' in player.text
    assert 'value="act:truncate"' not in player.page
    player.play("open:usage")
    assert 'value="act:truncate"' in player.page


@pytest.mark.parametrize(
    ("move", "sentence"),
    [
        ("act:truncate", 'First: "Disk usage by folder".'),
        ("open:shell", 'First: "Disk usage by folder".'),
        ("act:nothing", "not part of the drill"),
        ("wait:0", "Wait for a whole number of minutes"),
        ("wait:46", "Wait for a whole number of minutes"),
        ("wait:x", "Wait a whole number of minutes"),
        ("prevent:rotate", "prevention is chosen after the end"),
        ("dance", "A move is one of"),
        ("", "A move is one of"),
        ("name", "Choose one of the causes"),
        ("act:" + "x" * 5000, "names nothing of the drill"),
    ],
)
def test_a_move_that_does_not_fit_is_refused_with_a_sentence(
    alice: Person, move: str, sentence: str
) -> None:
    player = Player(alice)
    player.alone()
    assert player.send(move).status_code == 422
    assert sentence in player.text
    assert "23:50" in player.text
    assert not DrillMove.objects.exists()


def test_the_end_is_not_declared_before_the_night_is_over(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    url = f"/drills/runs/{player.run.pk}/close/"
    player.response = alice.post(url, {"key": player.key()})
    assert player.response.status_code == 422
    assert "The night is not over yet" in player.text
    assert DrillRun.objects.get().ended is None


def test_what_was_chosen_stands_in_a_refused_end(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    player.play("stop")
    player.close(cause="nobody", prevention=["rotate"])
    assert player.response.status_code == 422
    assert "Choose one of the causes." in player.text
    assert 'value="rotate" id="prevent-rotate" checked' in player.page
    assert DrillRun.objects.get().ended is None


def test_the_cause_named_during_the_night_is_not_asked_again(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    player.send("name", cause="db")
    assert "You named the cause: The database grew." in player.text
    player.send("name", cause="logs")
    player.play("stop")
    assert 'name="cause"' not in player.page
    player.close()
    assert "You named this" in player.text
    assert DrillRun.objects.get().result == 22  # 20 of 90: the cause alone


def test_the_candidates_stand_in_an_order_of_their_own_all_night(alice: Person) -> None:
    orders = []
    for _night in range(8):
        player = Player(alice)
        player.alone()
        first = re.findall(r'id="cause-(\w+)"', player.page)
        player.play("wait:1")
        assert re.findall(r'id="cause-(\w+)"', player.page) == first
        orders.append(first)
        player.play("stop")
        player.close()
    assert all(sorted(order) == ["attack", "backup", "db", "logs"] for order in orders)
    assert len({tuple(order) for order in orders}) > 1


def test_earlier_decisions_are_asked_and_reach_the_night(alice: Person) -> None:
    nights.published()
    page = alice.get(f"/drills/{nights.SLUG}/{nights.DRILL}/").content.decode()
    assert 'name="flag-alarms"' in page
    assert 'name="flag-backups"' in page
    assert "flag-colour" not in page, "this one changes nothing here"
    player = Player(alice)
    player.alone(alarms="yes", backups="elsewhere")
    assert DrillRun.objects.get().flags == {"alarms": True, "backups": "elsewhere"}
    assert "The alarm woke you early." in player.text
    assert "Backups lie elsewhere." in player.text


@pytest.mark.parametrize("sent", ["", "perhaps", "true", "here' or '1"])
def test_a_flag_that_was_not_offered_is_as_the_scenario_has_it(alice: Person, sent: str) -> None:
    player = Player(alice)
    player.alone(alarms=sent, backups=sent)
    assert DrillRun.objects.get().flags == {"alarms": False, "backups": "here"}


def test_a_log_is_filtered_by_its_address(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    player.play("open:syslog")
    run = f"/drills/runs/{player.run.pk}/"
    player.response = alice.get(run, {"q-syslog": "DISK 99"})
    assert "1 line of 3" in player.text
    assert "disk 98" not in player.text
    player.play("wait:1")
    assert "disk 98" not in player.text, "the filter stays with the next move"
    player.response = alice.get(run, {"q-syslog": "nobody", "q-nothing": "x", "q-": "y"})
    assert "No line has these words." in player.text


def test_the_shelf_has_every_drill_with_the_best_result_of_the_visitor(
    alice: Person, charlie: Person
) -> None:
    player = Player(alice)
    player.alone()
    player.play("open:usage", "act:truncate")
    player.close(cause="logs")
    player.alone()
    player.play("stop")
    player.close()
    shelf = alice.get("/drills/").content.decode()
    assert "Forty-seven messages" in shelf
    assert "Your best: 94 of 100" in shelf
    assert "Your best" not in charlie.get("/drills/").content.decode()


def test_the_shelf_and_a_drill_are_open_to_strangers(stranger: Client) -> None:
    nights.published()
    for path in ("/drills/", f"/drills/{nights.SLUG}/{nights.DRILL}/"):
        assert stranger.get(path).status_code == 200
        assert stranger.post(path).status_code == 405
    assert stranger.get(f"/drills/{nights.SLUG}/none/").status_code == 404
    assert stranger.get("/drills/none/disk-full/").status_code == 404
    assert not Learner.objects.exists()


def test_an_outsider_sees_a_404_as_for_a_night_that_is_not_there(
    alice: Person, charlie: Person, stranger: Client
) -> None:
    player = Player(alice)
    player.alone()
    mine, none = f"/drills/runs/{player.run.pk}/", f"/drills/runs/{player.key()}/"
    for person in (charlie.client, stranger):
        there, missing = person.get(mine), person.get(none)
        assert there.status_code == missing.status_code == 404
        assert _without(mine, there) == _without(none, missing)
        for act in ("turn", "close", "again"):
            sent = {"move": "stop", "key": player.key()}
            assert person.post(f"{mine}{act}/", sent).status_code == 404
    assert not DrillMove.objects.exists()
    assert DrillRun.objects.count() == 1


def test_nights_go_with_their_learner(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    player.play("stop")
    alice.learner.delete()
    assert not DrillRun.objects.exists()
    assert not DrillMove.objects.exists()


def test_asking_for_the_address_of_an_act_leads_back_to_the_night(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    run = f"/drills/runs/{player.run.pk}/"
    for act in ("turn", "close", "again"):
        response = alice.get(f"{run}{act}/")
        assert (response.status_code, response["Location"]) == (302, run)
        assert alice.client.put(f"{run}{act}/").status_code == 405


def test_a_page_of_a_night_costs_few_queries(
    alice: Person, django_assert_max_num_queries: object
) -> None:
    player = Player(alice)
    player.alone()
    player.play("open:usage", "wait:5", "act:restart")
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        alice.get(f"/drills/runs/{player.run.pk}/")


def _without(path: str, response: Any) -> str:
    """A page without its own address and the token of its forms."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return page.replace(path, "")
