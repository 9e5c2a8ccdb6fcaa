"""Language and time zone: a cookie for everybody, kept with the account for who has one."""

from __future__ import annotations

from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from archlab.web.http import View

ZONE_COOKIE = f"{settings.COOKIE_PREFIX}archlab-zone"
YEAR = timedelta(days=365)


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def own_zone(get_response: View) -> View:
    """Show times in the visitor's zone; they are kept in UTC."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        zone = request.COOKIES.get(ZONE_COOKIE, "")
        with timezone.override(ZoneInfo(zone) if zone in zones() else None):
            return get_response(request)

    return answer


def clean_zone(text: str) -> str:
    """A zone as the system knows it, empty for UTC; ValidationError names the nearest."""
    written = text.strip().replace(" ", "_")
    known = {name.casefold(): name for name in zones()}
    if not written or written.casefold() in known:
        return known.get(written.casefold(), "")
    near = get_close_matches(written.casefold(), known, n=3, cutoff=0.5)
    names = ", ".join(known[name] for name in near) or "Europe/Paris"
    raise ValidationError(_("Write a zone such as %(names)s.") % {"names": names})


def keep(response: HttpResponseBase, *, language: str, zone: str) -> None:
    """Remember both in the browser; what is empty is forgotten."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), (ZONE_COOKIE, zone)):
        response.set_cookie(
            name,
            value,
            max_age=YEAR if value else 0,
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )
