from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.utils import timezone

from archlab.accounts.models import Learner
from archlab.accounts.visitor import Visitor

REMEMBERED = timedelta(days=90)


def create_guest() -> tuple[Learner, Visitor]:
    """A new guest, and the visitor whose cookie says so. The token itself is stored nowhere."""
    visitor = Visitor(secrets.token_urlsafe(32))
    return Learner.objects.create(token_hash=str(visitor.token_hash)), visitor


def mark_seen(*, visitor: Visitor, now: datetime) -> bool:
    """Start the 90 days again, at most once a day; says whether a row changed."""
    stale = Learner.objects.filter(token_hash=visitor.token_hash, seen__lt=now - timedelta(days=1))
    return stale.update(seen=now) > 0


def forget_guests(*, now: datetime | None = None) -> int:
    """Delete guests whom nobody has seen for 90 days, with all that is theirs."""
    limit = (now or timezone.now()) - REMEMBERED
    unseen = Learner.objects.filter(user=None, seen__lt=limit)
    count = unseen.count()
    unseen.delete()
    return count


def forget_sessions() -> None:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
