from __future__ import annotations

import re
from dataclasses import replace

import pytest
from records_examples import drop_the_gateway, keep_the_gateway, team_chain

from archlab.domain.records import (
    BadNumber,
    BrokenLink,
    Link,
    Own,
    TooMuch,
    next_number,
    renumbered,
    sorts_wrongly,
    start_number,
    superseding,
    tree,
    your_file,
)
from archlab.domain.records.limits import ASSUMPTIONS, OPTIONS, RECORDS


@pytest.mark.parametrize(
    ("typed", "number"), [("0", 0), ("1", 1), (" 42 ", 42), ("9999", 9999), ("10000", 10000)]
)
def test_a_whole_number_is_a_start(typed: str, number: int) -> None:
    assert start_number(typed) == number


@pytest.mark.parametrize("typed", ["-1", "x", "", "1.5", "1e3", "\u0663", "100000", "9" * 5000])
def test_anything_else_is_a_sentence(typed: str) -> None:
    with pytest.raises(BadNumber, match="write a whole number from 0 to 99999"):
        start_number(typed)


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (["0001-a.md", "0002-b.md"], 3),
        (["0001-a.md", "0007-c.md", "0003-b.md"], 8),
        (["docs/adr/0009-x.md", "index.md", "README.md", "", "template.md"], 10),
        (["docs\\adr\\0012-x.md"], 13),
        (["0004-a.md", "20240131-log4brains-names-are-dates.md"], 5),
        (["9999-z.md"], 10000),
    ],
)
def test_a_folder_goes_on_after_its_highest_number(names: list[str], number: int) -> None:
    assert next_number(names) == number


@pytest.mark.parametrize("names", [[], ["index.md"], ["a.md", "../0001.md"]])
def test_a_folder_without_numbers_is_a_sentence(names: list[str]) -> None:
    with pytest.raises(BadNumber, match="None of these names starts with a number"):
        next_number(names)


def test_a_full_folder_is_a_sentence() -> None:
    with pytest.raises(BadNumber, match="Start at 100000"):
        next_number(["99999-last.md"])


@pytest.mark.parametrize("start_at", [0, 1, 42, 9999])
def test_numbers_and_links_move_together(start_at: int) -> None:
    first, second = renumbered(
        superseding((keep_the_gateway(), drop_the_gateway()), {2: 3}), start_at
    )
    assert (first.number, second.number) == (start_at, start_at + 1)
    assert first.superseded_by == Link(start_at + 1, second.title)
    assert second.supersedes == (Link(start_at, first.title),)


@pytest.mark.parametrize("start_at", [-1, 99_999])
def test_numbers_stay_within_their_range(start_at: int) -> None:
    with pytest.raises(BadNumber, match="between 0 and 99999"):
        renumbered((keep_the_gateway(), drop_the_gateway()), start_at)


def test_a_gap_is_closed_when_the_numbers_move() -> None:
    late = replace(drop_the_gateway(), number=9)
    assert [r.number for r in renumbered((late, keep_the_gateway()), 5)] == [5, 6]


@pytest.mark.parametrize(("start_at", "wrong"), [(1, False), (9998, False), (9999, True)])
def test_five_digits_beside_four_are_noticed(start_at: int, *, wrong: bool) -> None:
    assert sorts_wrongly((keep_the_gateway(), drop_the_gateway()), start_at) is wrong


@pytest.mark.parametrize(("start_at", "is_new"), [(0, True), (1, True), (2, False), (42, False)])
def test_a_tree_that_goes_on_leaves_index_and_settings_alone(
    start_at: int, *, is_new: bool
) -> None:
    files = tree((keep_the_gateway(), drop_the_gateway()), start_at=start_at)
    shared = {"docs/decisions/index.md", ".adr-dir", ".log4brains.yml", ".markdownlint.yml"}
    assert shared & set(files) == (shared if is_new else set())
    assert ("add to your index" in files["PULL_REQUEST.md"]) is not is_new


def test_the_index_lines_to_add_stand_in_the_pull_request() -> None:
    text = tree((keep_the_gateway(), drop_the_gateway()), start_at=42)["PULL_REQUEST.md"]
    line = "- [ADR-0043](0043-drop-the-nat-gateway.md) - Drop the NAT gateway"
    assert f"- add to your index: `{line}`\n" in text


def test_a_file_of_the_reader_is_superseded_by_name() -> None:
    files = tree(team_chain(), start_at=8)
    text = files["docs/decisions/0009-drop-the-nat-gateway.md"]
    assert "\n\nSupersedes [1. Use nat](0001-use-nat.md)\n\n" in text
    asked = files["PULL_REQUEST.md"]
    name = "0009-drop-the-nat-gateway"
    assert f"`Superseded by [9. Drop the NAT gateway]({name}.md)`" in asked
    assert f"`- Status: superseded by [{name}]({name}.md)`" in asked
    assert '"0001-use-nat.md"' in files["decisions.json"]


@pytest.mark.parametrize("name", ["", "use-nat.md", "0007 use.md", "../0007-x.md", "0007-x`.md"])
def test_only_the_name_of_a_file_is_taken(name: str) -> None:
    with pytest.raises(BadNumber, match="write the name of one of your files"):
        your_file(name)


def test_a_file_of_the_reader_is_older() -> None:
    record = replace(drop_the_gateway(), overtakes=("0003-use-nat.md",))
    with pytest.raises(BadNumber, match="start after the last number of your folder"):
        tree((record,))
    assert tree((record,), start_at=4)


def test_a_related_record_is_one_of_the_tree() -> None:
    record = replace(drop_the_gateway(), relates_to=(Link(9, "Elsewhere"),))
    with pytest.raises(BrokenLink, match="relates to 9"):
        tree((record,))


def test_no_word_of_a_person_stands_in_the_pull_request() -> None:
    record = replace(drop_the_gateway(), title=Own("Fire @bob, he is <b>late</b> https://x.org"))
    text = tree((record,), start_at=42)["PULL_REQUEST.md"]
    assert not re.search(r"[@<>]|https:|meets|Ada", text)
    assert "- [ADR-0042](0042-fire-bob-he-is-b-late-b-https-x-org.md)" in text


def test_an_export_holds_so_much_and_no_more() -> None:
    one = drop_the_gateway()
    many = [replace(one, number=number) for number in range(1, RECORDS + 1)]
    assert tree(many)
    with pytest.raises(TooMuch, match="These are 61 decisions; one export holds 60"):
        tree([*many, replace(one, number=RECORDS + 1)])


def test_a_record_holds_so_much_and_no_more() -> None:
    one = replace(drop_the_gateway(), evidence=replace(drop_the_gateway().evidence, cost_lines=()))
    options = [replace(one.options[0], letter=chr(65 + place)) for place in range(OPTIONS + 1)]
    assert tree((replace(one, options=tuple(options[:-1])),))
    with pytest.raises(TooMuch, match="Record 3 has 13 options; a record holds 12"):
        tree((replace(one, options=tuple(options)),))
    with pytest.raises(TooMuch, match="Record 3 has 201 assumptions; a record holds 200"):
        tree((replace(one, assumptions=one.assumptions[:1] * (ASSUMPTIONS + 1)),))
