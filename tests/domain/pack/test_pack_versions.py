"""What a newer version changes, and what becomes of a run that moves to it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from play_builders import decision, memory, option, pack, quiz, single, step, system
from version_edits import (
    BEGINNING,
    RUNS,
    TO_LAST,
    TO_LATE,
    Edit,
    chosen,
    left,
    moved_block,
    original,
    renamed_block,
    renamed_step,
    with_block,
    with_fields,
    with_option_gone,
    with_path,
    with_step_before,
    with_verdict,
    without_block,
    without_step,
)

from archlab.domain.pack import Pack, Prose, Quiz, Single, read
from archlab.domain.pack.blocks import Choice, Retry
from archlab.domain.pack.carry import Entry, Fate, Plan, carry, plan
from archlab.domain.pack.play import Event, Play, replay
from archlab.domain.pack.versions import Comparison, Difference, Kind, compare

ROOT = Path(__file__).resolve().parents[3]
OLD = original()


def planned(new: Pack, events: tuple[Event, ...], old: Pack = OLD) -> Plan:
    return plan(old, new, compare(old, new), events)


def entry(made: Plan, block: str) -> Entry:
    (found,) = [one for one in made.entries if block in (one.old, one.new)]
    return found


def block_difference(comparison: Comparison, block: str) -> Difference:
    return next(one for one in comparison.blocks if block in (one.old, one.new))


def state(play: Play) -> tuple[object, ...]:
    """Everything that a learner could tell apart."""
    blocks = list(play.pack.step_of)
    return (
        play.step,
        play.visited,
        [(frame.rejoin, frame.decision.id, frame.option.id) for frame in play.stack],
        [(one.decision.id, one.option.id, one.after) for one in play.decisions],
        [(play.attempts(block), play.hints(block), play.answer(block)) for block in blocks],
        [(play.score(block), play.may_answer(block)) for block in blocks],
        play.total,
        play.architecture,
    )


# ---- comparing


def test_a_pack_is_the_same_as_itself_read_again() -> None:
    folder = ROOT / "scenarios" / "lambda-to-fargate"
    comparison = compare(read(folder), read(folder))
    assert comparison.minor
    assert {one.kind for one in (*comparison.steps, *comparison.blocks)} == {Kind.SAME}
    assert (comparison.systems, comparison.evidence) == (Kind.SAME, Kind.SAME)


def test_white_space_and_the_line_in_the_file_are_no_difference() -> None:
    new = with_fields("proof", stem="What  is\nit?", line=400)(OLD)
    assert block_difference(compare(OLD, new), "proof").kind is Kind.SAME


@pytest.mark.parametrize(
    ("edit", "block", "kinds"),
    [
        (with_fields("proof", stem="What is it now?"), "proof", (Kind.WORDING,)),
        (with_fields("pick", prompt="Which one is yours?"), "pick", (Kind.WORDING,)),
        (with_fields("proof", points_=5), "proof", (Kind.RESCORED,)),
        (with_verdict("pick", "small", "good"), "pick", (Kind.RESCORED,)),
        (with_option_gone("pick", "large"), "pick", (Kind.RESCORED,)),
        (renamed_block("proof", "evidence"), "evidence", (Kind.RENAMED,)),
        (moved_block("proof", "late"), "proof", (Kind.MOVED,)),
        (with_block("late", single("fresh")), "fresh", (Kind.ADDED,)),
        (without_block("proof"), "proof", (Kind.REMOVED,)),
    ],
)
def test_an_edit_of_a_block_has_its_class(edit: Edit, block: str, kinds: tuple[Kind, ...]) -> None:
    comparison = compare(OLD, edit(OLD))
    assert block_difference(comparison, block).kinds == kinds
    assert comparison.minor is (kinds == (Kind.WORDING,))
    others = [one for one in comparison.blocks if block not in (one.old, one.new)]
    assert all(one.kind is Kind.SAME for one in others)


def test_a_renamed_step_changes_nothing_about_those_that_lead_to_it() -> None:
    comparison = compare(OLD, renamed_step("late", "later")(OLD))
    kinds = {one.old: one.kinds for one in comparison.steps}
    assert kinds == {
        "first": (Kind.SAME,),
        "side": (Kind.SAME,),
        "late": (Kind.RENAMED,),
        "last": (Kind.SAME,),
    }
    assert block_difference(comparison, "pick").kind is Kind.SAME


def test_prose_of_a_step_is_wording_and_its_way_on_is_not() -> None:
    told = replace(OLD.steps["late"], body=(Prose("A word.", 9), *OLD.steps["late"].body))
    worded = replace(OLD, steps={**OLD.steps, "late": told})
    assert compare(OLD, worded).minor
    led = replace(OLD, steps={**OLD.steps, "late": replace(OLD.steps["late"], next="end")})
    assert [one.kind for one in compare(OLD, led).steps if one.old == "late"] == [Kind.RESCORED]


def test_another_parameter_of_a_system_is_more_than_words_and_its_title_is_not() -> None:
    titled = replace(OLD, architectures={"idea": replace(system(), title="Another")})
    assert compare(OLD, titled).minor
    assert compare(OLD, titled).evidence is Kind.WORDING
    grown = replace(OLD, architectures={"idea": replace(system(), month_hours=730)})
    assert compare(OLD, grown).systems is Kind.RESCORED
    assert not compare(OLD, grown).minor


def test_the_words_on_the_right_of_a_match_are_words_and_its_buckets_are_not() -> None:
    def matched(first: str, second: str) -> Pack:
        sides = (("one", first), ("two", second), ("three", "Cold"))
        pairs = tuple(
            {"id": id_, "left": id_, "right": right, "rationale": "Because it is so."}
            for id_, right in sides
        )
        return pack(step("only", _match(pairs)))

    assert block_difference(compare(matched("Hot", "Hot"), matched("Warm", "Warm")), "match").minor
    apart = compare(matched("Hot", "Hot"), matched("Hot", "Cold"))
    assert block_difference(apart, "match").kind is Kind.RESCORED


def _match(pairs: tuple[dict[str, str], ...]) -> Quiz:
    return quiz("match", "match", pairs=pairs)


# ---- the rules of moving


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize(
    "edit", [lambda made: made, with_fields("proof", stem="Other words for it?")]
)
def test_moving_to_the_same_or_to_other_words_changes_nothing(name: str, edit: Edit) -> None:
    new = edit(original())
    moved = replay(new, (), carry(OLD, new, compare(OLD, new), RUNS[name]))
    assert state(moved) == state(replay(OLD, RUNS[name]))


def test_renamed_parts_keep_answers_attempts_hints_and_score() -> None:
    new = renamed_step("first", "begin")(renamed_block("proof", "evidence")(OLD))
    play = planned(new, TO_LATE).play
    before = replay(OLD, TO_LATE)
    assert play.visited == ("begin", "late")
    assert play.attempts("evidence") == before.attempts("proof")
    assert (play.hints("evidence"), play.score("evidence")) == (1, before.score("proof"))
    assert entry(planned(new, TO_LATE), "evidence").fate is Fate.CARRIED


def test_a_rescored_answer_is_graded_anew_and_the_higher_score_stands() -> None:
    better = planned(with_verdict("pick", "small", "good")(OLD), BEGINNING)
    assert entry(better, "pick") == Entry("pick", "pick", Fate.REGRADED, Decimal(1), Decimal(1))
    raised = planned(with_verdict("size", "grow", "best")(OLD), TO_LATE)
    made = entry(raised, "size")
    assert (made.fate, made.before, made.after) == (Fate.REGRADED, Decimal("0.7"), Decimal(1))
    assert raised.play.score("size") == 1


def test_an_answer_that_the_new_rules_cannot_read_is_asked_again_and_its_points_stay() -> None:
    options = tuple(one.model_copy(update={"id": f"new-{one.id}"}) for one in _options("final"))
    events = (*TO_LAST, chosen("last", "final", "yes"))
    made = planned(with_fields("final", options=options)(OLD), events)
    assert entry(made, "final") == Entry("final", "final", Fate.REOPENED, Decimal(1), Decimal(1))
    assert made.play.attempts("final") == ()
    assert made.play.may_answer("final")
    assert made.play.score("final") == 1
    assert not made.play.done("last")


def _options(block: str) -> tuple[Choice, ...]:
    found = OLD.block(block)
    assert isinstance(found, Single)
    return found.options


def test_a_choice_that_is_gone_gives_way_to_the_documented_one_and_is_named() -> None:
    made = planned(with_option_gone("size", "grow")(OLD), TO_LAST)
    assert entry(made, "size") == Entry(
        "size", "size", Fate.REPLACED, Decimal("0.7"), Decimal("0.7"), "Option grow", "Option keep"
    )
    assert made.step == "last"


def test_of_a_decision_only_the_choice_in_force_must_still_exist() -> None:
    events = (chosen("first", "pick", "large"), chosen("first", "pick", "small", 2))
    made = planned(with_option_gone("pick", "large")(OLD), events)
    assert entry(made, "pick").fate is Fate.REGRADED
    choice = made.play.choice("pick")
    assert choice is not None
    assert choice.id == "small"


def test_a_removed_question_is_out_of_the_score() -> None:
    made = planned(without_block("order")(OLD), TO_LAST)
    assert entry(made, "order").fate is Fate.GONE
    before, after = replay(OLD, TO_LAST).total, made.play.total
    assert before is not None
    assert after is not None
    assert after > before


def test_a_question_added_behind_the_learner_is_optional_and_never_blocks() -> None:
    made = planned(with_block("first", single("fresh"))(OLD), TO_LAST)
    assert entry(made, "fresh") == Entry("", "fresh", Fate.NEW)
    assert made.step == "last"
    assert made.play.total == replay(OLD, TO_LAST).total
    assert made.play.may_answer("fresh")
    assert made.play.done("first")


def test_a_question_added_to_the_step_where_the_learner_stands_waits_as_for_everybody() -> None:
    made = planned(with_block("late", single("fresh"))(OLD), TO_LATE)
    assert [one.new for one in made.entries if one.fate is Fate.NEW] == []
    assert not made.play.done("late")


def test_a_step_added_behind_is_passed_as_documented() -> None:
    added = decision(
        "later", option("up", "best", memory(4096), documented="true"), option("no", "good")
    )
    new = with_step_before("late", step("between", added, single("fresh")))(OLD)
    made = planned(new, TO_LAST)
    assert made.play.visited == ("first", "between", "late", "last")
    assert [one.new for one in made.entries if one.fate is Fate.NEW] == ["later", "fresh"]
    assert entry(made, "later").instead == "Option up"
    assert made.step == "last"
    assert made.play.total == replay(OLD, TO_LAST).total


@pytest.mark.parametrize(
    ("gone", "run", "stands"),
    [("last", "last", "late"), ("late", "late", "first"), ("side", "detour", "first")],
)
def test_who_stood_on_a_removed_step_stands_at_the_nearest_earlier_one(
    gone: str, run: str, stands: str
) -> None:
    made = planned(without_step(gone)(OLD), RUNS[run])
    assert (made.step, made.lost_step) == (stands, gone)


def test_an_open_detour_is_still_open_after_a_move() -> None:
    new = with_fields("final", points_=3)(renamed_step("late", "later")(OLD))
    play = planned(new, RUNS["detour"]).play
    assert (play.step, [frame.rejoin for frame in play.stack]) == ("side", ["later"])
    on = replay(new, (left("side"),), play.carried)
    assert (on.step, on.stack) == ("later", ())


def test_a_detour_whose_step_became_the_main_line_leads_on() -> None:
    side = replace(OLD.steps["side"], next="late")
    new = with_path(replace(OLD, steps={**OLD.steps, "side": side}, version="other"), "first")
    on = replay(new, (left("side"),), carry(OLD, new, compare(OLD, new), RUNS["detour"]))
    assert on.step == "late"


def test_an_answer_moved_ahead_waits_for_its_step() -> None:
    new = moved_block("proof", "last")(OLD)
    made = planned(new, TO_LATE)
    assert entry(made, "proof").fate is Fate.CARRIED
    assert made.play.score("proof") == replay(OLD, TO_LATE).score("proof")
    on = replay(new, (left("late"),), made.play.carried)
    assert on.attempts("proof") == replay(OLD, TO_LATE).attempts("proof")


def test_a_decision_moved_back_is_taken_where_it_stands_now() -> None:
    new = moved_block("size", "first")(OLD)
    play = planned(new, TO_LATE).play
    taken = play.taken("size")
    assert taken is not None
    assert (taken.step, taken.option.id) == ("first", "grow")


def test_a_choice_is_replayed_on_the_new_system() -> None:
    new = replace(OLD, architectures={"idea": replace(system(), month_hours=730)}, version="new")
    play = planned(new, TO_LAST).play
    assert play.architecture.month_hours == 730
    assert play.architecture.components["api"].__dict__["memory_mib"] == 512


def test_a_second_move_keeps_what_the_first_one_spared_and_floored() -> None:
    middle = with_block("first", single("fresh"))(with_verdict("pick", "small", "risky")(OLD))
    first = carry(OLD, middle, compare(OLD, middle), TO_LAST)
    newest = renamed_block("fresh", "fresher")(renamed_block("pick", "choose")(middle))
    events = (chosen("last", "final", "no"),)
    second = carry(middle, newest, compare(middle, newest), events, first)
    play = replay(newest, (), second)
    assert play.score("choose") == 1
    assert "fresher" in play.carried.spared
    assert play.attempts("final")[0].answer == {"option": "no"}


# ---- properties over generated edits

EDITS: dict[str, Edit] = {
    "typo": with_fields("proof", stem="What could it be?"),
    "points": with_fields("order", points_=4),
    "once": with_fields("proof", retry=Retry(attempts=1)),
    "verdict": with_verdict("pick", "small", "risky"),
    "better": with_verdict("size", "grow", "best"),
    "no large": with_option_gone("pick", "large"),
    "no round": with_option_gone("pick", "round"),
    "no proof": without_block("proof"),
    "no order": without_block("order"),
    "no pick": without_block("pick"),
    "rename size": renamed_block("size", "scale"),
    "rename bench": renamed_block("bench", "bill"),
    "move proof": moved_block("proof", "last"),
    "move size": moved_block("size", "first"),
    "move aside": moved_block("aside", "first"),
    "quiz behind": with_block("first", single("fresh")),
    "quiz late": with_block("late", single("later-on")),
    "rename late": renamed_step("late", "later"),
    "rename first": renamed_step("first", "begin"),
    "no late": without_step("late"),
    "no side": without_step("side"),
    "no last": without_step("last"),
    "step": with_step_before("late", step("between", single("new-one"))),
    "step last": with_step_before("last", step("before-last", single("new-two"))),
}
edits = st.lists(st.sampled_from(sorted(EDITS)), max_size=5, unique=True)


def edited(names: list[str], made: Pack) -> Pack:
    for name in names:
        made = EDITS[name](made)
    return made


@given(edits, st.sampled_from(sorted(RUNS)))
def test_every_answered_block_stands_once_in_the_plan_and_no_score_falls(
    names: list[str], run: str
) -> None:
    new = edited(names, OLD)
    comparison = compare(OLD, new)
    before, made = replay(OLD, RUNS[run]), planned(new, RUNS[run])
    touched = {event.block for event in RUNS[run] if event.block}
    assert sorted(one.old for one in made.entries if one.old) == sorted(touched)
    for one in made.entries:
        if one.new and one.before is not None:
            assert one.after is not None
            assert one.after >= one.before
            assert made.play.score(one.new) >= before.score(one.old)
    assert all(
        made.play.score(one.new) >= before.score(one.old)
        for one in comparison.blocks
        if one.old and one.new
    )


@given(edits, edits, st.sampled_from(sorted(RUNS)))
def test_the_learner_stands_on_a_step_that_exists_and_can_go_on_to_the_end(
    names: list[str], more: list[str], run: str
) -> None:
    middle = edited(names, OLD)
    newest = edited(more, middle)
    carried = carry(OLD, middle, compare(OLD, middle), RUNS[run])
    carried = carry(middle, newest, compare(middle, newest), (), carried)
    play = replay(newest, (), carried)
    assert play.finished is (run == "end")
    on: list[Event] = []
    for _step in range(10):
        if play.step is None:
            break
        on.append(left(play.step))
        play = replay(newest, on, carried)
    assert play.finished


@given(edits, st.sampled_from(sorted(RUNS)))
def test_carrying_over_twice_is_the_same_and_reads_the_old_events_only(
    names: list[str], run: str
) -> None:
    new, events = edited(names, OLD), RUNS[run]
    comparison, before = compare(OLD, new), tuple(events)
    assert carry(OLD, new, comparison, events) == carry(OLD, new, comparison, events)
    assert events == before
