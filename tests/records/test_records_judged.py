"""Programs of others read an export: what they show must be what we wrote.

log4brains, adr-log and markdownlint-cli2 stand in `tests/tools/adr`, adr-viewer in the environment,
adr-tools, graphviz and cmark-gfm come from Debian; `make test` installs them all.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import builders
import jsonschema
import pytest
from hostile_words import FRAGMENTS
from people import Person
from player import Player
from record_figures import check_figures
from records_examples import drop_the_gateway, team_chain
from sampling import sampled

from archlab.domain.records import DecisionRecord, Own, Profile, Status, file_name, tree
from archlab.domain.records.sections import title
from archlab.domain.records.text import escape, one_line, plain_line
from archlab.records.queries import own_binder, records_of

SLUGS = ["lambda-to-fargate", "spot-mvp", "ec2-to-lambda", "vps-to-aws", "eight-services"]
BIN = Path(__file__).resolve().parents[1] / "tools" / "adr" / "node_modules" / ".bin"
ODD = Own("Keep, or *drop*, the <b>gateway</b> | at `last`")

Judge = Callable[[Path, Sequence[DecisionRecord]], None]


def examples() -> tuple[DecisionRecord, ...]:
    """A chain with everything in it, an odd title, a proposal."""
    odd = replace(drop_the_gateway(), number=4, title=ODD)
    proposed = replace(drop_the_gateway(), number=5, status=Status.PROPOSED, title="Maybe, later")
    return (*team_chain(), odd, proposed)


def unpacked(
    folder: Path, records: Sequence[DecisionRecord], profile: Profile = Profile.UNIVERSAL
) -> Path:
    for path, text in tree(records, profile=profile).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    return folder


def said(folder: Path, *words: str | Path, stdin: str | None = None) -> str:
    """What a program prints; the test fails with its words where it fails."""
    done = subprocess.run(  # noqa: S603
        [str(word) for word in words],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"{words[0]}: {done.stdout}{done.stderr}"
    return done.stdout


def sums(folder: Path, _records: Sequence[DecisionRecord]) -> None:
    said(folder, "sha256sum", "--quiet", "-c", "MANIFEST.sha256")


def markdownlint(folder: Path, _records: Sequence[DecisionRecord]) -> None:
    said(folder, BIN / "markdownlint-cli2", "docs/decisions/*.md", "PULL_REQUEST.md")


def log4brains(folder: Path, records: Sequence[DecisionRecord]) -> None:
    rows = said(folder, BIN / "log4brains", "adr", "list", "--raw").splitlines()
    assert [row.split(",", 3) for row in rows if row] == [
        [slug(record), record.status.upper(), "", plain_line(record.title)] for record in records
    ]


def adr_log(folder: Path, records: Sequence[DecisionRecord]) -> None:
    printed = said(folder, BIN / "adr-log", "-d", "docs/decisions")
    found = re.findall(r"^\* \[ADR-(\d+)\]\((.+?)\) - ?(.*)$", printed, re.M)
    assert found == [
        (f"{record.number:04}", f"{slug(record)}.md", title(record)) for record in records
    ]


def adr_tools(folder: Path, records: Sequence[DecisionRecord]) -> None:
    listed = said(folder, "adr", "generate", "toc")
    assert re.findall(r"^\* \[(.*)\]\((.*?)\)$", listed, re.M) == [
        (title(record), f"{slug(record)}.md") for record in records
    ]
    graph = said(folder, "adr", "generate", "graph")
    edges = set(re.findall(r"_(\d+) -> _(\d+) \[label=\"(.*?)\"", graph))
    older = {(str(r.number), str(link.number)) for r in records for link in r.supersedes}
    older |= {(str(r.number), str(int(mine[:4]))) for r in records for mine in r.overtakes}
    assert edges == {(newer, old, "Supersedes") for newer, old in older}
    assert "<svg" in said(folder, "dot", "-Tsvg", stdin=graph)


def adr_viewer(folder: Path, records: Sequence[DecisionRecord]) -> None:
    viewer = Path(sys.executable).with_name("adr-viewer")
    said(folder, viewer, "--adr-path", "docs/decisions", "--output", "viewer.html")
    page = (folder / "viewer.html").read_text(encoding="utf-8")
    (folder / "viewer.html").unlink()
    shown = Counter(re.findall(r'class="panel-heading adr-(\w+)"', page))
    ours = Counter(str(record.status) for record in records)
    ours["pending"] = ours.pop("proposed", 0)
    assert shown == ours + Counter(unknown=1)  # the index


def json_schema(folder: Path, records: Sequence[DecisionRecord]) -> None:
    schema, document = (
        json.loads((folder / name).read_text(encoding="utf-8"))
        for name in ("decisions.schema.json", "decisions.json")
    )
    jsonschema.Draft202012Validator(schema).validate(document)
    assert [one["number"] for one in document["records"]] == [one.number for one in records]


def links(folder: Path, _records: Sequence[DecisionRecord]) -> None:
    """The one file that is not here is the reader's own."""
    for page in (folder / "docs" / "decisions").glob("*.md"):
        for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file() or target.startswith("0001-"), target


def figures(folder: Path, _records: Sequence[DecisionRecord]) -> None:
    found = [file for file in folder.rglob("*") if file.suffix in {".md", ".csv", ".json"}]
    check_figures({str(f.relative_to(folder)): f.read_text(encoding="utf-8") for f in found})


JUDGES: tuple[Judge, ...] = (
    sums,
    markdownlint,
    log4brains,
    adr_log,
    adr_tools,
    adr_viewer,
    json_schema,
    links,
    figures,
)


def slug(record: DecisionRecord) -> str:
    return file_name(record.number, record.title).removesuffix(".md")


@pytest.mark.parametrize("judge", JUDGES)
def test_others_read_what_we_wrote(judge: Judge, tmp_path: Path) -> None:
    judge(unpacked(tmp_path, examples()), examples())


@pytest.mark.django_db
@pytest.mark.parametrize("slug_", sampled(SLUGS, 1))
def test_a_whole_journey_is_read_as_we_wrote_it(alice: Person, tmp_path: Path, slug_: str) -> None:
    player = Player(alice, slug=slug_)
    player.start()
    player.play()
    records = records_of(player.enrolment)
    assert len(records) > 3
    folder = unpacked(tmp_path, records)
    for judge in JUDGES:
        judge(folder, records)


@pytest.mark.django_db
def test_the_record_of_a_comparison_is_read_as_we_wrote_it(alice: Person, tmp_path: Path) -> None:
    builders.published()
    pair = {"a": "lambda-to-fargate/serverless", "b": "lambda-to-fargate/fargate"}
    typed = {"title": "Who answers at night?", "chosen": "B", "because": "One bill less."}
    assert alice.post(f"/records/new/compare/?{urlencode(pair)}", typed).status_code == 302
    records = own_binder(alice.learner).records
    folder = unpacked(tmp_path, records)
    for judge in JUDGES:
        judge(folder, records)


@pytest.mark.parametrize("profile", [Profile.MADR4, Profile.NYGARD])
@pytest.mark.parametrize("judge", [sums, markdownlint, json_schema, links])
def test_every_profile_is_sound(judge: Judge, profile: Profile, tmp_path: Path) -> None:
    judge(unpacked(tmp_path, examples(), profile), examples())


@pytest.mark.parametrize("judge", [log4brains, adr_log, adr_tools, adr_viewer])
def test_front_matter_is_misread(judge: Judge, tmp_path: Path) -> None:
    """Why it is not the default; and each judge can say no."""
    with pytest.raises(AssertionError):
        judge(unpacked(tmp_path, examples(), Profile.MADR4), examples())


def spoil(folder: Path, old: str, new: str) -> None:
    page = folder / "docs" / "decisions" / f"{slug(team_chain()[0])}.md"
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("judge", "old", "new"),
    [
        (sums, "90.87", "90.88"),
        (markdownlint, "## Status\n\n", "## Status\n"),
        (adr_viewer, "## Status\n\n", "## Status\n\nAccepted\n\n"),
        (log4brains, "- Status: superseded by", "- Status: accepted, not"),
        (adr_tools, "Superseded by", "Supersedes"),
        (links, "evidence/0002-cost.csv", "evidence/0002-costs.csv"),
    ],
)
def test_a_spoilt_page_is_noticed(judge: Judge, old: str, new: str, tmp_path: Path) -> None:
    folder = unpacked(tmp_path, examples())
    spoil(folder, old, new)
    with pytest.raises(AssertionError):
        judge(folder, examples())


def test_another_page_in_the_folder_is_noticed(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, examples())
    (folder / "docs" / "decisions" / "template.md").write_text("# Title\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        adr_log(folder, examples())


def test_a_changed_key_is_noticed(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, examples())
    file = folder / "decisions.json"
    file.write_text(file.read_text("utf-8").replace('"team"', '"teams"'), encoding="utf-8")
    with pytest.raises(jsonschema.ValidationError):
        json_schema(folder, examples())


class Shown(HTMLParser):
    """The elements of a page and the text of each list item, cell and heading."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag in {"li", "th", "td", "h3"}:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data


def as_github_shows(folder: Path, markdown: str) -> Shown:
    extensions = [word for name in ("autolink", "strikethrough", "table") for word in ("-e", name)]
    return Shown(said(folder, "cmark-gfm", "--unsafe", *extensions, stdin=markdown))


def test_another_parser_shows_hostile_words_as_typed(tmp_path: Path) -> None:
    """Each pair of pieces in an item, a cell and a heading; no element comes of any."""
    words = [f"{one}{other}" for one in FRAGMENTS for other in FRAGMENTS]
    items = "\n".join(f"- A: {escape(one)}" for one in words)
    rows = "\n".join(f"| q {escape(one)} | z |" for one in words)
    heads = "\n\n".join(f"### A: {escape(one)}" for one in words)
    shown = as_github_shows(tmp_path, f"{items}\n\n| q | z |\n| ---- | ---- |\n{rows}\n\n{heads}\n")
    assert shown.tags == {"ul", "li", "table", "thead", "tbody", "tr", "th", "td", "h3"}
    found = [" ".join(text.split()) for text in shown.texts]
    lines = [one_line(one) for one in words]
    items_wanted = [f"A: {line}".strip() for line in lines]
    cells_wanted = [cell for line in lines for cell in (f"q {line}".strip(), "z")]
    assert found == [*items_wanted, "q", "z", *cells_wanted, *items_wanted]


def test_the_other_parser_is_awake(tmp_path: Path) -> None:
    assert {"a", "b"} <= as_github_shows(tmp_path, "- <b>x</b> https://x.org").tags
