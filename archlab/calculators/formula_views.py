from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from archlab.calculators.board import HEADING, Board, board
from archlab.calculators.formulas import formula_of, ground, rates
from archlab.calculators.mistakes import FORMAT, LAST
from archlab.calculators.tables import csv_answer
from archlab.web.http import HtmxRequest, part


@require_safe
def formula(request: HtmxRequest, slug: str) -> HttpResponse:
    calculator = formula_of(slug)
    made = board(calculator, request.GET.dict(), ground(), prefix="f", interactive=True)
    if request.GET.get(FORMAT) == "csv" and not made.is_wrong:
        return csv_answer(slug, HEADING, made.rows())
    if LAST in request.GET and not (made.is_wrong or request.htmx):
        return redirect(f"{request.path}?{made.query}")
    return _live(request, made)


def _live(request: HtmxRequest, made: Board) -> HttpResponse:
    """The page, or the part that its form swaps; the address is that of what is shown."""
    context = {
        "page": made.calculator,
        "board": made,
        "rates": rates(made.answer.rows),
        "url": request.path,
    }
    template = part(request, "calculators/formula.html", "live")
    response = TemplateResponse(request, template, context, status=422 if made.is_wrong else 200)
    if not made.is_wrong:
        response["HX-Replace-Url"] = f"{request.path}?{made.query}"
    return response
