"""What the account pages show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise

from archlab.accounts import merging, queries
from archlab.accounts.models import Learner, Session, User
from archlab.accounts.roles import WORDS, Role
from archlab.accounts.visitor import Visitor


@dataclass(frozen=True)
class GuestPage:
    visitor: Visitor

    @cached_property
    def learner(self) -> Learner | None:
        return queries.learner_of(self.visitor)

    @cached_property
    def work(self) -> list[tuple[str, int]]:
        return list(merging.work_of(self.learner)) if self.learner else []

    @property
    def link(self) -> str:
        return f"{settings.SITE_URL}{reverse('accounts:resume', args=[self.visitor.token])}"

    @property
    def picture(self) -> str:
        """The link as a QR code, an image that the policy lets pass."""
        return f"data:image/svg+xml;utf8,{quote(get_adapter().build_totp_svg(self.link))}"


@dataclass(frozen=True)
class AccountPage:
    user: User
    session_key: str

    @cached_property
    def sessions(self) -> list[tuple[Session, bool]]:
        """Each session, and whether it is the one that asks."""
        return [(one, one.pk == self.session_key) for one in queries.sessions_of(self.user)]

    @cached_property
    def held(self) -> list[Role]:
        return [Role(grant.role) for grant in self.user.roles.all()]

    @property
    def roles(self) -> list[Promise]:
        return [WORDS[role] for role in self.held]

    @property
    def is_operator(self) -> bool:
        return Role.OPERATOR in self.held

    @cached_property
    def has_second_factor(self) -> bool:
        return queries.has_second_factor(self.user)
