from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from archlab.accounts import actions
from archlab.accounts.http import LearnerRequest
from archlab.accounts.visitor import visitor_of
from archlab.web.http import View

COOKIE = f"{settings.COOKIE_PREFIX}archlab-guest"


def visitors(get_response: View) -> View:
    """Put `request.learner` there without a query, and send the cookie when a view changed it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = cast(LearnerRequest, request)
        came = asked.learner = visitor_of(request.COOKIES.get(COOKIE, ""))
        response = get_response(request)
        acted = request.method == "POST" and came.known
        if acted and asked.learner == came:
            actions.mark_seen(visitor=came, now=timezone.now())
        if asked.learner != came or acted:
            remember(response, asked.learner.token)
        if asked.learner.known:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def remember(response: HttpResponseBase, token: str) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=actions.REMEMBERED,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
