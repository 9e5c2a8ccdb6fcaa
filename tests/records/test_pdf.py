"""The PDF of decision records: what a screen reader, a search and an archive find in it."""

from __future__ import annotations

import io
import logging
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.utils import translation
from records_examples import drop_the_gateway, keep_the_gateway

from archlab.domain.records import (
    DecisionRecord,
    Dissent,
    Own,
    markdown,
    record_hash,
    superseding,
    tree,
)
from archlab.records import pdf
from archlab.records.pdf import NoPrinter, pdf_of

PROGRESS = logging.getLogger("weasyprint.progress")
USD = re.compile(r"\b[0-9]+\.[0-9]{2}\b")
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><title>Two parts</title>'
    "<desc>A task &amp; a gateway</desc><path d='M0 0h40v20z'/></svg>"
)
OPENINGS = (
    "<script>{0}</script>", "<img src={0} onerror=alert(1)>", "![x]({0})", "[x]({0})", "<{0}>",
    "<link rel=stylesheet href={0}>", "<style>@import url({0});</style>", "<iframe src={0}>",
    "<object data={0}>", "<embed src={0}>", "<svg><image href={0} /></svg>",
    "<svg><use href={0}#a></svg>", '</li></ul><a href="{0}">x</a>', "| <b>{0}</b> |",
    "```\n{0}\n```", "    {0}", "# <i>{0}</i>", "[x]: {0}\n\n[x]", "&lt;a href={0}&gt;",
    "<div style=\"background:url('{0}')\">",
)  # fmt: skip
TARGETS = (
    "file:///etc/passwd", "http://127.0.0.1:9/x", "https://evil.example/x", "//evil.example/x",
    "javascript:alert(1)", "data:text/html,<b>x</b>", "ftp://evil.example/x", "xmpp:a@evil.example",
    "\u202efile:///etc/shadow", "FILE:///etc/hostname",
)  # fmt: skip


def chain() -> tuple[DecisionRecord, ...]:
    newer = drop_the_gateway()
    drawn = replace(newer, evidence=replace(newer.evidence, diagram=DRAWING))
    return superseding([keep_the_gateway(), drawn], {2: 3})


def printed(records: Sequence[DecisionRecord]) -> bytes:
    return pdf_of(records, identifier=record_hash(tree(records)))


@pytest.fixture(scope="module")
def document() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(printed(chain()))) as opened:
        yield opened


def walk(element: Any) -> Iterator[Any]:
    """The structure elements below one, in the order of reading."""
    if isinstance(element, pikepdf.Array):
        for child in element:
            yield from walk(child)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            yield element
        if "/K" in element:
            yield from walk(element.K)


def elements(document: pikepdf.Pdf, *names: str) -> list[Any]:
    return [one for one in walk(document.Root.StructTreeRoot.K) if str(one.S) in names]


def tool(name: str, content: bytes, folder: Path, *more: str) -> str:
    file = folder / "records.pdf"
    file.write_bytes(content)
    done = subprocess.run(  # noqa: S603 - Debian's own tool, our own file
        [name, *more[:-1], str(file), *more[-1:]], capture_output=True, check=True
    )
    return done.stdout.decode()


def words_of(content: bytes, folder: Path) -> str:
    return tool("pdftotext", content, folder, "-layout", "-")


def test_it_says_that_it_is_tagged_in_which_language_and_what_it_is(
    document: pikepdf.Pdf,
) -> None:
    root = document.Root
    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "en"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    with document.open_metadata() as told:
        assert told["pdfuaid:part"] == "1"
        assert told["dc:title"] == "Decision records"


def test_one_record_alone_gives_its_own_title_to_the_document() -> None:
    with pikepdf.open(io.BytesIO(printed([drop_the_gateway()]))) as alone:
        assert alone.docinfo["/Title"] == "Drop the NAT gateway"


def test_its_language_is_that_of_the_reader() -> None:
    with translation.override("ar"), pikepdf.open(io.BytesIO(printed(chain()))) as opened:
        assert str(opened.Root.Lang) == "ar"


def test_every_picture_has_words(document: pikepdf.Pdf) -> None:
    figures = elements(document, "/Figure")
    assert [str(one.Alt) for one in figures] == ["Two parts. A task & a gateway"]


def test_headings_begin_at_one_and_never_skip_a_level(document: pikepdf.Pdf) -> None:
    levels = [int(str(one.S)[2:]) for one in elements(document, "/H1", "/H2", "/H3", "/H4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert levels.count(2) == 2
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_figure_of_a_table_hangs_on_its_row_and_its_column(document: pikepdf.Pdf) -> None:
    tables = elements(document, "/Table")
    assert len(tables) >= 5
    for table in tables:
        cells = [one for one in walk(table.K) if str(one.S) == "/TD"]
        assert cells
        assert all(len(cell.A.Headers) == 2 for cell in cells)
        heads = [one for one in walk(table.K) if str(one.S) == "/TH"]
        assert all(list(walk(head.K)) for head in heads)


def test_links_between_records_stay_inside_the_document(document: pikepdf.Pdf) -> None:
    links = [note for page in document.pages for note in page.get("/Annots", [])]
    assert len([note for note in links if "/Dest" in note or "/A" not in note]) >= 4
    assert not [note for note in links if "/A" in note and "/URI" in note.A]


def test_bookmarks_are_the_records(document: pikepdf.Pdf) -> None:
    with document.open_outline() as outline:
        (top,) = outline.root
        told = [item.title for item in top.children]
    assert told == ["2. Keep a NAT gateway for outgoing payments", "3. Drop the NAT gateway"]


def test_its_identity_is_the_record_hash(document: pikepdf.Pdf) -> None:
    assert bytes(document.trailer.ID[0]).hex() == record_hash(tree(chain()))[:32]


def test_each_page_carries_the_record_hash_and_its_number(tmp_path: Path) -> None:
    pages = words_of(printed(chain()), tmp_path).split("\f")[:-1]
    hash_ = record_hash(tree(chain()))
    for number, page in enumerate(pages, 1):
        assert hash_ in page
        assert re.search(rf"\b{number} ?/ ?{len(pages)}\n", page)


def test_poppler_finds_it_tagged_and_without_scripts(tmp_path: Path) -> None:
    told = tool("pdfinfo", printed(chain()), tmp_path, "-isodates")
    assert re.search(r"Tagged: +yes", told)
    assert re.search(r"JavaScript: +no", told)
    assert re.search(r"Title: +Decision records", told)


def test_every_amount_of_the_markdown_is_in_its_text_and_nothing_of_the_markup(
    tmp_path: Path,
) -> None:
    text = words_of(printed(chain()), tmp_path)
    amounts = {usd for record in chain() for usd in USD.findall(markdown(record))}
    assert len(amounts) >= 12
    assert amounts <= set(USD.findall(text))
    assert "Ada <3" in text
    assert "\\" not in text
    assert "&lt;" not in text


def hostile(words: Sequence[str]) -> DecisionRecord:
    """A record into which a team wrote all of these, wherever people may write."""
    first, *rest = words
    record = drop_the_gateway()
    return replace(
        record,
        title=Own(first),
        deciders=Own(first),
        own_words=Own("\n\n".join(words)),
        outcome=replace(record.outcome, because=Own(" ".join(words))),
        dissent=tuple(Dissent("A", Own(one)) for one in rest),
    )


def test_200_hostile_texts_are_words_and_nothing_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    payloads = [opening.format(target) for opening in OPENINGS for target in TARGETS]
    assert len(set(payloads)) == 200
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: asked.append(address))
    records = [
        replace(hostile(payloads[start : start + 20]), number=start + 1)
        for start in range(0, 200, 20)
    ]
    content = printed(records)
    assert not asked
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert not elements(opened, "/Figure")
        notes = [note for page in opened.pages for note in page.get("/Annots", [])]
        assert not [note for note in notes if "/A" in note and "/URI" in note.A]
        assert "/JavaScript" not in opened.Root.get("/Names", {})
        assert not opened.attachments
    text = "".join(words_of(content, tmp_path).split())
    assert "root:x:0:0" not in text
    for payload in payloads:
        shown = "".join(payload.replace("\u202e", "").split())
        assert shown[:24] in text, payload


@pytest.mark.parametrize("scheme", ["file:///etc/hostname", "http://127.0.0.1:9/x.png"])
def test_even_a_drawing_that_asks_for_a_file_gets_none(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positive control: the guard is at work where something is asked for."""
    refused: list[str] = []
    monkeypatch.setattr(logging.getLogger("weasyprint"), "error", lambda *a: refused.append(a))
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it was fetched"))
    drawing = DRAWING.replace("<path", f'<image href="{scheme}" width="9" height="9"/><path')
    record = drop_the_gateway()
    printed([replace(record, evidence=replace(record.evidence, diagram=drawing))])
    assert "disallowed protocol" in str(refused)


TWICE = """
import os, sys
import django
django.setup()
from test_pdf import chain, printed
sys.stdout.buffer.write(printed(chain()))
"""


def test_two_processes_make_the_same_bytes(tmp_path: Path) -> None:
    tests = settings.ROOT / "tests"
    places = (settings.ROOT, tests, tests / "records")
    made = []
    for seed, zone, lang in (("1", "Asia/Kolkata", "C"), ("2", "America/Lima", "de_DE.UTF-8")):
        own = {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": lang, "LC_ALL": lang}
        env = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "archlab.settings"}
        env["PYTHONPATH"] = os.pathsep.join(map(str, places))
        env["ARCHLAB_DATA_DIR"] = str(tmp_path)
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", TWICE], env=env, cwd=tmp_path, capture_output=True, check=True
        )
        made.append(done.stdout)
    assert made[0].startswith(b"%PDF-1.7")
    assert made[0] == made[1]


def test_a_changed_cent_changes_the_document() -> None:
    record = drop_the_gateway()
    first, *rest = record.evidence.cost_lines
    dearer = replace(first, amounts=(Decimal("33.49"), *first.amounts[1:]))
    other = replace(record, evidence=replace(record.evidence, cost_lines=(dearer, *rest)))
    assert printed([record]) != printed([other])


def test_whoever_waits_is_told_of_each_page_and_may_stop() -> None:
    listeners = list(PROGRESS.handlers)
    seen: list[int] = []
    pdf_of(chain(), identifier=record_hash(tree(chain())), watch=seen.append)
    assert seen[0] == 1
    assert max(seen) >= 5

    def stop(number: int) -> None:
        if number == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        pdf_of(chain(), identifier=record_hash(tree(chain())), watch=stop)
    assert PROGRESS.handlers == listeners


def test_without_the_extra_there_is_a_sentence_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    with pytest.raises(NoPrinter, match=r"pip install weasyprint==70.*fonts-dejavu"):
        printed(chain())
