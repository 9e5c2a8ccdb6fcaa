"""Who may open a page: a role and a second factor, both."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from archlab.accounts import queries
from archlab.accounts.roles import WORDS, Role
from archlab.web import errors

PageView = Callable[..., HttpResponse]


def requires_role(*roles: Role) -> Callable[[PageView], PageView]:
    """Lets those pass who have one of the roles and a second factor.

    A stranger is led to the sign-in; who lacks the role gets 403; who lacks the second factor
    gets 403 with the way to set it up.
    """

    def decorate(view: PageView) -> PageView:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return refusal(request, roles) or view(request, *args, **kwargs)

        return guarded

    return decorate


def signed_in(view: PageView) -> PageView:
    """Lets those pass who have an account; others are led to the sign-in, and come back to what
    they looked at. What they sent is not sent again."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded


def refusal(request: HttpRequest, roles: tuple[Role, ...]) -> HttpResponse | None:
    user = request.user
    if not user.is_authenticated:
        return to_sign_in(request)
    if not queries.has_role(user, roles):
        words = ", ".join(str(WORDS[role]) for role in roles)
        problem = _("This page is for people with the role: %(roles)s. Ask an operator for it.")
        return errors.page(request, 403, problem % {"roles": words})
    if not queries.has_second_factor(user):
        problem = _("Your role needs a second factor before this page opens to you.")
        way = (reverse("mfa_index"), _("Set up a second factor"))
        return errors.page(request, 403, problem, way=way)
    return None


def requires_second_factor(view: PageView) -> PageView:
    """Lets those pass who have an account with a second factor; others are told the way."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not queries.has_second_factor(request.user):
            problem = _("This spends real money, so your account needs a second factor first.")
            way = (reverse("mfa_index"), _("Set up a second factor"))
            return errors.page(request, 403, problem, way=way)
        return view(request, *args, **kwargs)

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """A swapped part of a page cannot hold the sign-in, so htmx is told to go there."""
    address = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    answer = redirect_to_login(address)
    if request.headers.get("HX-Request-Type") != "partial":
        return answer
    return HttpResponse(headers={"HX-Redirect": answer["Location"]})
