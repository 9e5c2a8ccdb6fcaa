"""One-time links: to a role, or to a new password where no mail is set up."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from archlab.accounts.models import Invitation, RoleGrant, User
from archlab.accounts.roles import Role
from archlab.accounts.visitor import TOKEN, hashed
from archlab.web.errors import Refused

OPEN = timedelta(days=3)


class LinkIsUsed(Refused):
    """The link was used by somebody else, or its time is over."""


def invite(*, role: Role, now: datetime) -> str:
    """The address of a link to a role; whoever opens it first takes it."""
    return _link(Invitation(role=role), now)


def invite_to_new_password(*, user: User, now: datetime) -> str:
    """The address of a link to a new password; older ones of the same user end."""
    Invitation.objects.filter(user=user).delete()
    return _link(Invitation(user=user), now)


def _link(invitation: Invitation, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hashed(token)
    invitation.created, invitation.expires = now, now + OPEN
    invitation.save(force_insert=True)
    return f"{settings.SITE_URL}{reverse('accounts:invitation', args=[token])}"


def find(token: str) -> Invitation | None:
    if not TOKEN.fullmatch(token):
        return None
    return Invitation.objects.select_related("user").filter(token_hash=hashed(token)).first()


@transaction.atomic
def accept(*, invitation: Invitation, user: User, now: datetime) -> RoleGrant:
    """Give the role to the user. A double click is one click."""
    role = invitation.role
    if _use(invitation, now):
        return RoleGrant.objects.get_or_create(user=user, role=role, defaults={"granted": now})[0]
    held = RoleGrant.objects.filter(user=user, role=role).first()
    if held is None:
        raise LinkIsUsed(_("This link was used before, or its time is over. Ask for a new one."))
    return held


@transaction.atomic
def use_for_password(*, invitation: Invitation, now: datetime) -> None:
    if not _use(invitation, now):
        raise LinkIsUsed(_("This link was used before, or its time is over. Ask for a new one."))


def _use(invitation: Invitation, now: datetime) -> bool:
    """One conditional update: of two at the same time one gets it."""
    mine = Invitation.objects.filter(pk=invitation.pk, used=None, expires__gt=now)
    return mine.update(used=now) == 1


def forget_old(*, now: datetime) -> None:
    Invitation.objects.filter(expires__lt=now).delete()
