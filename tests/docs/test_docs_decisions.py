"""Our own decision records, read as other tools read them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
SECTIONS = [
    "Status",
    "Context and Problem Statement",
    "Decision Drivers",
    "Considered Options",
    "Decision Outcome",
    "Pros and Cons of the Options",
]


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def section(text: str, name: str) -> str:
    return text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def test_the_lasting_choices_have_records() -> None:
    assert len(RECORDS) >= 10
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_record_has_the_layout_that_the_product_exports(record: Path) -> None:
    text = read(record)
    lines = text.splitlines()
    assert re.fullmatch(r"# [A-Z].*[^.]", lines[0])
    assert [line.split(":")[0] for line in lines[2:6]] == [
        "- Status",
        "- Deciders",
        "- Date",
        "- Tags",
    ]
    assert re.fullmatch(r"- Date: \d{4}-\d{2}-\d{2}", lines[4])
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings == SECTIONS or headings == [*SECTIONS, "More Information"]
    assert len(lines) <= 80
    assert text.isascii()
    assert text.endswith("\n")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_record_is_named_for_its_title_and_both_statuses_agree(record: Path) -> None:
    text = read(record)
    assert re.fullmatch(r"[0-9]{4}(-[a-z0-9]+)+\.md", record.name)
    assert len(record.name) <= 80
    status = text.splitlines()[2].removeprefix("- Status: ")
    assert section(text, "Status").strip().lower().startswith(status.split()[0])


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_the_chosen_option_was_considered_and_every_option_is_weighed(record: Path) -> None:
    text = read(record)
    options = re.findall(r"^- (.+)$", section(text, "Considered Options"), re.M)
    chosen = re.search(r'Chosen option: "(.+?)", because \S', section(text, "Decision Outcome"))
    assert chosen
    assert chosen[1] in options
    assert len(options) >= 2
    weighed = section(text, "Pros and Cons of the Options")
    assert re.findall(r"^### (.+)$", weighed, re.M) == options


def test_the_index_lists_every_record_once_with_its_title() -> None:
    index = read(FOLDER / "index.md")
    listed = re.findall(r"^- \[(\d{4}): (.+)\]\((.+)\)$", index, re.M)
    titles = [read(record).splitlines()[0].removeprefix("# ") for record in RECORDS]
    assert listed == [(r.name[:4], t, r.name) for r, t in zip(RECORDS, titles, strict=True)]
    assert index.index("<!-- adrlog -->") < index.index("<!-- adrlogstop -->")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_files_that_a_record_names_exist(record: Path) -> None:
    root = FOLDER.parents[1]
    for path in re.findall(r"`((?:archlab|tests|docs)/[^`]*)`", read(record)):
        assert (root / path).exists(), path
