from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from archlab.accounts import merging, privacy, queries
from archlab.accounts.models import Learner, RoleGrant, Session, User
from archlab.accounts.roles import Role
from archlab.accounts.visitor import Visitor
from archlab.web.errors import Refused

REMEMBERED = timedelta(days=90)
GRACE = timedelta(days=7)
"""Between asking for the erasure of an account and the erasure."""
UNUSED = timedelta(days=730)
NOTICE = timedelta(days=30)
"""Between finding an account unused and its erasure."""


def create_guest() -> tuple[Learner, Visitor]:
    """A new guest, and the visitor whose cookie says so. The token itself is stored nowhere."""
    visitor = Visitor(secrets.token_urlsafe(32))
    return Learner.objects.create(token_hash=str(visitor.token_hash)), visitor


def learner_for(visitor: Visitor) -> tuple[Learner, Visitor]:
    """The learner who asks; a stranger becomes a guest, and the visitor says so."""
    if visitor.user_id is not None:
        return Learner.objects.get_or_create(user_id=visitor.user_id)[0], visitor
    found = queries.learner_of(visitor)
    return (found, visitor) if found else create_guest()


def lock(learner: Learner) -> None:
    """One act of a learner at a time; 404 for one who was merged or erased in the meantime."""
    get_object_or_404(Learner.objects.select_for_update(), pk=learner.pk)


@transaction.atomic
def adopt(*, guest: Visitor, user: User) -> Learner:
    """Make the guest's work the user's own. Again, or without a guest, it changes nothing.

    An account without work takes the guest's learner as it is; otherwise the rows move over.
    """
    theirs = _locked_guest(guest)
    mine = Learner.objects.select_for_update().filter(user=user).first()
    if theirs is None:
        return mine or Learner.objects.create(user=user)
    if mine is None:
        theirs.user, theirs.token_hash = user, None
        theirs.save(update_fields=["user", "token_hash"])
        return theirs
    merging.move(theirs, mine)
    theirs.delete()
    return mine


def _locked_guest(guest: Visitor) -> Learner | None:
    if guest.token_hash is None:
        return None
    return Learner.objects.select_for_update().filter(token_hash=guest.token_hash).first()


def mark_seen(*, visitor: Visitor, now: datetime) -> bool:
    """Start the time of keeping again, at most once a day; says whether a row changed."""
    mine = Learner.objects.filter(queries.owned_by(visitor, ""))
    return mine.filter(seen__lt=now - timedelta(days=1)).update(seen=now) > 0


@transaction.atomic
def erase(person: privacy.Person) -> None:
    """Delete everything of a person, at once and for good."""
    if person.learner is not None:
        Learner.objects.select_for_update().filter(pk=person.learner.pk).first()
    privacy.erase(person)


def ask_for_erasure(*, user: User, now: datetime) -> None:
    """Have the account erased after the days of grace; asking again does not begin them anew."""
    unasked = User.objects.filter(pk=user.pk).exclude(erase_because=User.Erasure.ASKED)
    unasked.update(erase_after=now + GRACE, erase_because=User.Erasure.ASKED)


def keep_account(*, user: User) -> None:
    """Take back the wish to be erased."""
    User.objects.filter(pk=user.pk).update(erase_after=None, erase_because="")


def erase_due(*, now: datetime) -> int:
    """Erase the accounts whose days are over; says how many."""
    due = list(User.objects.filter(erase_after__lte=now))
    for user in due:
        erase(queries.person_behind(user))
    return len(due)


def mark_unused(*, now: datetime) -> list[User]:
    """Mark accounts that nobody used for 24 months; they have 30 days to come back."""
    limit = now - UNUSED
    unused = User.objects.filter(erase_after=None, date_joined__lt=limit).exclude(
        Q(last_login__gte=limit) | Q(learner__seen__gte=limit)
    )
    found = list(unused)
    marked = User.objects.filter(pk__in=[user.pk for user in found])
    marked.update(erase_after=now + NOTICE, erase_because=User.Erasure.UNUSED)
    return found


class LastOperator(Refused):
    """Nobody would be left who can give roles."""


@transaction.atomic
def revoke(*, grant: int) -> None:
    """Take a role away. Again, it changes nothing; the last operator stays."""
    held = RoleGrant.objects.select_for_update().filter(pk=grant).first()
    if held is None:
        return
    others = RoleGrant.objects.filter(role=held.role, user__is_active=True).exclude(pk=held.pk)
    if held.role == Role.OPERATOR and not others.exists():
        raise LastOperator(_("This is the last operator. Invite another one first."))
    held.delete()


def prefer(*, user: User, language: str, zone: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language, zone=zone)


def rename(*, user: User, name: str) -> None:
    User.objects.filter(pk=user.pk).update(name=name)


def forget_guests(*, now: datetime | None = None) -> int:
    """Delete guests whom nobody has seen for 90 days, with all that is theirs."""
    limit = (now or timezone.now()) - REMEMBERED
    unseen = Learner.objects.filter(user=None, seen__lt=limit)
    count = unseen.count()
    unseen.delete()
    return count


def end_sessions(*, user: User, but: str | None = None) -> int:
    """Sign the user out everywhere, or everywhere else; says how many sessions ended."""
    return Session.objects.filter(user=user).exclude(session_key=but or "").delete()[0]


def note_sign_in(*, user: User) -> None:
    """Who comes back is no unused account any more. An erasure that was asked for stays."""
    unused = User.objects.filter(pk=user.pk, erase_because=User.Erasure.UNUSED)
    unused.update(erase_after=None, erase_because="")
    Learner.objects.filter(user=user).update(seen=timezone.now())


def forget_sessions() -> None:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
