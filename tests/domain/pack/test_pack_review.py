"""Questions asked again: which ones, how they are marked, where another version has them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from play_builders import decision, memory, option, pack, quiz, single, step, system

from archlab.domain.grading import AnswerRefused
from archlab.domain.pack import Quiz
from archlab.domain.pack.review import (
    Fate,
    asked_in,
    documented_at,
    fate,
    is_reviewed,
    mark_again,
)
from archlab.domain.pack.versions import compare

TASTE = decision("taste", option("a", "best"), option("b"), editorial="true")
CHOICE = decision(
    "choice",
    option("a", "best", documented="true"),
    option("b", "good"),
    option("c", "costly", score="0.6"),
    option("d", "risky"),
)


def left_out() -> Quiz:
    return single("q-left-out", review="false")


def renamed(id_: str, *was: str) -> Quiz:
    return single(id_).model_copy(update={"was": was})


def test_a_question_comes_again_unless_its_author_says_no_or_it_is_of_taste() -> None:
    assert is_reviewed(single("q"))
    assert is_reviewed(CHOICE)
    assert not is_reviewed(left_out())
    assert not is_reviewed(TASTE)
    assert not is_reviewed(None)


@pytest.mark.parametrize(("choice", "raw"), [("a", "1"), ("b", "0.5"), ("c", "0"), ("d", "0")])
def test_an_option_is_worth_what_its_verdict_says_and_not_its_score(choice: str, raw: str) -> None:
    marking = mark_again(CHOICE, {"option": choice})
    assert marking.raw == Decimal(raw)
    assert [part.right for part in marking.parts] == [choice == "a"]


def test_a_quiz_is_marked_as_in_its_step() -> None:
    assert mark_again(single("q"), {"option": "yes"}).right
    assert mark_again(single("q"), {"option": "no"}).raw == 0


@pytest.mark.parametrize("answer", [{}, {"option": "gone"}])
def test_an_answer_that_does_not_fit_is_refused(answer: dict[str, object]) -> None:
    for block in (CHOICE, single("q")):
        with pytest.raises(AnswerRefused):
            mark_again(block, answer)


def test_a_question_is_found_by_its_id_and_by_an_earlier_one() -> None:
    newer = pack(step("one", renamed("q-new", "q-old", "q-older"), left_out(), TASTE))
    for name in ("q-new", "q-old", "q-older"):
        found = asked_in(newer, name)
        assert found is not None
        assert found.id == "q-new"
    for name in ("q-left-out", "taste", "nothing"):
        assert asked_in(newer, name) is None


def test_an_id_in_use_wins_over_the_same_id_of_earlier() -> None:
    newer = pack(step("one", renamed("q-new", "q"), single("q")))
    found = asked_in(newer, "q")
    assert found is not None
    assert found.id == "q"


def test_the_fate_of_a_question_between_two_versions() -> None:
    numeric = quiz(
        "q-type", "numeric", answer="3", unit="USD", tolerance={"abs": "0.1"},
        otherwise="Not that one.", explanation="It is three of them.",
    )  # fmt: skip
    old = pack(step("one", single("q-same"), single("q-old"), single("q-gone"), single("q-type")))
    new = pack(step("one", single("q-same"), renamed("q-new", "q-old"), numeric))
    led = partial(fate, comparison=compare(old, new), new=new)
    assert led("q-same") == Fate("q-same")
    assert led("q-old") == Fate("q-new")
    assert led("q-gone") == Fate(None)
    assert led("q-type") == Fate("q-type", is_rescored=True)
    same = compare(old, old)
    assert all(fate(block.id, same, old) == Fate(block.id) for block in old.start.blocks)


def test_outside_of_a_run_the_current_system_is_the_source_s_own() -> None:
    grows = decision(
        "grow",
        option("keep", "best"),
        option("more", "good", memory(512), documented="true"),
    )
    steps = (
        step("one", grows, next="two", architecture="idea"),
        step("two"),
        step("aside", architecture="other"),
    )
    systems = {"idea": system(), "other": system("other")}
    played = replace(pack(*steps, architectures=systems), path_documented=("one", "two"))
    before, after = documented_at(played, "one"), documented_at(played, "two")
    assert before == systems["idea"]
    assert before.components["api"] != after.components["api"]
    assert documented_at(played, "aside") == systems["other"]
