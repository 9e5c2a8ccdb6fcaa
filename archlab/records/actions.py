"""Writes to records. Words are appended, never changed; figures are never written at all."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from archlab.accounts.actions import lock
from archlab.accounts.models import Learner
from archlab.catalog.comparisons import Compared
from archlab.domain.records.permalink import permalink
from archlab.records import queries
from archlab.records.inputs import figures, inputs_of
from archlab.records.models import DecisionRecord, Permalink, ShareLink
from archlab.records.queries import Binder, Entry
from archlab.records.words import Words
from archlab.web.errors import Refused


class EditedElsewhere(Refused):
    """The record was changed in another tab after this form was opened."""


class TooMany(Refused):
    """There are as many of these as one person or one record can have."""


@transaction.atomic
def edit(
    *, binder: Binder, entry: Entry, words: Words, revision: int, now: datetime
) -> DecisionRecord:
    """Keep what the owner wrote. The same words again are the same edit."""
    row = _kept(binder, entry, now)
    newest = row.edits.last()
    if newest is not None and Words.of_json(newest.words) == words:
        return row
    if revision != row.revision:
        raise EditedElsewhere(
            _(
                "This record was changed in another tab. What stands there now is beside your "
                "words: bring both together and keep them once more."
            )
        )
    if row.revision >= DecisionRecord.MOST_EDITS:
        said = _("This record was changed %(n)s times; it takes no further change.")
        raise TooMany(said % {"n": DecisionRecord.MOST_EDITS})
    row.revision += 1
    row.edits.create(revision=row.revision, words=words.as_json(), at=now)
    row.save(update_fields=["revision"])
    return row


@transaction.atomic
def keep(*, binder: Binder, entry: Entry, now: datetime) -> DecisionRecord:
    """Give the record its permanent address; again it stays the same one."""
    return _kept(binder, entry, now)


@transaction.atomic
def make(
    *,
    learner: Learner,
    source: str,
    compared: Compared,
    title: str,
    chosen: str,
    because: str,
    now: datetime,
) -> DecisionRecord:
    """A record of a decision between the systems of a page. The same twice is one record."""
    lock(learner)
    pinned = {
        "source": source,
        "finding": compared.finding,
        "systems": [system.as_json() for system in compared.systems],
        "chosen": chosen,
        "because": because,
    }
    mine = DecisionRecord.objects.filter(learner=learner, enrolment=None)
    same = mine.filter(title=title, address=compared.address, pinned=pinned).first()
    if same is not None:
        return same
    if mine.count() >= DecisionRecord.MOST_OWN:
        said = _("You have %(n)s records of your own; more cannot be exported together.")
        raise TooMany(said % {"n": DecisionRecord.MOST_OWN})
    return DecisionRecord.objects.create(
        learner=learner,
        origin=DecisionRecord.Origin.CALCULATOR,
        address=compared.address,
        title=title,
        pinned=pinned,
        permalink=_permalink(inputs_of(compared.systems, flow=None)),
        made=now,
    )


@transaction.atomic
def share(*, binder: Binder, entry: Entry, days: int, now: datetime) -> ShareLink:
    """A link under which anybody can read this record until it ends."""
    row = _kept(binder, entry, now)
    if row.links.filter(revoked=None, expires__gt=now).count() >= ShareLink.MOST_OPEN:
        said = _("This record has %(n)s open links. Take one back before you make another.")
        raise TooMany(said % {"n": ShareLink.MOST_OPEN})
    return row.links.create(
        token=secrets.token_urlsafe(32), made=now, expires=now + timedelta(days=days)
    )


def unshare(*, entry: Entry, link_id: int, now: datetime) -> None:
    """Take a link back; one that is closed already stays closed."""
    for link in queries.links_of(entry, now):
        if link.pk == link_id:
            link.revoke(now)


def _kept(binder: Binder, entry: Entry, now: datetime) -> DecisionRecord:
    """The row, made at the first time that there is something to keep. The caller has a
    transaction; one act of a learner at a time."""
    lock(Learner(pk=binder.learner_id))
    if binder.enrolment is None:
        return DecisionRecord.objects.get(pk=UUID(entry.key))
    known = DecisionRecord.objects.filter(enrolment=binder.enrolment, decision=entry.key).first()
    return known or DecisionRecord.objects.create(
        learner_id=binder.learner_id,
        origin=DecisionRecord.Origin.JOURNEY,
        enrolment=binder.enrolment,
        decision=entry.key,
        pinned=entry.computed.inputs,
        permalink=_permalink(entry.computed.inputs),
        made=now,
    )


def _permalink(inputs: dict[str, Any]) -> Permalink:
    key = permalink(inputs)
    told = [asdict(one) for one in figures(inputs)]
    return Permalink.objects.get_or_create(key=key, defaults={"inputs": inputs, "figures": told})[0]
