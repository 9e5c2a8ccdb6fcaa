"""Decision records as one tagged PDF, made of the very Markdown that is exported.

WeasyPrint is an extra. Whatever a record says, nothing is fetched: pictures are `data:` addresses,
fonts are those of the machine. The same records give the same bytes with the same libraries and
fonts.
"""

from __future__ import annotations

import gc
import html
import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, get_ident

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from archlab.domain.records import DecisionRecord, file_name, markdown
from archlab.domain.records.names import width_for
from archlab.web import content
from archlab.web.errors import Refused

STYLE = Path(__file__).with_name("print.css")
_SAID = re.compile(r"<(?:title|desc)\b[^>]*>([^<]+)<")
_LAID_OUT = re.compile(r"Creating layout - Page ([0-9]+)")
_PROGRESS = logging.getLogger("weasyprint.progress")
_PROGRESS.setLevel(logging.INFO)
_PROGRESS.propagate = False  # for those who listen here, not for the site's log

_ONE = Lock()

Watch = Callable[[int], None]


class NoPrinter(Refused):
    """The extra is not installed here."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This site makes no PDF: WeasyPrint is missing. Whoever runs it can install the "
                "extra: pip install weasyprint==70.*, and Debian's libpango-1.0-0, "
                "libpangoft2-1.0-0, libharfbuzz-subset0 and fonts-dejavu. "
                "Until then the folder holds everything else."
            )
        )


@cache
def is_available() -> bool:
    """Whether the extra is here, with the libraries that it loads."""
    if find_spec("weasyprint") is None:
        return False
    try:
        import weasyprint  # noqa: F401 - loads Pango
    except OSError:
        return False
    return True


def pdf_of(
    records: Sequence[DecisionRecord], *, identifier: str, watch: Watch | None = None
) -> bytes:
    """PDF/UA-1 with one chapter per record, in the language that is active.

    `identifier` is the record hash (64 hexadecimal digits): the document's id, and in the foot of
    each page. `watch` is told the number of each page that is laid out and may raise to stop; a
    page may come twice. Raises `NoPrinter`.
    """
    if not is_available():
        raise NoPrinter
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    nothing = URLFetcher(allowed_protocols=("data",))
    style = CSS(string=STYLE.read_text(encoding="utf-8"), url_fetcher=nothing)
    with _alone(), _watched(watch):
        printed: bytes = HTML(string=_page(records, identifier), url_fetcher=nothing).write_pdf(
            stylesheets=[style],
            pdf_variant="pdf/ua-1",
            pdf_identifier=bytes.fromhex(identifier)[:16],
        )
    return printed


@dataclass(frozen=True, slots=True)
class _Picture:
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    number: int
    title: SafeString
    body: SafeString
    picture: _Picture | None


def _page(records: Sequence[DecisionRecord], identifier: str) -> str:
    width = width_for([record.number for record in records])
    links = _Anchors({file_name(r.number, r.title, width=width): r.number for r in records})
    language = get_language() or "en"
    sheets = [_sheet(record, width, links) for record in records]
    context = {
        "language": language,
        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
        "title": html.unescape(sheets[0].title) if len(sheets) == 1 else _("Decision records"),
        "identifier": identifier,
        "sheets": sheets,
    }
    return render_to_string("records/pdf.html", context)


def _sheet(record: DecisionRecord, width: int, links: content.Roles) -> _Sheet:
    title, _newline, body = markdown(record, width=width).partition("\n")
    return _Sheet(
        number=record.number,
        title=content.inline(title.removeprefix("# ")),
        body=content.record(body, links),
        picture=_picture(record.evidence.diagram),
    )


def _picture(svg: str) -> _Picture | None:
    """A drawing as an address of its own, so that no text of it can become part of the page.

    What it is for those who do not see it stands in its own title and description.
    """
    if not svg:
        return None
    words = ". ".join(html.unescape(said).strip() for said in _SAID.findall(svg)[:2])
    address = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return _Picture(address, words or _("Drawing of the system"))


class _Anchors(content.Bare):
    """Links from one record to another stay inside the document."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self.numbers = numbers

    def record(self, id_: str) -> str:
        return f"#record-{self.numbers[id_]}" if id_ in self.numbers else ""


@contextmanager
def _alone() -> Iterator[None]:
    """One document at a time in a process, since each takes much memory.

    A layout is millions of small objects that stay until its end; a collector that looks at them
    less often took a quarter less time for 61 pages.
    """
    with _ONE:
        usual = gc.get_threshold()
        gc.set_threshold(20_000, 20, 20)
        try:
            yield
        finally:
            gc.set_threshold(*usual)


@contextmanager
def _watched(watch: Watch | None) -> Iterator[None]:
    """WeasyPrint tells its progress to a logger, and to nobody else."""
    if watch is None:
        yield
        return
    listener = _Listener(watch)
    _PROGRESS.addHandler(listener)
    try:
        yield
    finally:
        _PROGRESS.removeHandler(listener)


class _Listener(logging.Handler):
    """Passes on the pages that its own thread lays out."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch, self.thread = watch, get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        page = _LAID_OUT.search(record.getMessage())
        if page and record.thread == self.thread:
            self.watch(int(page[1]))
