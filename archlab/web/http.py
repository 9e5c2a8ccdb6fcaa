"""What a request and a view are in this project, so that mypy knows `request.htmx`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

View = Callable[[HttpRequest], HttpResponseBase]


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


def part(request: HtmxRequest, template: str, fragment: str) -> str:
    """`page.html#fragment` for a swap into a page, `page.html` for everything else.

    htmx restores history with `HX-Request-Type: full` and without `HX-Request`, so the type is
    the header to trust.
    """
    return f"{template}#{fragment}" if request.htmx.request_type == "partial" else template


def way_on(address: str, default: str = "/") -> str:
    """Where a form asks to go on, when that is a path of this site."""
    is_path = address.startswith("/") and url_has_allowed_host_and_scheme(address, None)
    return address if is_path else default
