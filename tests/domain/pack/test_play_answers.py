from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import play_builders as build
import pytest

from archlab.domain.pack import BillView, Block
from archlab.domain.pack.play import AnswerRefused, check_answer, mark, position, solves

WHY = "A reason that is long enough."
CHOICE = {"text": "Text", "rationale": WHY}
ITEMS = tuple({"id": id_, "text": id_, "rationale": WHY} for id_ in ("a", "b", "c"))
PAIRS = (
    {"id": "lb", "left": "ALB", "right": "fixed", "rationale": WHY},
    {"id": "nat", "left": "NAT", "right": "fixed", "rationale": WHY},
    {"id": "ecs", "left": "ECS", "right": "compute", "rationale": WHY},
)

BLOCKS: dict[str, Block] = {
    "decision": build.decision(
        "d1", build.option("eks", "costly"), build.option("ecs", "best"), confidence="true"
    ),
    "asks why": build.decision(
        "d2", build.option("eks", "risky"), build.option("ecs", "best"), reason="required"
    ),
    "single": build.single("q1"),
    "multiple": build.quiz(
        "q2",
        "multiple",
        options=(
            {"id": "a", "correct": "true", **CHOICE},
            {"id": "b", "correct": "true", **CHOICE},
            {"id": "c", **CHOICE},
        ),
    ),
    "numeric": build.quiz(
        "q3",
        "numeric",
        answer="512",
        unit="MiB",
        tolerance={"abs": "0.5"},
        units=({"unit": "GiB", "factor": "1024"},),
        accept=({"value": "1024", "tolerance": {"abs": "0"}, "score": "0.5", "rationale": WHY},),
        explanation=WHY,
    ),
    "order": build.quiz("q4", "order", items=ITEMS, explanation=WHY),
    "match": build.quiz(
        "q5",
        "match",
        pairs=PAIRS,
        distractors=({"id": "odd", "right": "traffic", "rationale": WHY},),
    ),
    "hotspot": build.quiz(
        "q6",
        "hotspot",
        architecture="current",
        targets=("api", "nat"),
        rationales={"api": WHY, "nat": WHY},
        otherwise=WHY,
    ),
    "spot": build.quiz(
        "q7",
        "spot",
        listing={"lang": "ts", "text": "one\ntwo\nthree\nfour\n"},
        errors=(
            {"id": "e1", "lines": ("2", "3"), "rationale": WHY},
            {"id": "e2", "lines": ("4",), "rationale": WHY},
        ),
        otherwise=WHY,
    ),
    "text": build.quiz(
        "q8", "text", answers=({"text": "NAT gateway"},), fuzzy="1", otherwise=WHY, explanation=WHY
    ),
    "claims": build.claims("c1"),
    "bench": build.bench("b1"),
}


@pytest.mark.parametrize(
    ("block", "answer", "raw"),
    [
        ("decision", {"option": "eks"}, "0.3"),
        ("decision", {"option": "ecs", "reason": "small", "confidence": 4}, "1"),
        ("single", {"option": "no"}, "0"),
        ("single", {"option": "yes"}, "1"),
        ("multiple", {"options": ["c"]}, "0"),
        ("multiple", {"options": ["a"]}, "0.5"),
        ("multiple", {"options": ["b", "a"]}, "1"),
        ("numeric", {"value": "500", "unit": "MiB"}, "0"),
        ("numeric", {"value": "1024"}, "0.5"),
        ("numeric", {"value": "0,5", "unit": "GiB"}, "1"),
        ("order", {"order": ["c", "b", "a"]}, "0"),
        ("order", {"order": ["b", "a", "c"]}, "0.3333333333333333333333333333"),
        ("order", {"order": ["a", "b", "c"]}, "1"),
        ("match", {"pairs": {"lb": "odd", "nat": "ecs", "ecs": "lb"}}, "0"),
        (
            "match",
            {"pairs": {"lb": "nat", "nat": "odd", "ecs": "nat"}},
            "0.3333333333333333333333333333",
        ),
        ("match", {"pairs": {"lb": "nat", "nat": "lb", "ecs": "ecs"}}, "1"),
        ("hotspot", {"components": ["cdn"]}, "0"),
        ("hotspot", {"components": ["api"]}, "0.5"),
        ("hotspot", {"components": ["nat", "api"]}, "1"),
        ("spot", {"lines": [1]}, "0"),
        ("spot", {"lines": [2, 3]}, "0.5"),
        ("spot", {"lines": [3, 4]}, "1"),
        ("text", {"text": "a router"}, "0"),
        ("text", {"text": "nat gatway"}, "1"),
    ],
)
def test_every_type_of_answer_is_marked(block: str, answer: Mapping[str, object], raw: str) -> None:
    assert mark(BLOCKS[block], answer).raw == Decimal(raw)


@pytest.mark.parametrize(
    ("block", "answer", "words", "field"),
    [
        ("decision", {}, "Choose an option", "option"),
        ("decision", {"option": "vm"}, '"vm" is not part of this question', "option"),
        ("decision", {"option": ["ecs"]}, "Choose an option", "option"),
        ("decision", {"option": "ecs", "confidence": 6}, "1 to 5", "confidence"),
        ("decision", {"option": "ecs", "confidence": True}, "1 to 5", "confidence"),
        ("decision", {"option": "ecs", "confidence": "4"}, "1 to 5", "confidence"),
        ("decision", {"option": "ecs", "reason": 5}, "as text", "reason"),
        ("decision", {"option": "ecs", "reason": "x" * 501}, "500 characters", "reason"),
        ("asks why", {"option": "ecs", "reason": " "}, "one line on why", "reason"),
        ("single", {"option": ""}, "Choose an option", "option"),
        ("multiple", {"options": []}, "at least one", "options"),
        ("multiple", {"options": ["a", "z"]}, '"z" is not part', "options"),
        ("multiple", {"options": "ab"}, "not complete", "options"),
        ("multiple", {"options": [1]}, "not complete", "options"),
        ("multiple", {"options": ["a"] * 101}, "not complete", "options"),
        ("numeric", {}, "Write a number", "value"),
        ("numeric", {"value": "1,024.5"}, "thousands", "value"),
        ("numeric", {"value": 512}, "Write a number", "value"),
        ("numeric", {"value": "512", "unit": "GB"}, "units: MiB, GiB", "unit"),
        ("numeric", {"value": "512", "unit": ["MiB"]}, "units: MiB, GiB", "unit"),
        ("order", {}, "in order", "order"),
        ("order", {"order": ["a", "b"]}, "place of its own", "order"),
        ("order", {"order": ["a", "b", "b"]}, "place of its own", "order"),
        ("order", {"order": ["a", "b", "z"]}, '"z" is not part', "order"),
        ("match", {"pairs": {"lb": "lb"}}, 'belongs to "NAT"', "pairs"),
        ("match", {"pairs": {"lb": "lb", "nat": "lb", "ecs": "z"}}, '"z" is not part', "pairs"),
        ("match", {"pairs": {"z": "lb"}}, '"z" is not part', "pairs"),
        ("match", {"pairs": ["lb"]}, "not complete", "pairs"),
        ("hotspot", {"components": []}, "at least one component", "components"),
        ("spot", {"lines": []}, "at least one line", "lines"),
        ("spot", {"lines": [5]}, "lines 1 to 4; 5 is none", "lines"),
        ("spot", {"lines": [0]}, "lines 1 to 4; 0 is none", "lines"),
        ("spot", {"lines": ["2"]}, "at least one line", "lines"),
        ("text", {"text": "  "}, "a word or two", "text"),
        ("text", {"text": "x" * 201}, "200 characters", "text"),
        ("claims", {"verdicts": {"total": "confirmed"}}, "for each claim", "verdicts"),
        ("claims", {"verdicts": {"other": "confirmed"}}, '"other" is not part', "verdicts"),
        (
            "claims",
            {"verdicts": {"total": "true", "nat-line": "residual"}},
            '"true" is not part',
            "verdicts",
        ),
        ("bench", {"knobs": {"month": "744"}}, "position for ARM", "knobs"),
        ("bench", {"knobs": {"month": "720", "arm": "true"}}, '"720" is not part', "knobs"),
        ("bench", {"knobs": {"year": "1"}}, '"year" is not part', "knobs"),
    ],
)
def test_an_answer_that_cannot_be_marked_is_refused_with_what_to_do(
    block: str, answer: Mapping[str, object], words: str, field: str
) -> None:
    with pytest.raises(AnswerRefused, match=words) as refused:
        check_answer(BLOCKS[block], answer)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("block", "answer"),
    [
        ("decision", {"option": "ecs"}),
        ("asks why", {"option": "ecs", "reason": "cheap"}),
        ("claims", {"verdicts": {"total": "confirmed", "nat-line": "residual"}}),
        ("bench", {"knobs": {"month": 744, "arm": True}}),
    ],
)
def test_a_whole_answer_is_accepted(block: str, answer: Mapping[str, object]) -> None:
    check_answer(BLOCKS[block], answer)


def test_marking_refuses_what_checking_refuses() -> None:
    with pytest.raises(AnswerRefused, match="1 to 4"):
        mark(BLOCKS["spot"], {"lines": [9]})


def test_a_view_has_no_mark() -> None:
    with pytest.raises(AnswerRefused, match="nothing to mark"):
        mark(BLOCKS["claims"], {"verdicts": {"total": "confirmed", "nat-line": "residual"}})


def test_the_near_miss_that_was_met_is_named() -> None:
    assert mark(BLOCKS["numeric"], {"value": "1"}).accepted is None
    assert mark(BLOCKS["numeric"], {"value": "1", "unit": "GiB"}).accepted == 0


@pytest.mark.parametrize(
    ("knobs", "solved"),
    [
        ({"month": "744", "arm": "true"}, True),
        ({"month": 744, "arm": True}, True),
        ({"month": "730", "arm": "true"}, False),
        ({}, False),
    ],
)
def test_a_bench_is_solved_by_its_one_combination(
    knobs: Mapping[str, object], *, solved: bool
) -> None:
    bench = BLOCKS["bench"]
    assert isinstance(bench, BillView)
    assert solves(bench, {"knobs": knobs}) is solved


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (Decimal("11.93"), "11.93"), ("arm64", "arm64")]
)
def test_a_knob_position_is_text_everywhere(value: object, text: str) -> None:
    assert position(value) == text
