"""The Content-Security-Policy, one constant on every response, static files and errors included."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from archlab.web.http import View

# The hash is that of the empty string: docs/decisions/ says what needs it.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
SECURE_CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {EMPTY_STYLE}",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


def content_security_policy(get_response: View) -> View:
    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = SECURE_CSP
        return response

    return answer
