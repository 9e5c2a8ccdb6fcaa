"""The strict YAML: what is refused before anything is built, and what text stays text."""

from __future__ import annotations

import pytest
from pack_builders import TEXTS, found, lint_texts

from archlab.domain.pack.blocks import Accept
from archlab.domain.pack.fields import free
from archlab.domain.pack.yamltext import MAX_DEPTH, MAX_KEY, MAX_NODES, MAX_SCALAR, document

S, ONE = "scenario.yaml", "steps/01-first.md"


def codes(text: str) -> list[str]:
    return [one.code for one in document("x.yaml", text)[1]]


@pytest.mark.parametrize(
    ("fits", "breaks"),
    [
        ("a: " + "[" * (MAX_DEPTH - 1) + "x" + "]" * (MAX_DEPTH - 1), "a: " + "[" * MAX_DEPTH),
        (f"{'k' * MAX_KEY}: x", f"{'k' * (MAX_KEY + 1)}: x"),
        (f"a: {'x' * MAX_SCALAR}", f"a: {'x' * (MAX_SCALAR + 1)}"),
        (
            "a:\n" + "- x\n" * (MAX_NODES - 3),
            "a:\n" + "- x\n" * (MAX_NODES - 2),
        ),
    ],
    ids=["depth", "key", "scalar", "nodes"],
)
def test_a_limit_is_kept_and_one_more_is_refused(fits: str, breaks: str) -> None:
    assert codes(fits) == []
    assert codes(breaks) == ["E107"]


HOSTILE = {
    "brackets": ("a: " + "[" * 100_000, "E107", 1, 23),
    "braces": ("{a: " * 100_000, "E107", 1, 81),
    "dashes": ("- " * 100_000, "E107", 1, 41),
    "questions": ("? " * 50_000, "E108", 1, 3),
    "anchors": ("&a " * 10_000, "E103", 1, 1),
    "aliases": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "E103", 1, 4),
    "merge": ("a: &a {b: c}\nd: {<<: *a}\n", "E103", 1, 4),
    "open text": ('a: "' + "x" * 60_000, "E101", 1, 4),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bomb_is_refused_at_its_first_breach(name: str) -> None:
    """Read on, and libyaml would kill the process or keep it busy for half a minute."""
    text, code, line, column = HOSTILE[name]
    _, problems = document("x.yaml", text)
    assert found(problems) == [(code, "x.yaml", line, column)]


LOOKS_TYPED = ["yes", "no", "on", "22:30", "2026-11-21", "0x1f", "1_000", ".5", "1e3", "007", "+1"]


@pytest.mark.parametrize("text", LOOKS_TYPED)
def test_what_looks_typed_stays_text_in_a_text_field(text: str) -> None:
    texts = {**TEXTS, S: TEXTS[S].replace("title: A small system", f"title: {text} it is")}
    assert lint_texts(texts) == []
    alone, _ = document("x.yaml", f"title: {text}\n")
    assert alone is not None
    assert alone.tree == {"title": text}


@pytest.mark.parametrize("text", [*LOOKS_TYPED, '"14"', "14.0", "1,000", "NaN", "-0x1", "٣"])
def test_what_looks_typed_is_no_whole_number(text: str) -> None:
    texts = {**TEXTS, S: TEXTS[S].replace("minutes: 14", f"minutes: {text}")}
    assert found(lint_texts(texts)) == [("E203", S, 10, 10)]


@pytest.mark.parametrize("text", [*LOOKS_TYPED, '"true"', "True", "1", "y"])
def test_what_looks_typed_is_no_boolean(text: str) -> None:
    texts = {**TEXTS, S: TEXTS[S].replace("lang: en", f"lang: en\nfictional: {text}")}
    assert found(lint_texts(texts)) == [("E203", S, 7, 12)]


@pytest.mark.parametrize("text", [*LOOKS_TYPED[:6], "1_000", ".5", "1e3", "007", "1.1234567"])
def test_what_looks_typed_is_no_decimal(text: str) -> None:
    texts = {**TEXTS, ONE: TEXTS[ONE].replace("score: 0.8", f"score: {text}")}
    assert [code for code, *_ in found(lint_texts(texts))] == ["E203"]


def test_there_is_no_negative_zero() -> None:
    fields = Accept.model_validate(
        {"value": "-0.0", "tolerance": {"abs": "-0"}, "rationale": "It is nothing."}
    )
    assert not fields.value.is_signed()
    assert str(fields.tolerance.abs) == "0"
    assert str(free("-0")) == "0"


def test_positions_count_characters_and_not_bytes() -> None:
    read, _ = document("x.yaml", "a: {b: äöü€, c: d}\n", first_line=7)
    assert read is not None
    assert read.value(("a", "c")) == (7, 17)
    assert read.key(("a", "c")) == (7, 14)


def test_a_merge_key_is_an_ordinary_key() -> None:
    read, problems = document("x.yaml", "<<: {a: b}\n")
    assert (read and read.tree, problems) == ({"<<": {"a": "b"}}, [])
