"""What the pages of records show."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.catalog.pinned import Gone
from archlab.domain.records import BrokenLink, TooMuch, markdown, record_hash, tree
from archlab.records.forms import EditForm, ExportForm
from archlab.records.inputs import Figures, figures
from archlab.records.models import Permalink, ShareLink
from archlab.records.queries import Binder, Entry, links_of
from archlab.web import content
from archlab.web.diagrams.succession import Node, succession


@dataclass(frozen=True)
class BinderPage:
    """A binder as a list, with the picture of what took the place of what."""

    binder: Binder
    form: ExportForm

    @property
    def picture(self) -> SafeString:
        return picture_of(self.binder)

    @cached_property
    def problem(self) -> str:
        """Why these records cannot be exported together; empty when they can."""
        try:
            tree(self.binder.records)
        except (TooMuch, BrokenLink) as refused:
            return str(refused)
        return ""

    @property
    def digest(self) -> str:
        return record_hash(tree(self.binder.records))


def picture_of(binder: Binder) -> SafeString:
    return succession(
        [
            Node(
                entry.record.number,
                entry.title,
                binder.url_of(entry),
                str(entry.record.status),
                entry.record.superseded_by.number if entry.record.superseded_by else None,
            )
            for entry in binder.entries
        ]
    )


@dataclass(frozen=True)
class Shared:
    """An open link with its whole address."""

    link: ShareLink

    @property
    def url(self) -> str:
        return f"{settings.SITE_URL}{reverse('records:shared', args=[self.link.token])}"


@dataclass(frozen=True)
class RecordPage:
    """The record, rendered from the very text that is exported, beside the form for its words."""

    binder: Binder
    entry: Entry
    form: EditForm
    now: datetime
    problem: str = ""

    @property
    def body(self) -> SafeString:
        return body_of(self.binder, self.entry)

    @cached_property
    def links(self) -> list[Shared]:
        return [Shared(link) for link in links_of(self.entry, self.now)]

    @property
    def url(self) -> str:
        return self.binder.url_of(self.entry)

    @property
    def files(self) -> list[tuple[str, str]]:
        """Each file of this record alone, with what it is."""
        number = self.entry.slug.partition("-")[0]
        return [
            (f"{self.entry.slug}.md", _("Markdown")),
            (f"{number}-cost.csv", _("Cost as CSV")),
            (f"{number}-latency.csv", _("Latency as CSV")),
            (f"{number}-downtime.csv", _("Downtime as CSV")),
        ]


def body_of(binder: Binder, entry: Entry, *, linked: bool = True) -> SafeString:
    text = markdown(entry.record).partition("\n")[2]
    return content.record(text, _Linked(binder) if linked else content.BARE)


class _Linked(content.Bare):
    """Links from one record of a binder to another."""

    def __init__(self, binder: Binder) -> None:
        self.binder = binder

    def record(self, id_: str) -> str:
        found = (one for one in self.binder.entries if f"{one.slug}.md" == id_)
        return next((self.binder.url_of(one) for one in found), "")


@dataclass(frozen=True)
class Side:
    """One of two records beside each other; `name` is how the address calls it."""

    binder: Binder
    entry: Entry

    @property
    def name(self) -> str:
        return f"{self.binder.id}/{self.entry.slug}"

    @property
    def url(self) -> str:
        return self.binder.url_of(self.entry)

    @property
    def body(self) -> SafeString:
        return body_of(self.binder, self.entry)


@dataclass(frozen=True)
class ComparePage:
    """Two of all records of a learner; the first two where the address names none."""

    binders: tuple[Binder, ...]
    a: str
    b: str

    @cached_property
    def sides(self) -> list[Side]:
        return [Side(binder, entry) for binder in self.binders for entry in binder.entries]

    @cached_property
    def pair(self) -> list[Side]:
        known = {side.name: side for side in self.sides}
        asked = [known.get(name) for name in (self.a, self.b)]
        return [one or other for one, other in zip(asked, self.sides, strict=False)]

    @property
    def problem(self) -> str:
        known = {side.name for side in self.sides}
        if all(not name or name in known for name in (self.a, self.b)):
            return ""
        return _("One of these records is not yours or is not there: choose from the lists.")


@dataclass(frozen=True)
class PermalinkPage:
    """Figures from inputs: computed again, or as they were stored."""

    permalink: Permalink

    @cached_property
    def _again(self) -> list[Figures] | Gone:
        try:
            return figures(self.permalink.inputs)
        except Gone as gone:
            return gone

    @property
    def figures(self) -> list[Figures]:
        if isinstance(self._again, Gone):
            return [Figures(**one) for one in self.permalink.figures]
        return self._again

    @property
    def problem(self) -> str:
        """What is no longer installed; empty when the figures were computed again."""
        if not isinstance(self._again, Gone):
            return ""
        said = _(
            "These figures are as they were stored: %(what)s is not installed here any more, so "
            "they cannot be computed again."
        )
        return said % {"what": self._again}

    @property
    def has_changed(self) -> bool:
        """The same inputs give other figures today, as the model itself was mended."""
        stored = [Figures(**one) for one in self.permalink.figures]
        return not self.problem and [f.needles for f in stored] != [f.needles for f in self.figures]

    @property
    def inputs(self) -> SafeString:
        text = json.dumps(self.permalink.inputs, indent=2, ensure_ascii=False, sort_keys=True)
        return content.listing(text, "json", _("Inputs"))
