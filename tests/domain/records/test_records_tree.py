from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_examples import drop_the_gateway, keep_the_gateway

from archlab.domain.records import (
    BrokenLink,
    DecisionRecord,
    Link,
    Own,
    Status,
    file_name,
    index,
    proposed_pairs,
    superseding,
    tree,
)

NAME = re.compile(r"[0-9]{4,}-[a-z0-9]+(-[a-z0-9]+)*\.md")


def both() -> tuple[DecisionRecord, DecisionRecord]:
    return keep_the_gateway(), drop_the_gateway()


@settings(max_examples=300)
@given(number=st.integers(0, 123456), title=st.text(max_size=320))
def test_every_title_gives_a_safe_name(number: int, title: str) -> None:
    name = file_name(number, title)
    assert NAME.fullmatch(name)
    assert len(name) <= 80
    assert int(name.split("-")[0]) == number


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Drop the NAT gateway", "0003-drop-the-nat-gateway.md"),
        ("", "0003-decision.md"),
        ("\U0001f600", "0003-decision.md"),
        ("../x", "0003-x.md"),
        ("CON", "0003-con.md"),
        ("Caf\u00e9 & Stra\u00dfe", "0003-cafe-strasse.md"),
        ("\u0642\u0631\u0627\u0631 4", "0003-4.md"),
        ("a" * 300, "0003-" + "a" * 72 + ".md"),
        ("b" * 71 + " c", "0003-" + "b" * 71 + ".md"),
    ],
)
def test_titles_become_plain_words(title: str, name: str) -> None:
    assert file_name(3, title) == file_name(3, Own(title)) == name


def test_a_record_has_no_negative_number() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        file_name(-1, "x")


def test_the_tree_holds_every_record_and_an_index() -> None:
    files = tree(superseding(both(), {2: 3}))
    assert list(files) == [
        ".adr-dir",
        ".log4brains.yml",
        ".markdownlint.yml",
        "MANIFEST.sha256",
        "PULL_REQUEST.md",
        "decisions.json",
        "decisions.schema.json",
        "docs/decisions/0002-keep-a-nat-gateway-for-outgoing-payments.md",
        "docs/decisions/0003-drop-the-nat-gateway.md",
        *(
            f"docs/decisions/evidence/{number}-{kind}.csv"
            for number in ("0002", "0003")
            for kind in ("cost", "downtime", "latency")
        ),
        "docs/decisions/index.md",
    ]


def test_every_link_of_a_tree_leads_to_a_file_of_it() -> None:
    files = tree(superseding(both(), {2: 3}))
    targets = [t for text in files.values() for t in re.findall(r"\]\(([^)]+)\)", text)]
    assert len(targets) == 3 * 2 + 3 + 2
    for target in targets:
        assert f"docs/decisions/{target}" in files


def test_the_index_stands_between_its_markers() -> None:
    assert index(both()) == (
        "# Decision records\n"
        "\n"
        "<!-- adrlog -->\n"
        "\n"
        "- [ADR-0002](0002-keep-a-nat-gateway-for-outgoing-payments.md)"
        " - Keep a NAT gateway for outgoing payments\n"
        "- [ADR-0003](0003-drop-the-nat-gateway.md) - Drop the NAT gateway\n"
        "\n"
        "<!-- adrlogstop -->\n"
    )


def test_an_index_without_records_keeps_its_markers() -> None:
    assert index(()) == "# Decision records\n\n<!-- adrlog -->\n\n<!-- adrlogstop -->\n"


def test_a_folder_beyond_9999_has_one_width() -> None:
    older, newer = both()
    files = tree(superseding((older, replace(newer, number=10000)), {2: 10000}))
    text = files["docs/decisions/00002-keep-a-nat-gateway-for-outgoing-payments.md"]
    assert "by [10000-drop" in text
    assert "docs/decisions/evidence/00002-cost.csv" in files


def test_two_records_with_one_title_have_two_names() -> None:
    older, newer = both()
    same = replace(newer, title=older.title)
    assert len([path for path in tree((older, same)) if "payments.md" in path]) == 2


def test_two_records_with_one_number_are_refused() -> None:
    older, newer = both()
    with pytest.raises(ValueError, match="same number"):
        tree((older, replace(newer, number=2)))


def test_a_link_that_only_one_record_knows_is_refused() -> None:
    older, newer = both()
    with pytest.raises(BrokenLink, match="do not both say"):
        tree((older, replace(newer, supersedes=(Link(2, older.title),))))
    backward = replace(older, status=Status.SUPERSEDED, superseded_by=Link(3, newer.title))
    with pytest.raises(BrokenLink, match="do not both say"):
        tree((backward, newer))


@pytest.mark.parametrize("pairs", [{3: 2}, {2: 2}, {2: 9}, {9: 3}])
def test_only_a_later_record_of_the_tree_supersedes(pairs: dict[int, int]) -> None:
    with pytest.raises(BrokenLink):
        superseding(both(), pairs)


def test_a_circle_made_by_hand_is_refused() -> None:
    older, newer = both()
    one, two = Link(2, older.title), Link(3, newer.title)
    circle = (
        replace(older, status=Status.SUPERSEDED, superseded_by=two, supersedes=(two,)),
        replace(newer, status=Status.SUPERSEDED, superseded_by=one, supersedes=(one,)),
    )
    with pytest.raises(BrokenLink, match="cannot supersede"):
        tree(circle)


def test_the_next_decision_on_the_same_thing_is_proposed_as_successor() -> None:
    touched = {
        1: frozenset({"api.cpu"}),
        2: frozenset({"nat", "api.public_ipv4"}),
        3: frozenset({"api.cpu", "keys"}),
        4: frozenset({"nat"}),
        5: frozenset({"nat", "api.cpu"}),
    }
    assert proposed_pairs(touched) == {1: 3, 2: 4, 3: 5, 4: 5}
