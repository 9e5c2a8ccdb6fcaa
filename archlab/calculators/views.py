from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from archlab.calculators.breakeven import breakeven
from archlab.calculators.compare import HEADING as COMPARED
from archlab.calculators.compare import compare as comparison
from archlab.calculators.cost import HEADING, CostPage
from archlab.calculators.desk import desk
from archlab.calculators.formulas import library
from archlab.calculators.scaling import HEADING as SCALED
from archlab.calculators.scaling import scaling as scaled
from archlab.calculators.sensitivity import HEADING as RANGES
from archlab.calculators.sensitivity import sensitivity as assumptions_of
from archlab.calculators.tables import csv_answer
from archlab.web.http import HtmxRequest, part


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "calculators/index.html", {"formulas": library()})


@require_safe
def cost(request: HtmxRequest) -> HttpResponse:
    page = CostPage(desk(request.GET))
    if request.GET.get("format") == "csv":
        return csv_answer(f"bill-{page.desk.start.id}", HEADING, page.rows())
    return _live(request, "cost", page, page.desk.query, wrong=bool(page.desk.problems))


@require_safe
def compare(request: HtmxRequest) -> HttpResponse:
    page = comparison(request.GET)
    if request.GET.get("format") == "csv":
        return csv_answer("comparison", COMPARED, page.table())
    return _live(request, "compare", page, page.query, wrong=bool(page.problems))


@require_safe
def break_even(request: HtmxRequest) -> HttpResponse:
    page = breakeven(request.GET)
    if request.GET.get("format") == "csv":
        return csv_answer("break-even", page.heading, page.table())
    return _live(request, "break_even", page, page.query, wrong=bool(page.problems))


@require_safe
def sensitivity(request: HtmxRequest) -> HttpResponse:
    page = assumptions_of(request.GET)
    if request.GET.get("format") == "csv":
        return csv_answer(f"sensitivity-{page.desk.start.id}", RANGES, page.table())
    return _live(request, "sensitivity", page, page.query, wrong=bool(page.problems))


@require_safe
def scaling(request: HtmxRequest) -> HttpResponse:
    page = scaled(request.GET)
    if request.GET.get("format") == "csv":
        return csv_answer(f"scaling-{page.desk.start.id}", SCALED, page.table())
    return _live(request, "scaling", page, page.query, wrong=bool(page.problems))


def _live(
    request: HtmxRequest, name: str, page: object, query: str, *, wrong: bool
) -> HttpResponse:
    """The page, or the part that a live form swaps; its address is the shortest of this state."""
    template = part(request, f"calculators/{name}.html", "live")
    context = {"page": page, "query": query}
    response = TemplateResponse(request, template, context, status=422 if wrong else 200)
    if not wrong:
        response["HX-Replace-Url"] = f"{request.path}?{query}"
    return response
