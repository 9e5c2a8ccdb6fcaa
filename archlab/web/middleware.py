from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from archlab.web import errors
from archlab.web.http import View


def vary_by_request_type(get_response: View) -> View:
    """One address has two bodies, a page and its fragment: a cache must not mix them up."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request-Type"])
        return response

    return answer


class Refusals:
    """Answers a rule's refusal with the error page; a class, so that views' errors come here."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, errors.Refused):
            return errors.page(request, error.status, str(error))
        return None
