from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone

from archlab.accounts.roles import Role


class User(AbstractUser):
    """An account. Nobody needs one to learn; `name` is what others see, `username` signs in."""

    class Erasure(models.TextChoices):
        ASKED = "asked"
        UNUSED = "unused"

    name = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=10, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    # from then on the worker may erase the account; null while nobody asked and it is in use
    erase_after = models.DateTimeField(null=True, blank=True, db_index=True)
    erase_because = models.CharField(max_length=6, choices=Erasure.choices, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(erase_after=None, erase_because="")
                | Q(erase_after__isnull=False, erase_because__in=["asked", "unused"]),
                name="user_erasure_has_a_reason",
            ),
        )

    @property
    def shown(self) -> str:
        return self.name or self.username


class Learner(models.Model):
    """A person who learns: a guest known by an opaque token, or the learner behind a user.

    With a user there is no token: whoever had the guest's link cannot pass the sign-in by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="learner"
    )
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return str(self.id)


class RoleGrant(models.Model):
    """What a person may do beyond learning."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=11, choices=[(role, role) for role in Role])
    granted = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("user", "role", name="role_once_for_a_user"),
            models.CheckConstraint(
                condition=Q(role__in=["instructor", "facilitator", "operator"]),
                name="role_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Invitation(models.Model):
    """A one-time link: to a role, or to a new password for `user`. Its token is stored nowhere."""

    token_hash = models.CharField(primary_key=True, max_length=64)
    role = models.CharField(max_length=11, choices=[(role, role) for role in Role], blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(user=None, role__in=["instructor", "facilitator", "operator"])
                | Q(user__isnull=False, role=""),
                name="invitation_to_a_role_or_for_a_user",
            ),
        )

    def __str__(self) -> str:
        return f"{self.role or 'new password'} until {self.expires:%Y-%m-%d %H:%M}"

    def is_open(self, now: datetime) -> bool:
        return self.used is None and now < self.expires


class Session(AbstractBaseSession):
    """A session that knows its user, so that it can be listed, ended, and erased with them."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=60, blank=True)
    started = models.DateTimeField(default=timezone.now)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from archlab.accounts.sessions import SessionStore

        return SessionStore
