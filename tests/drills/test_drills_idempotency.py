from __future__ import annotations

from collections import Counter

import nights
import pytest
from crowd import at_once, browsers
from nights import Player
from people import Person

from archlab.drills.models import DrillMove, DrillRun

pytestmark = pytest.mark.django_db


def test_a_double_click_is_one_move(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    key = player.key()
    player.send("wait:5", key=key)
    once = player.text
    player.send("wait:5", key=key)
    assert player.response.status_code == 200
    assert player.text == once
    assert DrillMove.objects.get().moves == [{"kind": "wait", "minutes": 5}]


def test_the_same_key_with_another_move_is_refused_with_the_night_as_it_is(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    key = player.key()
    player.send("wait:5", key=key)
    player.send("wait:15", key=key)
    assert player.response.status_code == 409
    assert "The night has gone on" in player.text
    assert "23:55" in player.text
    assert DrillMove.objects.get().moves == [{"kind": "wait", "minutes": 5}]


@pytest.mark.parametrize("key", ["", "no key", "00000000-0000-4000-8000-000000000000"])
def test_a_page_that_is_behind_is_refused_with_the_night_as_it_is(alice: Person, key: str) -> None:
    player = Player(alice)
    player.alone()
    url = f"/drills/runs/{player.run.pk}/turn/"
    player.response = alice.post(url, {"move": "wait:5", "key": key})
    assert player.response.status_code == 409
    assert "23:50" in player.text
    assert not DrillMove.objects.exists()


def test_a_swap_gets_the_night_alone_also_when_refused(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    url = f"/drills/runs/{player.run.pk}/turn/"
    swap = {"HX-Request": "true", "HX-Request-Type": "partial"}
    response = alice.post(url, {"move": "wait:5", "key": ""}, headers=swap)
    assert response.status_code == 409
    assert response.content.decode().lstrip().startswith('<div id="night"')


def test_the_end_is_declared_once(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    player.play("stop")
    over = player.response
    player.close(cause="logs", prevention=["rotate", "bigger"])
    player.response = over
    player.close(cause="logs", prevention=["rotate", "bigger"])
    assert player.response.status_code == 200
    player.response = over
    player.close(cause="db")
    assert player.response.status_code == 409
    assert "Debrief" in player.page
    assert DrillMove.objects.count() == 2


def test_no_move_comes_after_the_debrief(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    player.play("stop")
    run = player.run
    player.close()
    for key in ("", str(run.turns.last().key)):  # type: ignore[union-attr]
        response = alice.post(f"/drills/runs/{run.pk}/turn/", {"move": "wait:1", "key": key})
        assert response.status_code == 409
    assert run.turns.count() == 2


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_fifty_posts_of_one_key_at_once_are_one_move(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    url, key = f"/drills/runs/{player.run.pk}/turn/", player.key()

    sent = [{"move": "wait:5" if n % 2 else "wait:1", "key": key} for n in range(50)]
    answers = at_once(browsers(alice, 50), url, sent)
    assert Counter(answers) == {303: 25, 409: 25}
    assert DrillMove.objects.count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_starts_at_once_are_one_night(alice: Person) -> None:
    nights.published()
    url = f"/drills/{nights.SLUG}/{nights.DRILL}/start/"
    assert at_once(browsers(alice, 8), url, [{}] * 8) == [303] * 8
    assert DrillRun.objects.count() == 1
