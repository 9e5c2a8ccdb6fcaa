from __future__ import annotations

import pytest
from nights import Player
from people import Person

pytestmark = pytest.mark.django_db


def test_a_night_alone_is_won_and_told(alice: Person) -> None:
    player = Player(alice)
    player.alone()
    assert "23:50" in player.page
    player.play("open:usage", "act:truncate")
    assert "Won at 23:55" in player.text
    player.close(cause="logs", prevention=["rotate"])
    assert "Won at 23:55, 100 of 100" in player.text
    run = player.run
    assert (run.result, run.turns.count(), run.ended is not None) == (100, 3, True)
