"""Where allauth asks the site: names, mail, limits, and what happens to a guest's work."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from base64 import urlsafe_b64encode
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from archlab.accounts import actions, merging, names, preferences, queries
from archlab.accounts.http import LearnerRequest
from archlab.accounts.sessions import DEVICE, device_words
from archlab.accounts.visitor import Visitor
from archlab.web.errors import too_many

NEW_FACTOR = {"mfa/email/totp_activated", "mfa/email/webauthn_added"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002 - allauth's signature
        name = unicodedata.normalize("NFKC", names.clean(username))
        return str(super().clean_username(name, shallow))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Stands for the address where allauth counts tries: nobody can turn it back, and a new
        day makes it another one."""
        address = super().get_client_ip(request)
        salted = f"{timezone.now():%Y-%m-%d} {address}".encode()
        return hmac.new(settings.SECRET_KEY.encode(), salted, hashlib.sha256).hexdigest()[:32]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many wrong passwords are 429 also for the right one, or guessing would go on."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise ImmediateHttpResponse(too_many(request)) from None

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        actions.end_sessions(user=user, but=context.request.session.session_key)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Of a new second factor allauth tells nobody but this mail. A session that is older than
        the factor never gave it, so it ends."""
        if template_prefix in NEW_FACTOR:
            actions.end_sessions(user=user, but=self.request.session.session_key)
        super().send_notification_mail(template_prefix, user, context, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail names the configured site, whatever `Host` the request came with."""
        site = {"name": settings.SITE.netloc, "domain": settings.SITE.netloc}
        urls = {name: on_this_site(url) for name, url in context.items() if name.endswith("_url")}
        super().send_mail(template_prefix, email, {**context, **urls, "current_site": site})

    def post_login(
        self,
        request: HttpRequest,
        user: Any,
        *,
        redirect_url: str | None,
        signup: bool,
        **rest: Any,
    ) -> HttpResponse:
        """A new account takes the guest's work along; an old one offers to."""
        asked = cast(LearnerRequest, request)
        guest = asked.guest
        request.session[DEVICE] = device_words(request.headers.get("User-Agent", ""))
        actions.note_sign_in(user=user)
        asked.learner = Visitor(user_id=user.pk)
        if signup:
            actions.adopt(guest=guest, user=user)
            asked.guest = Visitor()
        elif has_work(guest):
            query = urlencode({"next": redirect_url or "/"})
            redirect_url = f"{reverse('accounts:merge')}?{query}"
        response: HttpResponse = super().post_login(
            request, user, redirect_url=redirect_url, signup=signup, **rest
        )
        if user.language or user.zone:
            preferences.keep(response, language=user.language, zone=user.zone)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return f"{reverse('accounts:home')}?done=password"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Secrets of second factors are encrypted: a copy of the database alone does not hold them."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> Fernet:
    key = hashlib.sha256(b"second factors " + settings.SECRET_KEY.encode()).digest()
    return Fernet(urlsafe_b64encode(key))


def has_work(guest: Visitor) -> bool:
    learner = queries.learner_of(guest)
    return learner is not None and any(merging.work_of(learner))


def on_this_site(url: str) -> str:
    """The address with the configured site before it: the request's `Host` is the sender's word."""
    return urlsplit(url)._replace(scheme=settings.SITE.scheme, netloc=settings.SITE.netloc).geturl()
