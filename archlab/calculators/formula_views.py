from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from archlab.calculators.board import HEADING, Board, board
from archlab.calculators.formulas import formula_of, ground, rates
from archlab.calculators.matrix import HEADING as MATRIX_HEADING
from archlab.calculators.matrix import matrix_model, matrix_page, missing_journeys
from archlab.calculators.mistakes import FORMAT, LAST
from archlab.calculators.tables import csv_answer
from archlab.web.http import HtmxRequest, part


@require_safe
def formula(request: HtmxRequest, slug: str) -> HttpResponse:
    calculator = formula_of(slug)
    made = board(calculator, request.GET.dict(), ground(), prefix="f", interactive=True)
    if request.GET.get(FORMAT) == "csv" and not made.is_wrong:
        return csv_answer(slug, HEADING, made.rows())
    return _answer(request, "formula", made, {"page": made.calculator})


@require_safe
def matrix(request: HtmxRequest) -> HttpResponse:
    """The five journeys beside each other, once all of them are published."""
    if missing := missing_journeys():
        context = {"page": matrix_model(), "missing": missing}
        return TemplateResponse(request, "calculators/matrix.html", context)
    page = matrix_page(request.GET.dict())
    if request.GET.get(FORMAT) == "csv" and not page.board.is_wrong:
        return csv_answer("matrix", MATRIX_HEADING, page.table())
    return _answer(request, "matrix", page.board, {"page": page.model, "rows": page.rows})


def _answer(
    request: HtmxRequest, name: str, made: Board, context: dict[str, object]
) -> HttpResponse:
    """The page, or the part that its form swaps; the address is that of what is shown."""
    if LAST in request.GET and not (made.is_wrong or request.htmx):
        return redirect(f"{request.path}?{made.query}")
    context |= {"board": made, "rates": rates(made.answer.rows), "url": request.path}
    template = part(request, f"calculators/{name}.html", "live")
    response = TemplateResponse(request, template, context, status=422 if made.is_wrong else 200)
    if not made.is_wrong:
        response["HX-Replace-Url"] = f"{request.path}?{made.query}"
    return response
