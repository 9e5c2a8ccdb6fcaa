"""Which PDFs are made at once and which in the background, and how long these are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archlab.accounts.models import Learner
from archlab.domain.records import (
    BrokenLink,
    DecisionRecord,
    TooMuch,
    markdown,
    record_hash,
    tree,
)
from archlab.jobs import actions as jobs
from archlab.jobs.work import Failed, Work
from archlab.journeys.queries import runs
from archlab.records.models import Printed
from archlab.records.pdf import NoPrinter, is_available, pdf_of
from archlab.records.queries import Binder, of_run, own_binder
from archlab.web.errors import Refused

KIND = "records-pdf"
AT_ONCE = 50
"""Pages. A page takes about 0.06 s of a processor."""
KEPT = timedelta(days=1)
LINES, LETTERS = 42, 100
"""Lines of Markdown on a page, letters on a line: measured on the records of the journeys."""


class NotPrinted(Refused):
    """These records cannot be exported together."""


def pages_of(records: Sequence[DecisionRecord]) -> int:
    """About how many pages they take; each begins on a page of its own, after the contents."""
    return 1 + sum(ceil(_lines(markdown(record)) / LINES) for record in records)


def _lines(text: str) -> int:
    return sum(1 + len(line) // LETTERS for line in text.split("\n"))


@dataclass(frozen=True)
class Print:
    """The PDF of a binder: how long it is, and how far it has come."""

    binder: Binder

    @cached_property
    def pages(self) -> int:
        return pages_of(self.binder.records)

    @property
    def is_long(self) -> bool:
        return self.pages > AT_ONCE

    @cached_property
    def digest(self) -> str:
        """The record hash. Raises `NotPrinted`."""
        try:
            return record_hash(tree(self.binder.records))
        except (BrokenLink, TooMuch) as refused:
            raise NotPrinted(str(refused)) from refused

    @cached_property
    def row(self) -> Printed | None:
        """What was asked for, if the records and the language are still those."""
        asked = Printed.objects.filter(binder=self.binder.id, digest=self.digest)
        return asked.filter(language=_language()).select_related("job").first()

    @property
    def until(self) -> datetime | None:
        return self.row.asked + KEPT if self.row else None


@transaction.atomic
def ask(*, wanted: Print, now: datetime) -> Printed:
    """Have it made in the background; one that is done or under way is left as it is."""
    if not is_available():
        raise NoPrinter
    if wanted.row and not wanted.row.has_failed:
        return wanted.row
    binder = wanted.binder
    fresh = {
        "learner_id": binder.learner_id,
        "digest": wanted.digest,
        "language": _language(),
        "job": jobs.ask(
            kind=KIND,
            business_key=f"{KIND} {binder.id} {wanted.digest} {_language()}",
            object_ref=str(binder.id),
            now=now,
        ),
        "asked": now,
        "content": None,
    }
    row, _created = Printed.objects.update_or_create(binder=binder.id, defaults=fresh)
    return row


def carry_out(work: Work) -> None:
    """Make the document of a job, with the words that its owner has written by now."""
    row = Printed.objects.filter(binder=UUID(work.job.object_ref), job=work.job).first()
    if row is None:
        raise Failed("forgotten")
    with translation.override(row.language):
        wanted = Print(_binder(row))
        digest, total, word = wanted.digest, wanted.pages, _("pages")

        def watch(page: int) -> None:
            if page > work.job.done:  # numbers of pages settle in a second go
                work.step(page, max(page, total), word)

        content = pdf_of(wanted.binder.records, identifier=digest, watch=watch)
    with work.finishing():
        Printed.objects.filter(pk=row.pk, job=work.job).update(content=content, digest=digest)


def forget(*, now: datetime) -> int:
    """Delete what was asked for a day ago."""
    return Printed.objects.filter(asked__lte=now - KEPT).delete()[0]


def drop_of_guest(guest: Learner, _owner: Learner) -> None:
    """A guest's documents are not worth moving: they are made again from what has moved."""
    Printed.objects.filter(learner=guest).delete()


def _binder(row: Printed) -> Binder:
    run = runs().filter(pk=row.binder, learner=row.learner_id).first()
    return of_run(run) if run else own_binder(row.learner)


def _language() -> str:
    return get_language() or "en"
