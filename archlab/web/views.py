"""Pages of the house itself: the choice of a theme, and the style guide under `DEBUG`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from archlab.web.styleguide import samples
from archlab.web.templatetags.archlab import THEMES

YEAR_S = 365 * 24 * 60 * 60


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember paper or blueprint in a cookie; any other word gives the choice to the device."""
    response = HttpResponseRedirect(_way_back(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        secure = request.is_secure()
        response.set_cookie(
            "theme", theme, max_age=YEAR_S, secure=secure, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "web/accessibility.html")


def _way_back(request: HttpRequest) -> str:
    there = request.POST.get("next", "")
    hosts = {request.get_host()}
    return there if url_has_allowed_host_and_scheme(there, allowed_hosts=hosts) else "/"


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "web/styleguide.html", samples())
