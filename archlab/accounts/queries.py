from __future__ import annotations

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from django.db.models import Q, QuerySet
from django.utils import timezone

from archlab.accounts.models import Learner, RoleGrant, Session, User
from archlab.accounts.privacy import Person
from archlab.accounts.roles import Role
from archlab.accounts.visitor import Visitor


def owned_by(visitor: Visitor, path: str = "learner") -> Q:
    """The condition for rows of this visitor; a stranger owns none, and asking costs no query.

    `path` leads from the row to the learner; it is empty for the learner's own row.
    """
    prefix = f"{path}__" if path else ""
    if visitor.user_id is not None:
        return Q(**{f"{prefix}user_id": visitor.user_id})
    if visitor.token_hash is None:
        return Q(pk__in=[])
    return Q(**{f"{prefix}token_hash": visitor.token_hash})


def learner_of(visitor: Visitor) -> Learner | None:
    if not visitor.known:
        return None
    return Learner.objects.filter(owned_by(visitor, "")).first()


def person_behind(user: User) -> Person:
    return Person(Learner.objects.filter(user=user).first(), user)


def person_of(visitor: Visitor) -> Person | None:
    """Everything that is kept about the one who asks; None when that is nothing."""
    if visitor.user_id is not None:
        return person_behind(User.objects.get(pk=visitor.user_id))
    learner = learner_of(visitor)
    return Person(learner, None) if learner else None


def sessions_of(user: User) -> QuerySet[Session]:
    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-started")


def user_named(name: str) -> User | None:
    return User.objects.filter(username__iexact=name).first()


def has_role(user: User, roles: Sequence[Role]) -> bool:
    return RoleGrant.objects.filter(user=user, role__in=roles).exists()


def has_second_factor(user: User) -> bool:
    return bool(get_adapter().is_mfa_enabled(user))


def verified_address(user: User) -> str:
    """The address that the person has proven to be theirs; empty when there is none."""
    proven = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary")
    return proven.values_list("email", flat=True).first() or ""


def addresses_of_operators() -> list[str]:
    """Where operators get mail; those without an address get none."""
    held = RoleGrant.objects.filter(role=Role.OPERATOR, user__is_active=True)
    return list(held.exclude(user__email="").values_list("user__email", flat=True))


def an_operator_exists() -> bool:
    return RoleGrant.objects.filter(role=Role.OPERATOR, user__is_active=True).exists()


def people_with_roles() -> QuerySet[User]:
    """Whoever has a role, by user name, with what they may do and how they sign in."""
    held = User.objects.filter(roles__isnull=False).distinct().order_by("username")
    return held.prefetch_related("roles", "authenticator_set")
