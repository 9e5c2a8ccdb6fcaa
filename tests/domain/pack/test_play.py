from __future__ import annotations

from decimal import Decimal

import play_builders as build
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from play_builders import answered, left

from archlab.domain.architecture import Change, Link
from archlab.domain.pack import Branch, Decision, Pack
from archlab.domain.pack.play import Event, Note, Play, Progress, replay

HALF, FULL, DOUBLE = build.memory(512), build.memory(1024), build.memory(2048)
SIZE = build.decision(
    "size",
    build.option("half", "best", HALF, flags={"room": "false"}),
    build.option("full", "good", FULL, documented="true"),
    build.option("double", "costly", DOUBLE),
)
WITH_GATEWAY = Change(add={"nat": build.gateway()}, link=(Link("api", "nat"),))
WITHOUT_GATEWAY = Change(remove=("nat",))
PLATFORM = build.decision(
    "platform",
    build.option("ecs", "best", documented="true"),
    build.option(
        "eks",
        "costly",
        WITH_GATEWAY,
        goto="detour",
        rejoin="network",
        carry="documented",
        flags={"skills": "many"},
    ),
    build.option("vm", "risky", HALF, goto="detour", rejoin="network"),
)
SKILLS = {"id": "skills", "text": "How much there is to learn", "values": ("few", "many")}


def journey() -> Pack:
    """size (start) -> platform -> network -> end, with detour -> deeper as a way round."""
    return build.pack(
        build.step("sizing", SIZE, build.single("q1"), next="platforms", architecture="idea"),
        build.step("platforms", PLATFORM, next="network"),
        build.step("detour", build.single("q2", optional="true"), next="deeper"),
        build.step("deeper", next="rejoin"),
        build.step("network", build.single("q3", points="2"), next="end"),
        flags=(
            {**SKILLS, "default": "few"},
            {"id": "room", "text": "Head-room", "default": "true"},
        ),
    )


JOURNEY = journey()
START = [answered("sizing", "size", "half"), answered("sizing", "q1", "yes"), left("sizing")]
DETOUR = [*START, answered("platforms", "platform", "eks"), left("platforms")]


def mib(play: Play) -> object:
    return dict(play.architecture.components["api"])["memory_mib"]


def parts(play: Play) -> set[str]:
    return set(play.architecture.components)


def sentences(play: Play) -> list[str]:
    return [note.sentence for note in play.notes]


def test_a_run_starts_at_the_first_step_with_its_checkpoint() -> None:
    play = replay(JOURNEY, [])
    assert (play.step, play.visited, play.stack) == ("sizing", ("sizing",), ())
    assert play.architecture is JOURNEY.architectures["idea"]
    assert (play.total, play.finished, play.passed) == (Decimal(0), False, False)


def test_a_choice_changes_the_system_at_once_and_the_last_one_is_lived_with() -> None:
    play = replay(JOURNEY, [START[0], answered("sizing", "size", "double")])
    assert mib(play) == 2048
    assert play.architecture_at("sizing") is JOURNEY.architectures["idea"]
    choice = play.choice("size")
    assert choice is not None
    assert choice.id == "double"


def test_the_first_choice_is_graded() -> None:
    play = replay(JOURNEY, [answered("sizing", "size", "double"), START[0]])
    assert play.score("size") == Decimal("0.3")
    assert [attempt.score for attempt in play.attempts("size")] == [Decimal("0.3"), Decimal(1)]


def test_a_step_that_was_left_takes_no_more_choices() -> None:
    play = replay(JOURNEY, [*START, answered("sizing", "size", "double")])
    assert mib(play) == 512
    assert not play.may_answer("size")
    assert len(play.attempts("size")) == 1


def test_a_decision_keeps_the_system_before_and_after_with_the_learners_words() -> None:
    said = answered("sizing", "size", "half", reason=" small is fine ", confidence=4)
    (taken,) = replay(JOURNEY, [said]).decisions
    assert (taken.reason, taken.confidence, taken.step) == ("small is fine", 4, "sizing")
    assert taken.asked is taken.option
    assert taken.before is JOURNEY.architectures["idea"]
    assert dict(taken.after.components["api"])["memory_mib"] == 512


def test_leaving_goes_on_and_leaving_twice_goes_on_once() -> None:
    play = replay(JOURNEY, [*START, left("sizing")])
    assert (play.step, play.visited) == ("platforms", ("sizing", "platforms"))


def test_a_choice_that_was_left_open_is_what_the_source_did() -> None:
    play = replay(JOURNEY, [answered("sizing", "q1", "no"), left("sizing")])
    taken = play.taken("size")
    assert taken is not None
    assert (taken.asked, taken.option.id, mib(play)) == (None, "full", 1024)
    assert play.notes == (
        Note("sizing", "size", 'You left this open, so "Option full" was applied.'),
    )
    assert not play.done("sizing")


def test_a_detour_comes_back_to_the_step_that_the_option_names() -> None:
    play = replay(JOURNEY, DETOUR)
    assert (play.step, [frame.rejoin for frame in play.stack]) == ("detour", ["network"])
    back = replay(JOURNEY, [*DETOUR, left("detour"), left("deeper")])
    assert (back.step, back.stack) == ("network", ())
    assert back.visited == ("sizing", "platforms", "detour", "deeper", "network")


def test_a_detour_with_carry_documented_puts_the_documented_choice_in_its_place() -> None:
    inside = replay(JOURNEY, DETOUR)
    back = replay(JOURNEY, [*DETOUR, left("detour"), left("deeper")])
    assert parts(inside) == {"api", "nat"}
    assert (parts(back), mib(back)) == ({"api"}, 512)
    taken = back.taken("platform")
    assert taken is not None
    assert taken.asked is not None
    assert (taken.asked.id, taken.option.id) == ("eks", "ecs")
    assert set(taken.after.components) == {"api", "nat"}
    assert (inside.flags["skills"], back.flags["skills"]) == ("many", "few")


def test_a_detour_that_keeps_its_choice_comes_back_with_it() -> None:
    events = [answered("sizing", "size", "full"), left("sizing")]
    events += [answered("platforms", "platform", "vm"), left("platforms")]
    back = replay(JOURNEY, [*events, left("detour"), left("deeper")])
    assert mib(back) == 512


def test_what_was_decided_inside_a_detour_stays_as_far_as_it_fits() -> None:
    size = build.decision("size", *SIZE.options)
    drop = build.decision(
        "drop",
        build.option("out", "best", WITHOUT_GATEWAY),
        build.option("stay", "good"),
        editorial="true",
    )
    pack = build.pack(
        build.step("one", PLATFORM, next="network", architecture="idea"),
        build.step("detour", size, drop, next="rejoin"),
        build.step("network"),
    )
    events = [answered("one", "platform", "eks"), left("one"), answered("detour", "size", "double")]
    events += [answered("detour", "drop", "out"), left("detour")]
    back = replay(pack, events)
    assert (parts(back), mib(back), back.step) == ({"api"}, 2048, "network")


def test_a_checkpoint_inside_a_detour_ends_with_the_detour() -> None:
    pack = build.pack(
        build.step("one", SIZE, next="two", architecture="idea"),
        build.step("two", PLATFORM, next="network"),
        build.step("detour", next="rejoin", architecture="aside"),
        build.step("network"),
        architectures={"idea": build.system(), "aside": build.system("aside", build.gateway())},
    )
    events = [answered("one", "size", "half"), left("one")]
    inside = replay(pack, [*events, answered("two", "platform", "eks"), left("two")])
    back = replay(pack, [*events, answered("two", "platform", "eks"), left("two"), left("detour")])
    assert inside.architecture is pack.architectures["aside"]
    assert (back.step, back.architecture.id, parts(back), mib(back)) == (
        "network",
        "idea",
        {"api"},
        512,
    )


def test_an_option_that_does_not_fit_gives_way_to_the_documented_one_and_says_so() -> None:
    broken = build.decision(
        "cut",
        build.option("out", "best", WITHOUT_GATEWAY),
        build.option("stay", "good", HALF, documented="true"),
    )
    pack = build.pack(build.step("one", broken, architecture="idea"))
    play = replay(pack, [answered("one", "cut", "out")])
    taken = play.taken("cut")
    assert taken is not None
    assert (taken.asked, taken.option.id, mib(play)) == (broken.options[0], "stay", 512)
    assert sentences(play) == [
        '"Option out" does not fit the system as it is, so "Option stay" was applied instead.'
    ]
    again = replay(pack, [answered("one", "cut", "out"), answered("one", "cut", "stay")])
    assert again.notes == ()


def test_when_nothing_fits_nothing_changes_and_the_run_goes_on() -> None:
    broken = build.decision(
        "cut",
        build.option("out", "best", WITHOUT_GATEWAY),
        build.option("also", "good", WITHOUT_GATEWAY, documented="true"),
    )
    pack = build.pack(build.step("one", broken, architecture="idea"))
    play = replay(pack, [answered("one", "cut", "out"), left("one")])
    assert (play.finished, parts(play)) == (True, {"api"})
    assert sentences(play) == [
        "This choice does not fit the system as it is, so nothing was changed."
    ]


def test_choices_of_one_step_apply_in_the_order_of_the_page() -> None:
    first = build.decision("gateway", build.option("with", "best", WITH_GATEWAY), SIZE.options[1])
    second = build.decision(
        "out", build.option("drop", "best", WITHOUT_GATEWAY), build.option("stay", "good")
    )
    pack = build.pack(build.step("one", first, second, architecture="idea"))
    late = [answered("one", "out", "drop"), answered("one", "gateway", "with")]
    play = replay(pack, late)
    assert parts(play) == {"api"}
    assert play.notes == ()
    assert [taken.decision.id for taken in play.decisions] == ["gateway", "out"]


def test_a_checkpoint_sets_the_system_anew() -> None:
    pack = build.pack(
        build.step("one", SIZE, next="two", architecture="idea"),
        build.step("two", architecture="first-task"),
        architectures={
            "idea": build.system(),
            "first-task": build.system("first-task", build.gateway()),
        },
    )
    play = replay(pack, [answered("one", "size", "double")])
    assert mib(play) == 2048
    after = replay(pack, [answered("one", "size", "double"), left("one")])
    assert after.architecture is pack.architectures["first-task"]
    choice = after.choice("size")
    assert choice is not None
    assert choice.id == "double"


def test_an_option_may_use_a_named_architecture() -> None:
    use = build.decision(
        "use", build.option("named", "best", Change(use="other")), build.option("stay", "good")
    )
    named = {"idea": build.system(), "other": build.system("other", build.gateway())}
    pack = build.pack(build.step("one", use, architecture="idea"), architectures=named)
    assert replay(pack, [answered("one", "use", "named")]).architecture == named["other"]


@pytest.mark.parametrize(
    ("when", "events", "to"),
    [
        ("chose('size', 'half')", START[:1], "yes"),
        ("chose('size', 'half')", [answered("sizing", "size", "full")], "no"),
        ("passed('q1')", START[1:2], "yes"),
        ("passed('q1')", [answered("sizing", "q1", "no")], "no"),
        ("score('q1') >= 0.75", [answered("sizing", "q1", "no"), START[1]], "yes"),
        ("score('q1') > 0.75", [answered("sizing", "q1", "no"), START[1]], "no"),
        ("visited('sizing') and not visited('no')", [], "yes"),
        ("flag('room') == 1", [], "no"),
        ("flag('skills') == 'few'", [], "no"),
        ("not flag('room')", START[:1], "yes"),
        ("not flag('room')", [], "no"),
        ("cost() < 7.35", START[:1], "yes"),
        ("cost() < 7.35", [answered("sizing", "size", "full")], "no"),
        ("nonsense('q1')", [], "no"),
        ("not an expression", [], "no"),
    ],
)
def test_the_first_branch_whose_condition_holds_is_taken(
    when: str, events: list[Event], to: str
) -> None:
    ways = (Branch(when=when, to="yes"), Branch(to="no"))
    pack = build.pack(
        build.step("sizing", SIZE, build.single("q1"), next=ways, architecture="idea"),
        build.step("yes"),
        build.step("no"),
        flags=(
            {**SKILLS, "default": "few"},
            {"id": "room", "text": "Head-room", "default": "true"},
        ),
    )
    assert replay(pack, [*events, left("sizing")]).step == to


def test_an_unpriced_system_has_no_cost_to_branch_on() -> None:
    unpriced = build.system("idea", build.component("external", "helper"))
    ways = (Branch(when="cost() >= 0", to="yes"), Branch(to="no"))
    pack = build.pack(
        build.step("one", next=ways, architecture="idea"),
        build.step("yes"),
        build.step("no"),
        architectures={"idea": unpriced},
    )
    assert replay(pack, [left("one")]).step == "no"


def test_attempts_and_hints_cost_what_the_pack_says() -> None:
    pack = build.pack(build.step("one", build.single("q", hints=("A", "B")), architecture="idea"))
    wrong, right = answered("one", "q", "no"), answered("one", "q", "yes")
    hint = Event("hint", "one", "q", {"number": 1})
    assert replay(pack, [right]).score("q") == 1
    assert replay(pack, [wrong, right]).score("q") == Decimal("0.75")
    assert replay(pack, [hint, hint, wrong, right]).score("q") == Decimal("0.65")
    assert replay(pack, [right, hint]).score("q") == 1
    assert replay(pack, [Event("hint", "one", "q", {"number": 9})]).hints("q") == 2


def test_a_question_takes_no_answer_beyond_its_last_attempt() -> None:
    wrong, right = answered("sizing", "q1", "no"), answered("sizing", "q1", "yes")
    play = replay(JOURNEY, [wrong, wrong, wrong, right])
    assert (len(play.attempts("q1")), play.score("q1")) == (3, Decimal(0))
    assert not play.may_answer("q1")
    assert replay(JOURNEY, [wrong, wrong]).may_answer("q1")


def test_a_right_answer_closes_its_question() -> None:
    play = replay(JOURNEY, [START[1], answered("sizing", "q1", "no")])
    assert (len(play.attempts("q1")), play.may_answer("q1")) == (1, False)


def test_the_same_attempt_sent_twice_is_one() -> None:
    wrong = Event("answered", "sizing", "q1", {"option": "no"}, attempt=1)
    other = Event("answered", "sizing", "q1", {"option": "yes"}, attempt=1)
    assert len(replay(JOURNEY, [wrong, wrong]).attempts("q1")) == 1
    assert len(replay(JOURNEY, [wrong, other]).attempts("q1")) == 2


@pytest.mark.parametrize(
    ("reveal", "after_one", "after_all"),
    [("each", True, True), ("last", False, True), ("never", False, False)],
)
def test_explanations_are_shown_when_the_pack_says(
    reveal: str, *, after_one: bool, after_all: bool
) -> None:
    retry = {"attempts": "2", "reveal": reveal}
    pack = build.pack(build.step("one", build.single("q", retry=retry), architecture="idea"))
    wrong = answered("one", "q", "no")
    assert not replay(pack, []).revealed("q")
    assert replay(pack, [wrong]).revealed("q") is after_one
    assert replay(pack, [wrong, wrong]).revealed("q") is after_all


def test_a_question_may_still_be_answered_after_its_step() -> None:
    play = replay(JOURNEY, [START[0], left("sizing"), START[1]])
    assert (play.score("q1"), play.done("sizing")) == (Decimal(1), True)


def test_nothing_can_be_answered_before_its_step_is_reached() -> None:
    play = replay(JOURNEY, [answered("network", "q3", "yes")])
    assert play.attempts("q3") == ()
    assert not play.may_answer("q3")


@pytest.mark.parametrize(
    "event",
    [
        answered("sizing", "gone", "yes"),
        answered("nowhere", "q1", "yes"),
        answered("platforms", "q1", "yes"),
        Event("danced", "sizing", "q1"),
        Event("closed", "sizing", "q1", {"knobs": {}}),
        Event("hint", "sizing", "q1", {"number": "x"}),
        left("network"),
    ],
)
def test_an_event_that_does_not_fit_changes_nothing(event: Event) -> None:
    assert replay(JOURNEY, [event]) == replay(JOURNEY, [])


def test_an_answer_that_cannot_be_marked_any_more_is_left_out_with_a_note() -> None:
    play = replay(JOURNEY, [answered("sizing", "q1", "maybe")])
    assert play.attempts("q1") == ()
    assert sentences(play) == ["An answer does not fit this question any more and is left out."]


def test_benches_and_guesses_are_kept_and_not_scored() -> None:
    page = build.step("one", build.bench("bench"), build.claims("claims"), architecture="idea")
    knobs = {"knobs": {"month": "744", "arm": "true"}}
    guess = {"verdicts": {"total": "confirmed", "nat-line": "residual"}}
    events = [Event("closed", "one", "bench", knobs), Event("asked", "one", "claims", guess)]
    play = replay(build.pack(page), events)
    assert (play.answer("bench"), play.answer("claims")) == (knobs, guess)
    assert (play.total, play.done("one")) == (None, True)


def test_a_step_is_done_when_all_that_is_not_optional_was_answered() -> None:
    assert [block.id for block in replay(JOURNEY, []).undone("sizing")] == ["size", "q1"]
    assert replay(JOURNEY, START[:2]).done("sizing")
    assert replay(JOURNEY, DETOUR).done("detour")


def test_the_score_weighs_points_over_the_path_without_optional_blocks() -> None:
    events = [*DETOUR, answered("detour", "q2", "no"), left("detour"), left("deeper")]
    play = replay(JOURNEY, [*events, answered("network", "q3", "yes")])
    assert play.total == (1 + 1 + Decimal("0.3") + 2) / Decimal(5)


def test_a_finished_run_is_passed_from_the_pass_score_on() -> None:
    best = [*START, answered("platforms", "platform", "ecs"), left("platforms")]
    done = replay(JOURNEY, [*best, answered("network", "q3", "yes"), left("network")])
    assert (done.finished, done.step, done.total, done.passed) == (True, None, Decimal(1), True)
    poor = replay(JOURNEY, [*best, left("network")])
    assert (poor.finished, poor.total, poor.passed) == (True, Decimal("0.6"), False)


def test_the_map_shows_the_way_behind_and_the_documented_way_ahead() -> None:
    play = replay(JOURNEY, START)
    assert play.ahead == ("network",)
    assert play.progress == {
        "sizing": Progress.DONE,
        "platforms": Progress.HERE,
        "detour": Progress.OPEN,
        "deeper": Progress.OPEN,
        "network": Progress.AHEAD,
    }


def test_the_map_shows_branches_that_were_not_taken() -> None:
    play = replay(JOURNEY, [*START, answered("platforms", "platform", "ecs"), left("platforms")])
    assert play.progress["detour"] == play.progress["deeper"] == Progress.NOT_TAKEN
    assert play.ahead == ()


def test_the_way_ahead_follows_the_detour_that_was_chosen_and_comes_back() -> None:
    chosen = replay(JOURNEY, DETOUR[:-1])
    assert chosen.ahead == ("detour", "deeper", "network")
    assert replay(JOURNEY, DETOUR).ahead == ("deeper", "network")


def test_a_finished_run_has_nothing_ahead() -> None:
    events = [left("sizing"), left("platforms"), left("network")]
    play = replay(JOURNEY, events)
    assert play.ahead == ()
    assert set(play.progress.values()) == {Progress.DONE, Progress.NOT_TAKEN}


def test_detours_nest_and_come_back_one_by_one() -> None:
    def choice(name: str, goto: str, rejoin: str) -> Decision:
        return build.decision(
            name,
            build.option(f"go-{name}", "good", HALF, goto=goto, rejoin=rejoin, carry="documented"),
            build.option(f"stay-{name}", "best", documented="true"),
        )

    pack = build.pack(
        build.step("one", choice("a", "two", "end-of-one"), next="end-of-one", architecture="idea"),
        build.step("two", choice("b", "three", "end-of-two"), next="end-of-two"),
        build.step("three", next="rejoin"),
        build.step("end-of-two", next="rejoin"),
        build.step("end-of-one"),
    )
    events = [answered("one", "a", "go-a"), left("one"), answered("two", "b", "go-b"), left("two")]
    deep = replay(pack, events)
    assert [frame.rejoin for frame in deep.stack] == ["end-of-one", "end-of-two"]
    assert mib(deep) == 512
    inner = replay(pack, [*events, left("three")])
    assert (inner.step, mib(inner)) == ("end-of-two", 512)
    outer = replay(pack, [*events, left("three"), left("end-of-two")])
    assert (outer.step, outer.stack, mib(outer)) == ("end-of-one", (), 1024)


def test_a_step_seen_again_keeps_its_choice_until_it_is_answered_again() -> None:
    ways = (Branch(when="score('q1') < 0.5", to="one"), Branch(to="end"))
    pack = build.pack(
        build.step("one", SIZE, next="two", architecture="idea"),
        build.step("two", build.single("q1"), next=ways),
    )
    events = [answered("one", "size", "half"), left("one"), answered("two", "q1", "no")]
    again = replay(pack, [*events, left("two")])
    assert (again.step, mib(again)) == ("one", 512)
    on = replay(pack, [*events, left("two"), left("one")])
    assert (on.step, mib(on), on.notes) == ("two", 512, ())
    changed = replay(pack, [*events, left("two"), answered("one", "size", "double"), left("one")])
    assert mib(changed) == 2048
    assert changed.visited == ("one", "two")


def test_a_choice_of_a_step_seen_again_replaces_the_old_one() -> None:
    gateway = build.decision(
        "gateway",
        build.option("with", "best", WITH_GATEWAY),
        build.option("bare", "good", documented="true"),
    )
    ways = (Branch(when="score('q1') < 0.5", to="one"), Branch(to="end"))
    pack = build.pack(
        build.step("zero", next="one", architecture="idea"),
        build.step("one", gateway, next="two"),
        build.step("two", build.single("q1"), next=ways),
    )
    events = [left("zero"), answered("one", "gateway", "with"), left("one"), left("two")]
    assert parts(replay(pack, [*events, left("one")])) == {"api", "nat"}
    assert replay(pack, [*events, answered("one", "gateway", "with")]).notes == ()
    assert parts(replay(pack, [*events, answered("one", "gateway", "bare")])) == {"api"}


def test_a_choice_that_others_build_on_stays_under_its_replacement() -> None:
    gateway = build.decision(
        "gateway",
        build.option("with", "best", WITH_GATEWAY),
        build.option("bare", "good", HALF, documented="true"),
    )
    drop = build.decision(
        "drop", build.option("out", "best", WITHOUT_GATEWAY), build.option("stay", "good")
    )
    ways = (Branch(when="score('q1') < 0.5", to="one"), Branch(to="end"))
    pack = build.pack(
        build.step("zero", next="one", architecture="idea"),
        build.step("one", gateway, next="two"),
        build.step("two", drop, build.single("q1"), next=ways),
    )
    events = [left("zero"), answered("one", "gateway", "with"), left("one")]
    events += [answered("two", "drop", "out"), left("two"), answered("one", "gateway", "bare")]
    play = replay(pack, events)
    assert (parts(play), mib(play), play.notes) == ({"api"}, 512, ())


EVENTS = st.one_of(
    st.builds(
        answered,
        st.sampled_from([*JOURNEY.steps]),
        st.sampled_from(["size", "platform", "q1", "q2", "q3"]),
        st.sampled_from(["half", "full", "double", "ecs", "eks", "vm", "yes", "no"]),
    ),
    st.builds(left, st.sampled_from([*JOURNEY.steps])),
)


@settings(max_examples=200, deadline=None)
@given(events=st.lists(EVENTS, max_size=40))
def test_any_events_make_a_run_that_can_be_read_and_made_again(events: list[Event]) -> None:
    play = replay(JOURNEY, events)
    assert replay(JOURNEY, events) == play
    assert play.architecture is replay(JOURNEY, events).architecture
    assert play.step is None or play.progress[play.step] is Progress.HERE
    assert play.total is not None
    assert 0 <= play.total <= 1
    for step in play.visited:
        assert "api" in play.architecture_at(step).components
    assert len(play.decisions) == len({taken.decision.id for taken in play.decisions})
