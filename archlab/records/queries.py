"""Whose records are whose: binders of a learner, each a folder with its own numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from archlab.accounts.models import Learner
from archlab.accounts.queries import learner_of, owned_by
from archlab.accounts.visitor import Visitor
from archlab.catalog.pinned import Gone
from archlab.domain.records import DecisionRecord as Record
from archlab.domain.records import Own, Status, file_name, one_line, proposed_pairs, superseding
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import pack_played, runs, runs_of
from archlab.records.calculated import calculated
from archlab.records.journey import Computed, computed
from archlab.records.models import DecisionRecord, Permalink, RecordEdit, ShareLink
from archlab.records.words import BY, STANDINGS, Words, with_words


@dataclass(frozen=True)
class Entry:
    """A record as it is read and exported, beside what its owner may change of it.

    `row` is None until the owner adds something. `proposed` is the number of the record that
    probably takes its place; `slug` is the name of its file without the ending.
    """

    key: str
    record: Record
    computed: Computed
    row: DecisionRecord | None
    words: Words
    proposed: int | None

    @property
    def slug(self) -> str:
        return file_name(self.record.number, self.record.title).removesuffix(".md")

    @property
    def title(self) -> str:
        return plain(self.record.title)

    @property
    def revision(self) -> int:
        return self.row.revision if self.row else 0


def plain(text: str | Own) -> str:
    return one_line(text.words if isinstance(text, Own) else text)


@dataclass(frozen=True)
class Binder:
    """Records that are numbered and exported together: those of a run, or a learner's own.

    `missing` counts records whose systems are no longer installed.
    """

    id: UUID
    title: str
    learner_id: UUID
    enrolment: Enrolment | None
    entries: tuple[Entry, ...]
    missing: int = 0

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(entry.record for entry in self.entries)

    @property
    def url(self) -> str:
        return reverse("records:list", args=[self.id])

    def entry(self, slug: str) -> Entry:
        """An unknown name is a 404."""
        for one in self.entries:
            if one.slug == slug:
                return one
        raise Http404(f"no record {slug}")

    def url_of(self, entry: Entry) -> str:
        return reverse("records:page", args=[self.id, entry.slug])

    def later_than(self, entry: Entry) -> list[Entry]:
        """The records that could take its place: only a later one can, so there is no circle."""
        return [one for one in self.entries if one.record.number > entry.record.number]


def binder_of(visitor: Visitor, binder_id: UUID) -> Binder:
    """The visitor's own binder, by a run or by the visitor themselves; else a 404."""
    run = runs().filter(owned_by(visitor), pk=binder_id).first()
    if run is not None:
        return of_run(run)
    learner = learner_of(visitor)
    if learner is None or learner.pk != binder_id:
        raise Http404("no such records of yours")
    return own_binder(learner)


def binders_of(learner: Learner | None) -> Iterator[Binder]:
    """Every binder that holds a record, the newest run first; nobody has none."""
    if learner is None:
        return
    found = (of_run(run) for run in runs_of(learner).reverse())
    yield from (binder for binder in (*found, own_binder(learner)) if binder.entries)


def of_run(enrolment: Enrolment) -> Binder:
    rows = {row.decision: row for row in rows_of(enrolment.learner_id).filter(enrolment=enrolment)}
    entries = _entries(computed(enrolment), rows)
    title = pack_played(enrolment).scenario.title
    return Binder(enrolment.pk, title, enrolment.learner_id, enrolment, entries)


def own_binder(learner: Learner) -> Binder:
    """Records without a journey, in the order in which they were made."""
    rows = list(rows_of(learner.pk).filter(enrolment=None))
    found = list(_calculated(rows))
    entries = _entries(found, {row.id.hex: row for row in rows})
    missing = len(rows) - len(entries)
    return Binder(learner.pk, _("Your own"), learner.pk, None, entries, missing)


def records_of(enrolment: Enrolment) -> tuple[Record, ...]:
    """The records of a run as they are read and exported."""
    return of_run(enrolment).records


def rows_of(learner_id: UUID) -> QuerySet[DecisionRecord]:
    """Rows with the words of their newest edit as `kept`, in one query."""
    newest = RecordEdit.objects.filter(record=OuterRef("pk")).order_by("-revision")
    rows = DecisionRecord.objects.filter(learner=learner_id)
    return rows.annotate(kept=Subquery(newest.values("words")[:1]))


def link_named(token: str, now: datetime) -> ShareLink:
    """An open link; one that ended, was taken back or never was is a 404."""
    links = ShareLink.objects.filter(token=token, revoked=None, expires__gt=now)
    return get_object_or_404(links.select_related("record__learner", "record__enrolment"))


def shared_entry(link: ShareLink) -> tuple[Binder, Entry]:
    """What a link shows: the record as its owner sees it now."""
    row = link.record
    if row.enrolment_id is None:
        binder = own_binder(row.learner)
    else:
        binder = of_run(runs().get(pk=row.enrolment_id))
    for entry in binder.entries:
        if entry.row is not None and entry.row.pk == row.pk:
            return binder, entry
    raise Http404("the decision was taken back")


def links_of(entry: Entry, now: datetime) -> list[ShareLink]:
    """The open links of a record, the oldest first."""
    if entry.row is None:
        return []
    return list(entry.row.links.filter(revoked=None, expires__gt=now))


def permalink_named(key: str) -> Permalink:
    return get_object_or_404(Permalink, key=key)


def address_of(permalink: str) -> str:
    """The whole address of a permalink, as it stands in files."""
    return f"{settings.SITE_URL}{reverse('permalink', args=[permalink])}"


def _calculated(rows: Sequence[DecisionRecord]) -> Iterator[Computed]:
    for number, row in enumerate(rows, 1):
        try:
            yield calculated(row, number)
        except Gone:
            continue


def _entries(found: Sequence[Computed], rows: Mapping[str, DecisionRecord]) -> tuple[Entry, ...]:
    """With words and links on both sides. What is proposed holds until somebody says otherwise."""
    proposed = proposed_pairs({one.record.number: one.touched for one in found})
    numbers = {one.key: one.record.number for one in found}
    drafts = [_entry(one, rows.get(one.key), proposed) for one in found]
    pairs: dict[int, int] = {}
    for draft in drafts:
        number = draft.record.number
        newer = numbers.get(draft.words.superseded_by, 0)
        if not draft.words.standing and draft.proposed:
            newer = draft.proposed
        if newer > number:
            pairs[number] = newer
    plain_records = [
        replace(draft.record, status=Status.ACCEPTED)
        if draft.record.number in pairs
        else draft.record
        for draft in drafts
    ]
    linked = superseding(plain_records, pairs)
    return tuple(
        replace(draft, record=record) for draft, record in zip(drafts, linked, strict=True)
    )


def _entry(one: Computed, row: DecisionRecord | None, proposed: Mapping[int, int]) -> Entry:
    record, words = one.record, one.words
    kept = vars(row).get("kept") if row else None
    if kept:
        words = Words.of_json(kept)
        record = with_words(record, words)
    if row is not None:
        evidence = replace(record.evidence, permalink=address_of(row.permalink_id))
        record = replace(record, evidence=evidence)
    return Entry(one.key, record, one, row, words, proposed.get(record.number))


def standings_of(binder: Binder, entry: Entry) -> list[tuple[str, str]]:
    """What its owner can say of where a decision stands: a value, and what it is called."""
    names = {
        Status.PROPOSED: _("proposed"),
        Status.ACCEPTED: _("accepted"),
        Status.REJECTED: _("rejected"),
        Status.DEPRECATED: _("deprecated"),
    }
    later = (
        (
            f"{BY}{one.key}",
            _("superseded by %(n)s. %(title)s") % {"n": one.record.number, "title": one.title},
        )
        for one in binder.later_than(entry)
    )
    return [*((str(status), names[status]) for status in STANDINGS), *later]


def standing_of(binder: Binder, entry: Entry) -> str:
    """Where it stands now, as one of those values."""
    newer = entry.record.superseded_by
    if newer is None:
        return str(entry.record.status)
    return next(f"{BY}{one.key}" for one in binder.entries if one.record.number == newer.number)
