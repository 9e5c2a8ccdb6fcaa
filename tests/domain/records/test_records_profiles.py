from __future__ import annotations

import re
from dataclasses import replace

import pytest
import yaml
from records_examples import (
    drop_the_gateway,
    keep_the_gateway,
    team_chain,
    team_drops_the_gateway,
)

from archlab.domain.records import (
    Override,
    Overrides,
    Own,
    Profile,
    Statement,
    markdown,
    tree,
)

MADR = [
    *("## Context and Problem Statement", "## Decision Drivers", "## Considered Options"),
    *("## Decision Outcome", "### Consequences", "### Confirmation"),
    "## Pros and Cons of the Options",
]


def headings(text: str, but: str = "### [A-D]:") -> list[str]:
    return [line for line in re.findall(r"^#{1,3} .+", text, re.M) if not re.match(but, line)]


def front_matter(text: str) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(text.split("---\n")[1])
    return found


def test_the_universal_layout_has_its_sections_in_order() -> None:
    assert headings(markdown(team_chain()[1])) == [
        *("# Drop the NAT gateway", "## Status", *MADR, "## More Information"),
        *("### Evidence", "### Assumptions", "### Source claims", "### Votes", "### Dissent"),
        *("### Overrides", "### Lab receipt", "### Related decisions", "### Reproduce"),
    ]


def test_madr4_has_front_matter_instead_of_a_status() -> None:
    older, newer = team_chain()
    text = markdown(newer, profile=Profile.MADR4)
    assert headings(text)[:2] == ["# Drop the NAT gateway", MADR[0]]
    assert "## Status" not in text
    assert "\n\nSupersedes [2. Keep a NAT gateway" in text
    assert front_matter(text) == {
        "number": 3,
        "title": "Drop the NAT gateway",
        "status": "accepted",
        "date": newer.date,
        "decision-makers": ["Team Fjord (9 participants, anonymous vote)"],
    }
    assert (
        front_matter(markdown(older, profile=Profile.MADR4))["status"] == "superseded by ADR-0003"
    )


@pytest.mark.parametrize(
    "title", ['a: "b" # c', "- x", "yes", "{a: b}", "\u2028---\nstatus: rejected", "'", "\\"]
)
def test_front_matter_holds_any_words(title: str) -> None:
    record = replace(drop_the_gateway(), title=Own(title), deciders=Own(title))
    found = front_matter(markdown(record, profile=Profile.MADR4))
    assert found["title"] == " ".join(title.split())
    assert found["decision-makers"] == [" ".join(title.split())]
    assert found["status"] == "accepted"


def test_nygard_has_five_sections_and_the_evidence_under_the_context() -> None:
    text = markdown(team_chain()[1], profile=Profile.NYGARD)
    assert text.startswith("# 3. Drop the NAT gateway\n\nDate: 2026-11-21\n\n## Status\n")
    assert [line for line in headings(text) if line.startswith("## ")] == [
        *("## Status", "## Context", "## Decision", "## Consequences"),
    ]
    context = text.partition("## Context")[2].partition("## Decision\n")[0]
    assert "### Evidence" in context
    assert "Deciders: Team Fjord" in text.partition("## Decision\n")[2]


def test_nygard_says_that_no_consequences_were_written_down() -> None:
    text = markdown(keep_the_gateway(), profile=Profile.NYGARD)
    assert text.endswith("## Consequences\n\nNone were written down.\n")


def test_a_profile_changes_the_pages_alone() -> None:
    one, other = tree(team_chain()), tree(team_chain(), profile=Profile.NYGARD)
    changed = {path for path in one if one[path] != other[path]}
    assert changed == {
        "MANIFEST.sha256",
        *(path for path in one if re.fullmatch(r"docs/decisions/\d{4}-.*\.md", path)),
    }


def test_only_the_linter_of_madr4_is_told_about_titles_in_front_matter() -> None:
    assert "MD025" in tree(team_chain(), profile=Profile.MADR4)[".markdownlint.yml"]
    assert "MD025" not in tree(team_chain())[".markdownlint.yml"]


def test_a_team_says_how_it_voted_and_who_disagreed() -> None:
    text = markdown(team_chain()[1])
    assert "| B: Public subnet, public IPv4 on the task | 2 | 6 |" in text
    assert "4 of 9 changed their vote; mean confidence 2.9 in round 1, 3.8 in round 2." in text
    assert "Hidden until the reveal; discussion 6 minutes between the rounds." in text
    assert (
        '- A, confidence 3 of 5: "then we need the fixed address \\#fixedip" (endorsed by 2)'
        in text
    )
    assert '- C: "98 cents over budget is a rounding error \\<3"' in text
    assert "### Overrides\n\nNone.\n" in text


def test_an_override_names_majority_choice_and_reason() -> None:
    override = Override("A", "B", Own("the budget is <60"), 2)
    record = replace(team_drops_the_gateway(), overrides=Overrides((override,), (1,), 2))
    lines = markdown(record).partition("### Overrides\n\n")[2].partition("\n\n")[0].splitlines()
    assert lines == [
        "- Round 2: the majority chose A, the decision is B, because the budget is \\<60",
        "- Round 1 was opened again",
        "- Votes after the reveal: 2",
    ]


def test_a_receipt_names_what_failed_and_what_was_left() -> None:
    text = markdown(team_chain()[1])
    assert "- Checks: 2 of 3 passed; failed: one ingress rule\n- Left behind: 0 resources" in text
    receipt = team_drops_the_gateway().labs[0]
    record = replace(team_drops_the_gateway(), labs=(replace(receipt, failed=(), left=None),))
    assert "- Checks: 2 of 3 passed\n- Left behind: not looked at" in markdown(record)


def test_confirmation_ends_with_when_to_decide_again() -> None:
    text = markdown(team_chain()[1])
    assert (
        "- The network has no gateway (lab L03): read it back; a budget alarm stands at 60.00 USD\n"
        "- Revisit when a partner asks for a fixed address\n"
        "- Revisit when the service grows: 10 tasks\n"
    ) in text


def test_empty_words_leave_no_holes() -> None:
    bare = Statement("", " ", "a public address")
    record = replace(drop_the_gateway(), title="", deciders="", statement=bare)
    text = markdown(record)
    assert text.startswith("# Decision\n\n- Status: accepted\n- Deciders: not named\n")
    assert "\n\nWe decided for a public address.\n\n" in text


def test_a_vote_has_a_count_for_every_option() -> None:
    record = team_drops_the_gateway()
    assert record.votes is not None
    short = replace(record.votes.rounds[0], votes=(1, 2))
    with pytest.raises(ValueError, match="one count of votes per option"):
        replace(record, votes=replace(record.votes, rounds=(short,)))


def test_dissent_is_for_an_option_that_exists() -> None:
    record = team_drops_the_gateway()
    with pytest.raises(ValueError, match="No option E; there are A, B, C, D"):
        replace(record, dissent=(replace(record.dissent[0], letter="E"),))
