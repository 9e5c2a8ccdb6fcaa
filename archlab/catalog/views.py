from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from archlab.catalog import queries
from archlab.catalog.cards import card_of, cards
from archlab.catalog.forms import CatalogueFilter
from archlab.web.http import HtmxRequest, part
from archlab.web.prices import active_book


@require_safe
def catalogue(request: HtmxRequest) -> HttpResponse:
    filters = CatalogueFilter(request.GET or None)
    context = {"filters": filters, "entries": cards(filters.chosen(queries.shelf()))}
    return TemplateResponse(request, part(request, "catalog/list.html", "results"), context)


@require_safe
def scenario(request: HttpRequest, slug: str) -> HttpResponse:
    entry = card_of(queries.entry_of(slug))
    context = {"entry": entry, "scenario": entry.pack.scenario}
    return TemplateResponse(request, "catalog/scenario.html", context)


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    book = active_book()
    context = {
        "book": book,
        "confidence": queries.rows_by_confidence(book),
        "entries": cards(queries.shelf()),
    }
    return TemplateResponse(request, "catalog/sources.html", context)


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """The words of all journeys."""
    context = {"words": queries.words_of(queries.shelf())}
    return TemplateResponse(request, "catalog/words.html", context)


@require_safe
def glossary(request: HttpRequest, slug: str) -> HttpResponse:
    context = {"entry": card_of(queries.entry_of(slug))}
    return TemplateResponse(request, "catalog/glossary.html", context)


@require_safe
def evidence(request: HttpRequest, slug: str) -> HttpResponse:
    context = {"entry": card_of(queries.entry_of(slug))}
    return TemplateResponse(request, "catalog/evidence.html", context)


@require_safe
def template(_request: HttpRequest, slug: str, architecture: str) -> HttpResponse:
    """The CloudFormation template of a system, or why it has none."""
    made = queries.template_of_system(queries.entry_of(slug), architecture)
    response = HttpResponse(made.text, content_type="application/json")
    name = f"{slug}-{architecture}.template.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
