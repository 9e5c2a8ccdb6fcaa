from __future__ import annotations

import logging
from http import HTTPStatus
from typing import cast

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from requests import RequestException

from archlab.accounts import actions
from archlab.accounts.http import LearnerRequest
from archlab.accounts.visitor import Visitor, visitor_of
from archlab.web import errors
from archlab.web.http import View

logger = logging.getLogger(__name__)

COOKIE = f"{settings.COOKIE_PREFIX}archlab-guest"


def visitors(get_response: View) -> View:
    """Put `request.learner` there, and send the guest's cookie when a view changed it.

    Without a session's cookie this costs no query.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = cast(LearnerRequest, request)
        before = asked.guest = visitor_of(request.COOKIES.get(COOKIE, ""))
        came = asked.learner = signed_in(request) or before
        response = get_response(request)
        acted = request.method == "POST" and came.known
        if acted and asked.learner == came:
            actions.mark_seen(visitor=came, now=timezone.now())
        after = asked.guest if asked.learner.user_id is not None else asked.learner
        if after != before or (acted and after.known):
            remember(response, after.token)
        if asked.learner.known:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def signed_in(request: HttpRequest) -> Visitor | None:
    """Who has a session; without its cookie nobody asks the database."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return Visitor(user_id=request.user.pk)


def remember(response: HttpResponseBase, token: str) -> None:
    """Keep the guest in this browser for 90 days; an empty token forgets it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=actions.REMEMBERED if token else 0,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def no_kept_requests(get_response: View) -> View:
    """allauth keeps a POST in the session while it asks for the password again, with address and
    cookies. Here it is not kept: the page opens once more, and its button is pressed again."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.session.accessed and "request" in request.session.get(STATE_SESSION_KEY, {}):
            del request.session[STATE_SESSION_KEY]
        return response

    return answer


class RefusedForms:
    """allauth answers with 200 also to a form that it could not take and to a link of a mail that
    leads nowhere; here that is 422 and 404, as everywhere."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        context = response.context_data or {}
        if response.status_code == HTTPStatus.OK:
            if context.get("token_fail") or context.get("confirmation", True) is None:
                response.status_code = HTTPStatus.NOT_FOUND
            elif request.method == "POST" and getattr(context.get("form"), "errors", None):
                response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


class OtherSite:
    """Only with OpenID Connect: when the other site does not answer, this one still does."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if not isinstance(error, RequestException):
            return None
        logger.warning("OpenID Connect: %s", type(error).__name__)
        problem = _("The other site does not answer. Sign in with a password, or try again later.")
        return errors.page(request, 503, problem, way=(reverse("account_login"), _("Sign in")))
