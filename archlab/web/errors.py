"""Refusals and the error pages: each says what is so and what to do now.

htmx takes `<p class="problem">` out of the page, so a form that was refused stays as it was.
"""

from __future__ import annotations

import sys
from typing import ClassVar

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Refused(Exception):
    """A rule said no. The message is a sentence for the person who asked."""

    status: ClassVar[int] = 409


TITLES = {
    400: gettext_lazy("We could not read that"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Nothing here"),
    409: gettext_lazy("Not like this"),
    413: gettext_lazy("Too large"),
    422: gettext_lazy("Please check what you wrote"),
    429: gettext_lazy("Too many tries"),
    500: gettext_lazy("Our fault"),
    503: gettext_lazy("Not saved"),
}


def page(
    request: HttpRequest | None,
    status: int,
    problem: str,
    hint: str = "",
    way: tuple[str, str] | None = None,
) -> HttpResponse:
    """The error page. Without a request no context processor runs: for when much is broken.

    `way` is the address of what to do now, and its words.
    """
    title = TITLES[status]
    context = {"status": status, "title": title, "problem": problem, "hint": hint, "way": way}
    content = render_to_string("errors/error.html", context, request)
    response = HttpResponse(content, status=status)
    response.headers["Cache-Control"] = "no-store"
    if status in {429, 503}:
        response.headers["Retry-After"] = "5"
    return response


# Django gives these handlers a second argument, which nobody needs to see.
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    problem = _("The request was not what the page sends. Open the page again and repeat the step.")
    return page(request, 400, problem)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return page(request, 403, _("This page is not open to you. Ask whoever gave you its address."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    problem = _(
        "The form was too old, or cookies are switched off. "
        "Allow cookies for this site, load the page again, and send the form once more."
    )
    return page(request, 403, problem)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    problem = _("There is no page at this address, or it is not yours. Check the address.")
    return page(request, 404, problem)


def too_many(request: HttpRequest) -> HttpResponse:
    problem = _("There were too many tries. Wait some minutes, then try once more.")
    response = page(request, 429, problem)
    response.headers["Retry-After"] = "300"
    return response


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answers with as little as possible: no context processor, no database."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        problem = _("The server cannot write just now. Nothing was saved: try again in a moment.")
        return page(None, 503, problem)
    problem = _("Something broke on our side, and it is in our log. What you saved is still there.")
    return page(None, 500, problem)
