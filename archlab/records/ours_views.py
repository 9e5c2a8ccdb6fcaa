from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from archlab.records.ours import our_decision, ours, shown


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "records/ours.html", {"decisions": ours()})


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    decision = our_decision(slug)
    context = {"decision": decision, "body": shown(decision)}
    return TemplateResponse(request, "records/our.html", context)
