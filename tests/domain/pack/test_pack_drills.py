"""Mistakes in drills: each is found by its code, where it stands, and nothing else is."""

from __future__ import annotations

import pytest
from pack_builders import TEXTS, Break, encoded, found, lint_texts

from archlab.domain.pack import Drill, check, load

S, SIDE = "scenario.yaml", "steps/50-side.md"

DRILL_BREAKS = [
    # schema
    Break("E201", SIDE, "clock: {minutes: 45,", "clock: {minutes: 45, sped: 5,", "sped"),
    Break("E202", SIDE, "debrief: One gigabyte of logs a day", "was: [x]\n#", "objectives: [read"),
    Break("E203", SIDE, "at_min: 20", "at_min: 20.5", "20.5"),
    Break("E204", SIDE, "verdict: risky", "verdict: fatal", "fatal"),
    Break("E204", SIDE, "part: order", "part: ordre", "ordre"),
    Break("E204", SIDE, "ends: lose", "ends: lost", "lost,\n"),
    Break("E205", SIDE, "minutes: 45, start", "minutes: 4, start", "4, start"),
    Break("E205", SIDE, "minutes: 45, start", "minutes: 5761, start", "5761"),
    Break("E205", SIDE, "minutes: 6,", "minutes: 481,", "481"),
    Break("E205", SIDE, "kind: text, minutes: 2", "kind: text, minutes: 61", "61"),
    Break("E205", SIDE, "points: 40", "points: 101", "101"),
    Break("E205", SIDE, "at_most: 60", "at_most: -1", "-1,"),
    Break("E205", SIDE, "[[-40, 9.5], [0, 0]]", "[[0, 9.5], [0, 0]]", "[[0,"),
    Break("E205", SIDE, "initial: 0, min: 0", "initial: 51, min: 0", "51, min"),
    Break("E205", SIDE, "initial: 0, min: 0", "initial: 0, min: 1", "0, min: 1"),
    Break("E205", SIDE, "at_min: 20", "at_min: 46", "46"),
    Break("E206", SIDE, "effects: {free_gb: 1}", "effects: {}", "effects: {}"),
    Break("E206", SIDE, "{free_gb: 1}", "{free_gb: {}}", "free_gb: {}"),
    Break("E207", SIDE, 'start: "08:10"', 'start: "24:10"', '"24:10"'),
    Break("E207", SIDE, "{free_gb: 1}", "{FREE: 1}", "FREE"),
    Break("E208", SIDE, "{set: 500}", "{set: 500, add: 1}", "refused: {set: 500, "),
    Break("E208", SIDE, "text: 45 GB", "series: [[0, 1], [1, 2]], text: 45 GB", "{id: usage"),
    Break("E208", SIDE, "text: 45 GB", "alt: Folders and their sizes, text: 45", "{id: usage"),
    Break("E209", SIDE, "     alt: It falls to nothing within the hour.}", "}", "{id: space"),
    Break("E209", SIDE, '     alt: "A visitor, a balancer and one task."}', "}", "{id: plan"),
    Break("E308", SIDE, "briefing: The disk", "briefing: The [disk](file:x)", "The [disk]"),
    Break("E306", SIDE, "debrief: One gigabyte", "debrief: One <b>gigabyte", "One <b>"),
    # names
    Break("E411", SIDE, "architecture: start", "architecture: stort", "stort"),
    Break("E416", SIDE, "evidence: [T-003]", "evidence: [T-030]", "T-030"),
    Break("E420", SIDE, "{id: plan,", "{id: drop,", "drop, text"),
    Break("E420", SIDE, "{id: backup,", "{id: rows,", "rows, text: Backups"),
    Break("E420", SIDE, "{id: plan,", "{id: rotate,", "rotate, text"),
    Break("E426", SIDE, "requires: [usage]", "requires: [usge]", "usge"),
    Break("E426", SIDE, "forbids: [empty]", "forbids: [emtpy]", "emtpy"),
    Break("E426", SIDE, "unless: [empty]", "unless: [emty]", "emty"),
    Break("E426", SIDE, "[usage, empty, rotate]", "[usage, empty, rotat]", "rotat]"),
    Break("E426", SIDE, "did('drop')", "did('logs')", "did('logs')"),
    Break("E426", SIDE, "did('drop')", "did('usage')", "did('usage')"),
    Break("E426", SIDE, "before('usage', 'empty')", "before('usage', 'rotate')", '"before('),
    Break("E426", SIDE, "saw('space')", "saw('drop')", "minute > 30"),
    Break("E426", SIDE, "cause('logs')", "cause('log')", "cause('log')"),
    Break("E427", SIDE, "{refused: {add: 4}}", "{refusd: {add: 4}}", "refusd"),
    Break("E433", SIDE, "flag('big')", "flag('bug')", "flag('bug')"),
    Break("E433", SIDE, "{mood: calm}", "{moot: calm}", "moot"),
    Break("E204", SIDE, "{mood: calm}", "{mood: glad}", "glad"),
    Break("E204", SIDE, "flag('mood', 'tense')", "flag('mood', 'tens')", "\"flag('mood"),
    Break("E204", SIDE, "flag('big')", "\"flag('big', 'yes')\"", "\"flag('big', "),
    # conditions
    Break("E525", SIDE, "win: free_gb >= 5", "win: free >= 5", "free >= 5"),
    Break("E525", SIDE, "win: free_gb >= 5", "win: free_gb + 5", "free_gb + 5"),
    Break("E525", SIDE, "lose: refused > 150", "lose: refused >", "refused >\n"),
    Break("E525", SIDE, "lose: refused > 150", "lose: chose('pick', 'more')", "chose('pick'"),
    Break("E525", SIDE, "did('drop')", "\"did('drop', 'restart')\"", "\"did('drop', "),
    Break("E525", SIDE, "did('drop')", "did(refused)", "did(refused)"),
    Break("E525", SIDE, "flag('mood', 'tense')", "flag('mood')", "\"flag('mood"),
    # playing it
    Break("E603", SIDE, "text: The rows grew, ", "text: The rows grew, correct: true, ", "causes"),
    Break("E603", SIDE, "rotation, correct: true,", "rotation,", "causes"),
    Break("E605", SIDE, "text: Restart the task", "text: Empty the logs", "Empty the logs, min"),
    Break("E610", SIDE, "[usage, empty, rotate]", "[empty, usage, rotate]", "model_solution"),
    Break("E610", SIDE, "[usage, empty, rotate]", "[usage, rotate]", "model_solution"),
    Break("E610", SIDE, "when: did('drop'), label", "when: did('empty'), label", "{at_most"),
    Break("E610", SIDE, "{free_gb: 45,", "{free_gb: 4,", "model_solution"),
    Break("E611", SIDE, "min: 0, max: 50}", "min: 0, max: 50, drift: 0.2}", "free_gb >= 5"),
    Break("W632", SIDE, "forbids: [empty]", "requires: [drop]", "restart, text"),
    Break(
        "W632",
        SIDE,
        "forbids: [empty]",
        "requires: [empty], forbids: [usage, empty]",
        "restart, text",
    ),
    Break("W632", SIDE, "minutes: 6,", "minutes: 45,", "restart, text"),
    Break("W632", SIDE, "forbids: [empty]", "requires: [restart]", "restart, text"),
]


@pytest.mark.parametrize(("minutes", "codes"), [(2358, []), (2359, ["E206"])])
def test_a_long_night_has_short_rules(minutes: int, codes: list[str]) -> None:
    """212 characters in all: the two rules are asked at every minute."""
    long = "win: free_gb >= 5" + " or free_gb >= 50" * 11 + " \n"
    night = (
        TEXTS[SIDE]
        .replace("win: free_gb >= 5\n", long)
        .replace("minutes: 45", f"minutes: {minutes}")
    )
    assert [one.code for one in lint_texts({**TEXTS, SIDE: night})] == codes


def test_the_linter_knows_drills() -> None:
    assert any(isinstance(block, Drill) for block in load(encoded(TEXTS)).steps["side"].blocks)


@pytest.mark.parametrize("broken", DRILL_BREAKS, ids=str)
def test_a_mistake_in_a_drill_is_found_where_it_stands(broken: Break) -> None:
    assert found(lint_texts(broken.texts)) == [(broken.code, *broken.place)]


def test_the_model_solution_wins_under_the_documented_flags_as_well() -> None:
    """The documented option of the pack sets a flag that makes the drill harder."""
    texts = {
        **TEXTS,
        "steps/01-first.md": TEXTS["steps/01-first.md"].replace(
            "    documented: true\n", "    documented: true\n    flags: {big: true}\n"
        ),
        SIDE: TEXTS[SIDE].replace("{refused: {add: 4}}", "{refused: {add: 100}}"),
    }
    said = [(one.code, one.message) for one in lint_texts(texts)]
    refused = "This is over: nothing can be opened or done any more."
    way = "with the flags of the documented path"
    assert said == [("E610", f"the model solution cannot be played {way}: {refused}")]


def test_a_drill_is_something_to_do_and_assesses_its_objectives() -> None:
    alone = (
        TEXTS[SIDE].partition("```{quiz}")[0] + "```{drill}" + TEXTS[SIDE].partition("{drill}")[2]
    )
    assert lint_texts({**TEXTS, SIDE: alone}) == []


def test_an_undefined_flag_is_found_without_engines_too() -> None:
    texts = {**TEXTS, SIDE: TEXTS[SIDE].replace("flag('big')", "flag('bug')")}
    assert [one.code for one in check(encoded(texts))] == ["E433"]
