"""The rules of a drill, one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from drill_builders import EXAMPLE, action, drill, event, panel, row, variable

from archlab.domain.grading.drill import (
    MOST_MOVES,
    Ending,
    Move,
    MoveRefused,
    Night,
    after,
    begin,
    best,
    idle,
    play,
)
from archlab.domain.pack.blocks import Drill
from archlab.domain.pack.schema import validate
from archlab.domain.pack.yamltext import document

STOP = Move("stop")


def wait(minutes: int) -> Move:
    return Move("wait", minutes=minutes)


def act(id_: str) -> Move:
    return Move("act", id_)


def look(id_: str = "look") -> Move:
    return Move("open", id_)


def number(value: str | int) -> Decimal:
    return Decimal(value)


def past(night: Night, name: str = "x") -> tuple[object, ...]:
    """The history of a variable, to compare with whole numbers."""
    return night.history[name]


def now(night: Night, name: str = "x") -> object:
    return night.values[name]


def kinds(night: Night) -> list[tuple[int, str, str]]:
    return [(entry.minute, entry.kind, entry.id) for entry in night.log]


def refusal(one: Drill, *moves: Move) -> str:
    with pytest.raises(MoveRefused) as refused:
        play(one, moves, {})
    return str(refused.value)


@pytest.fixture(scope="module")
def disk_full() -> Drill:
    body, problems = document("example.yaml", EXAMPLE)
    assert body is not None
    made, refused = validate(Drill, body, {"{id}": "disk-full", "{line}": 1})
    assert made is not None, (problems, refused)
    return made


# the example of the format


def test_the_model_solution_of_the_example_wins_at_minute_5_with_85_of_85_points(
    disk_full: Drill,
) -> None:
    night = best(disk_full, {})
    assert (night.ended, night.minute, night.clock) == ("won", 5, "08:15")
    assert [(one.points, one.earned) for one in night.score_rows] == [(40, 40), (25, 25), (20, 20)]
    assert (night.result, night.score) == (Decimal(100), Decimal(1))
    assert night.cap is None
    assert night.values == {"free_gb": 45, "lost": 57}
    assert past(night, "lost") == (47, 49, 51, 53, 55, 57)
    assert past(night, "free_gb") == (0, 0, 0, 0, 0, 45)


def test_doing_nothing_in_the_example_loses_by_the_clock(disk_full: Drill) -> None:
    night = idle(disk_full, {})
    assert (night.ended, night.minute, night.ending) == ("lost", 45, Ending("clock"))
    assert night.result == 0
    assert now(night, "lost") == 137


def test_the_destructive_action_of_the_example_loses_at_once_and_is_capped(
    disk_full: Drill,
) -> None:
    night = play(disk_full, [act("drop"), Move("name", "logs")], {})
    assert (night.ended, night.minute, night.ending) == ("lost", 2, Ending("action", "drop"))
    assert night.cap == 60
    assert night.result == Decimal(100 * 20) / 85


# minutes


def test_a_minute_drifts_then_clamps() -> None:
    state = {
        "up": variable("8", drift="3", max="10"),
        "down": variable("1", drift="-0.4", min="0"),
        "still": variable("5"),
    }
    night = play(drill(state=state, win="up > 99"), [wait(3)], {})
    assert past(night, "up") == (8, 10, 10, 10)
    assert past(night, "down") == (1, number("0.6"), number("0.2"), 0)
    assert past(night, "still") == (5, 5, 5, 5)


def test_a_variable_that_was_clamped_drifts_back_from_its_limit() -> None:
    acts = (action("one", 0, effects={"x": {"drift": "-1"}}), action("two"), action("three"))
    state = {"x": variable("9", drift="5", max="10")}
    night = play(drill(state=state, actions=acts), [wait(2), act("one"), wait(2)], {})
    assert past(night) == (9, 10, 10, 9, 8)


def test_effects_are_clamped_as_well() -> None:
    acts = (action("one", effects={"x": "70"}), action("two", effects={"x": "-90"}), action("c"))
    state = {"x": variable("0", min="-5", max="50")}
    night = play(drill(state=state, actions=acts), [act("one"), act("two")], {})
    assert past(night) == (0, 50, -5)


def test_an_effect_adds_sets_or_changes_the_drift() -> None:
    effects = {"a": "2", "b": {"set": "7"}, "c": {"drift": "3"}, "d": {"add": "1", "drift": "-1"}}
    state = {name: variable("1") for name in "abcd"}
    acts = (action("one", 0, effects=effects), action("two"), action("three"))
    night = play(drill(state=state, actions=acts, win="a > 99"), [act("one"), wait(1)], {})
    assert night.values == {"a": 3, "b": 7, "c": 4, "d": 1}


def test_drift_comes_before_the_events_of_the_minute() -> None:
    one = drill(
        state={"x": variable("0", drift="1", max="3")},
        events=(event(3, effects={"x": {"set": "0"}}),),
    )
    assert past(play(one, [wait(4)], {})) == (0, 1, 2, 0, 1)


def test_events_happen_in_written_order() -> None:
    events = (event(2, effects={"x": {"set": "5"}}), event(2, when="x == 5", effects={"x": "1"}))
    assert play(drill(events=events), [wait(2)], {}).values["x"] == 6
    assert play(drill(events=events[::-1]), [wait(2)], {}).values["x"] == 5


def test_an_event_comes_before_the_win_of_its_minute() -> None:
    one = drill(
        state={"x": variable("0", drift="1")},
        events=(event(3, effects={"x": {"set": "0"}}),),
        win="x >= 3",
    )
    assert play(one, [wait(5)], {}).minute == 5
    assert play(one, [wait(6)], {}).ending == Ending("rule", "win")


def test_win_comes_before_lose_and_lose_before_the_clock() -> None:
    state = {"x": variable("0", drift="1")}
    both = drill(state=state, win="x >= 4", lose="x >= 4")
    assert idle(both, {}).ended == "won"
    last = drill(state=state, win="x > 900", lose="x >= 60")
    assert idle(last, {}).ending == Ending("rule", "lose")
    only = drill(state=state, win="x > 900", lose="x >= 61")
    assert idle(only, {}).ending == Ending("clock")


@pytest.mark.parametrize(("timeout", "ended"), [("lose", "lost"), ("win", "won")])
def test_the_clock_ends_the_night_as_its_timeout_says(timeout: str, ended: str) -> None:
    one = drill(clock={"minutes": 60, "start": "23:30", "timeout": timeout})
    night = idle(one, {})
    assert (night.ended, night.ending, night.minute) == (ended, Ending("clock"), 60)
    assert night.score_rows[0].earned == (10 if ended == "won" else 0)


def test_the_rules_are_not_looked_at_before_the_first_minute_has_passed() -> None:
    night = begin(drill(win="x == 0"), {})
    assert night.ended is None
    assert after(night, wait(5)).minute == 1


def test_a_rule_may_ask_for_the_minute_alone() -> None:
    assert idle(drill(win="minute >= 7"), {}).minute == 7


def test_a_condition_without_an_answer_does_not_hold() -> None:
    one = drill(win="1 / x > 0", scoring=(row("1 / x > 0"), row("minute >= 0")))
    night = idle(one, {})
    assert (night.ended, night.minute) == ("lost", 60)
    assert night.result == 50


# actions and panels


def test_an_action_counts_as_done_after_its_minutes() -> None:
    acts = (action("one", 5, effects={"x": "1"}), action("two"), action("three"))
    night = play(drill(actions=acts), [act("one")], {})
    assert past(night) == (0, 0, 0, 0, 0, 1)
    assert (night.minute, night.done) == (5, ("one",))
    assert kinds(night) == [(5, "acted", "one")]


def test_an_event_during_an_action_does_not_see_it_as_done() -> None:
    acts = (action("one", 5), action("two"), action("three"))
    events = (event(5, unless=("one",)), event(6, unless=("one",)))
    night = play(drill(actions=acts, events=events), [act("one"), wait(1)], {})
    assert kinds(night) == [(5, "happened", "0"), (5, "acted", "one")]


def test_an_action_that_is_overtaken_by_the_end_is_not_done() -> None:
    acts = (action("one", 10, effects={"x": "1000"}), action("two"), action("three"))
    one = drill(actions=acts, state={"x": variable("0", drift="1")}, lose="x >= 4")
    night = play(one, [act("one")], {})
    assert (night.ended, night.minute, night.done) == ("lost", 4, ())
    assert now(night) == 4


def test_an_action_that_ends_on_the_last_minute_comes_too_late() -> None:
    acts = (action("one", 60, ends="win"), action("two", 59, ends="win"), action("three"))
    assert play(drill(actions=acts), [act("one")], {}).ending == Ending("clock")
    assert play(drill(actions=acts), [act("two")], {}).ending == Ending("action", "two")


def test_a_panel_that_is_overtaken_by_the_end_is_not_opened() -> None:
    one = drill(panels=(panel("look", 9),), events=(event(3, ends="lose"),))
    night = play(one, [look()], {})
    assert (night.opened, night.ending) == ((), Ending("event", "0"))


def test_after_an_action_its_end_is_honoured_before_the_rules() -> None:
    acts = (action("one", effects={"x": "200"}, ends="lose"), action("two"), action("three"))
    night = play(drill(actions=acts), [act("one")], {})
    assert (night.ended, night.ending) == ("lost", Ending("action", "one"))


def test_after_an_action_without_minutes_the_rules_are_asked_at_once() -> None:
    acts = (action("one", 0, effects={"x": "101"}), action("two"), action("three"))
    night = play(drill(actions=acts), [act("one")], {})
    assert (night.ended, night.minute, night.ending) == ("won", 0, Ending("rule", "win"))
    assert past(night) == (101,)


def test_a_rule_may_ask_what_was_done_seen_or_named() -> None:
    assert play(drill(win="did('two')"), [act("two")], {}).ended == "won"
    assert play(drill(win="saw('look')"), [look()], {}).ended == "won"
    named = play(drill(win="cause('b')"), [Move("name", "b"), wait(1)], {})
    assert (named.ended, named.minute) == ("won", 1)


def test_an_event_that_ends_the_night_is_the_last_of_its_minute() -> None:
    events = (event(2, ends="win", effects={"x": "1"}), event(2, ends="lose", effects={"x": "1"}))
    night = idle(drill(events=events), {})
    assert (night.ended, night.ending, now(night)) == ("won", Ending("event", "0"), 1)
    assert kinds(night) == [(0, "stopped", ""), (2, "happened", "0"), (2, "ended", "0")]


def test_a_panel_is_needed_before_an_action_and_another_panel() -> None:
    acts = (action("one", requires=("deep",)), action("two"), action("three"))
    one = drill(panels=(panel("look"), panel("deep", requires=("look",))), actions=acts)
    assert refusal(one, look("deep")) == 'First: "Panel look".'
    assert refusal(one, look(), act("one")) == 'First: "Panel deep".'
    assert play(one, [look(), look("deep"), act("one")], {}).order == ("look", "deep", "one")


def test_an_action_is_forbidden_after_what_forbids_it() -> None:
    acts = (action("one", forbids=("two", "look")), action("two"), action("three"))
    one = drill(actions=acts)
    assert play(one, [act("one"), act("two")], {}).done == ("one", "two")
    assert refusal(one, act("two"), act("one")) == 'Not possible any more after "Action two".'
    assert refusal(one, look(), act("one")) == 'Not possible any more after "Panel look".'


def test_an_action_happens_once_unless_it_may_be_repeated() -> None:
    acts = (action("one", effects={"x": "1"}), action("two", once=False, effects={"x": "1"}))
    one = drill(actions=(*acts, action("three")))
    assert refusal(one, act("one"), act("one")) == "You have this already; it happens once."
    assert refusal(one, look(), look()) == "You have this already; it happens once."
    again = play(one, [act("two"), act("one"), act("two")], {})
    assert (now(again), again.done) == (3, ("two", "one"))


@pytest.mark.parametrize(
    "move",
    [Move("open", "one"), Move("act", "look"), Move("act"), Move("name"), Move("name", "one")],
)
def test_an_unknown_id_is_refused_with_a_sentence(move: Move) -> None:
    assert refusal(drill(), move).endswith(".")


@pytest.mark.parametrize("minutes", [0, -1, 61, 10**9])
def test_one_waits_at_least_a_minute_and_at_most_the_whole_clock(minutes: int) -> None:
    assert refusal(drill(), wait(minutes)) == "Wait for a whole number of minutes, from 1 to 60."


def test_waiting_longer_than_is_left_ends_with_the_clock() -> None:
    night = play(drill(), [wait(50), wait(60)], {})
    assert (night.minute, night.ended) == (60, "lost")


def test_stopping_is_waiting_until_the_end() -> None:
    one = drill(state={"x": variable("0", drift="1", max="30")}, events=(event(20),))
    stopped, waited = play(one, [wait(3), STOP], {}), play(one, [wait(3), wait(57)], {})
    assert stopped.values == waited.values
    assert stopped.history == waited.history
    assert stopped.ending == waited.ending


@pytest.mark.parametrize("move", [look(), act("one"), wait(1), STOP])
def test_after_the_end_nothing_is_done_any_more(move: Move) -> None:
    assert refusal(drill(), STOP, move).startswith("This is over")


def test_a_night_has_a_limited_number_of_moves_and_can_always_be_stopped() -> None:
    acts = (action("one", 0, once=False), action("two"), action("three"))
    night = begin(drill(actions=acts), {})
    for _ in range(MOST_MOVES):
        night = after(night, act("one"))
    with pytest.raises(MoveRefused, match="stop, and see the end"):
        after(night, act("one"))
    assert after(after(night, STOP), Move("name", "a")).cause == "a"


def test_what_can_be_done_is_told_with_the_reason_when_it_cannot() -> None:
    acts = (
        action("one", requires=("look",)),
        action("two", forbids=("three",)),
        action("three"),
        action("four", once=False),
    )
    night = play(drill(actions=acts), [act("three"), act("four")], {})
    assert [(one.id, one.available, one.done) for one in night.actions] == [
        ("one", False, False),
        ("two", False, False),
        ("three", False, True),
        ("four", True, True),
    ]
    assert [one.reason for one in night.actions] == [
        'First: "Panel look".',
        'Not possible any more after "Action three".',
        "You have this already; it happens once.",
        "",
    ]
    assert [one.available for one in night.panels] == [True]
    over = after(night, STOP)
    assert not any(one.available for one in (*over.panels, *over.actions))


# naming and preventing


def test_the_cause_may_be_changed_before_the_end_and_not_after_it() -> None:
    name = [Move("name", id_) for id_ in "ab"]
    assert play(drill(), [*name, STOP], {}).cause == "b"
    assert play(drill(), [STOP, name[0]], {}).cause == "a"
    assert refusal(drill(), name[0], STOP, name[1]).startswith("You have named the cause")
    assert refusal(drill(), STOP, *name).startswith("You have named the cause")


def test_naming_takes_no_time() -> None:
    night = play(drill(), [wait(2), Move("name", "c")], {})
    assert (night.minute, kinds(night)) == (2, [(2, "named", "c")])


PREVENTION = tuple(
    {"id": id_, "text": f"Prevent {id_}", "flags": {flag: True}, "rationale": "It helps much."}
    for id_, flag in (("alarm", "alarms"), ("backup", "backups"))
)


def test_prevention_is_chosen_after_the_end_several_times_and_each_once() -> None:
    one = drill(prevention=PREVENTION)
    alarm, backup = Move("prevent", "alarm"), Move("prevent", "backup")
    assert refusal(one, alarm).startswith("First see this through")
    assert refusal(one, STOP, alarm, alarm).startswith("You have chosen")
    assert refusal(one, STOP, Move("prevent", "look")) == "Choose one of the preventions."
    assert refusal(one, STOP, alarm, Move("name", "a")).startswith("The cause is named before")
    night = play(one, [STOP, backup, alarm], {"alarms": False, "big": True})
    assert night.prevention == ("backup", "alarm")
    assert night.carried == {"alarms": True, "backups": True, "big": True}
    assert night.flags == {"alarms": False, "big": True}


def test_a_prevention_earns_its_points_as_a_deed_or_as_a_flag() -> None:
    scoring = (row("did('alarm')"), row("flag('backups')"))
    one = drill(prevention=PREVENTION, scoring=scoring)
    assert play(one, [STOP, Move("prevent", "alarm")], {}).result == 50
    assert play(one, [STOP, Move("prevent", "backup")], {}).result == 50


# flags


def test_earlier_choices_adjust_the_start_in_written_order() -> None:
    adjust = (
        {"when": "not flag('alarms')", "text": "Late", "effects": {"x": "20"}},
        {"when": "x > 10", "text": "Later", "effects": {"x": {"set": "50", "drift": "1"}}},
        {"when": "flag('health', 'deep')", "text": "Deep", "effects": {"x": "1"}},
    )
    one = drill(adjust=adjust)
    late = begin(one, {"health": "deep"})
    assert (late.minute, now(late), past(late)) == (0, 51, (51,))
    assert kinds(late) == [(0, "adjusted", "0"), (0, "adjusted", "1"), (0, "adjusted", "2")]
    early = begin(one, {"alarms": True, "health": "shallow"})
    assert (now(early), early.log) == (0, ())
    assert after(late, wait(1)).values["x"] == 52


def test_a_flag_that_looks_like_a_number_is_a_text_before_and_after_it_was_stored() -> None:
    one = drill(adjust=({"when": "flag('n', '3')", "text": "Three", "effects": {"x": "1"}},))
    assert begin(one, {"n": Decimal(3)}) == begin(one, {"n": "3"})
    assert begin(one, {"n": "3"}).values["x"] == 1


def test_an_event_at_minute_0_happens_after_the_adjustments() -> None:
    adjust = ({"when": "flag('bad')", "text": "Bad", "effects": {"x": "3"}},)
    one = drill(adjust=adjust, events=(event(0, when="x == 3", effects={"x": "1"}),))
    assert begin(one, {"bad": True}).values["x"] == 4
    assert begin(one, {}).values["x"] == 0


# scoring


def test_before_needs_both_and_their_first_time_counts() -> None:
    scoring = (row("before('look', 'one')"),)
    acts = (action("one", once=False), action("two"), action("three"))
    one = drill(scoring=scoring, actions=acts)
    assert play(one, [look(), act("one"), STOP], {}).result == 100
    assert play(one, [act("one"), look(), act("one"), STOP], {}).result == 0
    assert play(one, [look(), STOP], {}).result == 0
    assert play(one, [act("one"), STOP], {}).result == 0


def test_negative_points_are_taken_off_and_the_result_stays_within_0_and_100() -> None:
    scoring = (row("saw('look')", 40), row("did('one')", 10), row("did('two')", -30))
    one = drill(scoring=scoring)
    assert play(one, [look(), act("two"), STOP], {}).result == 20
    assert play(one, [act("two"), STOP], {}).result == 0
    assert play(one, [look(), act("one"), STOP], {}).result == 100
    assert [row_.earned for row_ in play(one, [act("two"), STOP], {}).score_rows] == [0, 0, -30]


def test_the_lowest_cap_that_matches_limits_the_result() -> None:
    caps = (
        {"at_most": 60, "when": "did('one')", "label": "One"},
        {"at_most": 40, "when": "did('two')", "label": "Two"},
    )
    one = drill(scoring=(row("saw('look')"),), caps=caps)
    assert play(one, [look(), STOP], {}).cap is None
    assert play(one, [look(), act("one"), STOP], {}).result == 60
    assert play(one, [look(), act("one"), act("two"), STOP], {}).result == 40
    assert play(one, [act("two"), STOP], {}).result == 0


def test_a_score_row_sees_the_end_of_the_night() -> None:
    scoring = (row("won and minute == 4"), row("x == 104"))
    acts = (action("one", 4, effects={"x": "100"}), action("two"), action("three"))
    one = drill(state={"x": variable("0", drift="1")}, actions=acts, scoring=scoring)
    assert play(one, [act("one")], {}).result == 100


# the clock and the log


@pytest.mark.parametrize(
    ("minute", "clock"),
    [(0, "23:30"), (29, "23:59"), (30, "00:00 the next day"), (1_470, "00:00 on day 3")],
)
def test_the_clock_says_the_day_where_it_is_another_one(minute: int, clock: str) -> None:
    assert begin(drill(), {}).clock_at(minute) == clock


def test_hidden_variables_are_there_and_marked() -> None:
    state = {"x": variable(), "rot": variable("3", hidden=True)}
    night = begin(drill(state=state), {})
    assert now(night, "rot") == 3
    assert night.hidden == {"rot"}


def test_the_log_tells_the_night_in_order() -> None:
    acts = (action("one", 2), action("two"), action("three"))
    one = drill(actions=acts, events=(event(2), event(5)))
    moves = [look(), act("one"), Move("name", "a"), STOP]
    assert kinds(play(one, moves, {})) == [
        (1, "opened", "look"),
        (2, "happened", "0"),
        (3, "acted", "one"),
        (3, "named", "a"),
        (3, "stopped", ""),
        (5, "happened", "1"),
        (60, "ended", ""),
    ]


# the model solution


def test_the_model_solution_plays_its_preventions_after_the_end() -> None:
    acts = (action("one", effects={"x": "101"}), action("two"), action("three"))
    one = drill(actions=acts, prevention=PREVENTION, model_solution=("alarm", "look", "one"))
    night = best(one, {})
    assert (night.order, night.cause, night.prevention) == (("look", "one"), "a", ("alarm",))
    assert [move.kind for move in night.moves] == ["open", "act", "name", "prevent"]


def test_a_model_solution_that_does_not_end_the_night_is_seen_through() -> None:
    one = drill(clock={"minutes": 60, "start": "10:00", "timeout": "win"})
    assert (best(one, {}).ended, best(one, {}).minute) == ("won", 60)


def test_a_model_solution_that_cannot_be_played_is_refused() -> None:
    with pytest.raises(MoveRefused):
        best(drill(model_solution=("one", "one")), {})
