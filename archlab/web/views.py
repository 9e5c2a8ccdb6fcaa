"""Pages of the house itself: the choice of a theme, and the style guide under `DEBUG`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from archlab.web.http import way_on
from archlab.web.styleguide import samples
from archlab.web.templatetags.archlab import THEMES

YEAR_S = 365 * 24 * 60 * 60


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember paper or blueprint in a cookie; any other word gives the choice to the device."""
    response = HttpResponseRedirect(way_on(request.POST.get("next", "")))
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


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "web/styleguide.html", samples())
