"""Drills in a run: what an answer is, how it counts, what it carries on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pack_builders import TEXTS, encoded
from play_builders import answered, decision, left, option, pack, single, step

from archlab.domain.grading.drill import Move
from archlab.domain.pack import Branch, Drill, load
from archlab.domain.pack.play import (
    AnswerRefused,
    Event,
    check_answer,
    drill_answer,
    mark,
    night_of,
    replay,
)

STOP = Move("stop")
WON = (Move("open", "usage"), Move("act", "empty"), Move("name", "logs"))
ROTATE = Move("prevent", "rotate")
FLAGS = (
    {"id": "big", "text": "The learner took the big task"},
    {"id": "mood", "text": "How it feels", "values": ("calm", "tense"), "default": "tense"},
)


def full(id_: str = "full", **more: object) -> Drill:
    block = load(encoded(TEXTS)).block("full")
    assert isinstance(block, Drill)
    return block.model_copy(update={"id": id_, **more})


def played(*moves: Move, block: str = "full", at: str = "night", attempt: int = 0) -> Event:
    return Event("answered", at, block, drill_answer(moves, {"big": False}), attempt)


def test_an_answer_is_its_moves_and_the_flags_of_its_start() -> None:
    answer = drill_answer((STOP,), {"big": True, "n": Decimal(3), "mood": "calm"})
    assert answer == {
        "moves": [{"kind": "stop"}],
        "flags": {"big": True, "mood": "calm", "n": "3"},
    }


def test_the_score_of_a_drill_is_its_result() -> None:
    marking = mark(full(), drill_answer((*WON, ROTATE), {}))
    assert marking.right
    assert [(part.id, part.right) for part in marking.parts] == [("logs", True)]
    missed = mark(full(), drill_answer((Move("name", "rows"), STOP), {}))
    assert missed.raw == 0
    assert [(part.id, part.right) for part in missed.parts] == [("rows", False)]


def test_a_drill_starts_with_the_flags_of_its_answer() -> None:
    answer = drill_answer((STOP,), {"big": True})
    assert night_of(full(), answer).history["refused"][0] == 51
    assert night_of(full(), drill_answer((STOP,), {})).history["refused"][0] == 47


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"moves": []},
        {"moves": [{"kind": "open", "id": "usage"}]},
        {"moves": [{"kind": "act", "id": "empty"}, {"kind": "stop"}]},
        {"moves": [{"kind": "stop"}, {"kind": "stop"}]},
        {"moves": "stop"},
        {"moves": [{"kind": "stop"}], "flags": ["big"]},
        {"moves": [{"kind": "stop"}], "flags": {"big": 1}},
        {"moves": [{"kind": "stop"}], "flags": {"big": "x" * 41}},
        {"moves": [{"kind": "stop"}], "flags": {f"f{n}": True for n in range(41)}},
    ],
)
def test_a_night_that_is_not_over_or_does_not_fit_is_refused(answer: dict[str, object]) -> None:
    with pytest.raises(AnswerRefused):
        check_answer(full(), answer)


def test_a_drill_is_needed_for_its_step_unless_it_is_optional() -> None:
    must, may = step("night", full()), step("night", full(optional=True))
    assert [one.id for one in replay(pack(must), []).undone("night")] == ["full"]
    assert replay(pack(must), [played(STOP)]).done("night")
    assert replay(pack(may), []).done("night")


def test_the_best_night_counts_and_none_costs_anything() -> None:
    nights = [played(STOP, attempt=1), played(*WON, attempt=2), played(STOP, attempt=3)]
    play = replay(pack(step("night", full())), nights)
    assert [attempt.score for attempt in play.attempts("full")] == [0, Decimal(85) / 90, 0]
    assert play.score("full") == play.total == Decimal(85) / 90
    assert play.may_answer("full")
    assert play.revealed("full")


def test_the_same_night_sent_twice_is_one_attempt() -> None:
    play = replay(pack(step("night", full())), [played(STOP, attempt=1), played(STOP, attempt=1)])
    assert len(play.attempts("full")) == 1


def test_a_drill_is_played_again_after_it_was_won_and_after_its_step_was_left() -> None:
    events = [played(*WON, ROTATE), left("night"), played(STOP)]
    play = replay(pack(step("night", full(), next="later"), step("later")), events)
    assert len(play.attempts("full")) == 2
    assert play.score("full") == 1


def test_a_drill_weighs_its_points() -> None:
    heavy = full(points_=3)
    events = [played(*WON, ROTATE), answered("night", "ask", "no")]
    play = replay(pack(step("night", heavy, single("ask"))), events)
    assert play.total == Decimal("0.75")


def test_a_night_that_does_not_fit_any_more_is_left_out_with_a_note() -> None:
    play = replay(pack(step("night", full())), [played(Move("act", "gone"), STOP)])
    assert play.attempts("full") == ()
    assert [note.block for note in play.notes] == ["full"]


def test_the_prevention_of_the_last_night_is_carried_on() -> None:
    night = pack(step("night", full()), flags=FLAGS)
    assert replay(night, []).flags == {"big": False, "mood": "tense"}
    assert replay(night, [played(*WON, ROTATE)]).flags["mood"] == "calm"
    assert replay(night, [played(*WON, ROTATE), played(*WON)]).flags["mood"] == "tense"


def test_what_comes_later_on_the_path_sets_a_flag_last() -> None:
    tense = decision("calmer", option("yes", "best", flags={"mood": "tense"}), option("no"))
    before = pack(step("night", tense, full(), next="end"), flags=FLAGS)
    chose = answered("night", "calmer", "yes")
    assert replay(before, [chose, played(STOP, ROTATE)]).flags["mood"] == "calm"
    after = pack(step("night", full(), next="later"), step("later", tense), flags=FLAGS)
    events = [played(STOP, ROTATE), left("night"), answered("later", "calmer", "yes")]
    assert replay(after, events[:2]).flags["mood"] == "calm"
    assert replay(after, events).flags["mood"] == "tense"


def test_a_branch_sees_the_prevention_and_the_score() -> None:
    ways = (Branch(when="score('full') > 0.9 and flag('big')", to="good"), Branch(to="bad"))
    big = full(prevention=(full().prevention[0].model_copy(update={"flags": {"big": True}}),))
    one = pack(step("night", big, next=ways), step("good"), step("bad"), flags=FLAGS)
    assert replay(one, [played(*WON, ROTATE), left("night")]).step == "good"
    assert replay(one, [played(*WON), left("night")]).step == "bad"
