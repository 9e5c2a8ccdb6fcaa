from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from archlab.calculators import actions
from archlab.calculators.breakeven import breakeven
from archlab.calculators.compare import compare as comparison
from archlab.calculators.cost import bill_of
from archlab.calculators.formulas import library
from archlab.calculators.labs.all import LABS
from archlab.calculators.labs.pages import PAGES, ordered
from archlab.calculators.mistakes import FORMAT, LAST, Page, last_good
from archlab.calculators.scaling import scaling as scaled
from archlab.calculators.sensitivity import sensitivity as assumptions_of
from archlab.calculators.tables import csv_answer
from archlab.calculators.waterfall import waterfall as ways
from archlab.web.http import HtmxRequest, part

Act = Callable[[HttpRequest, str], HttpResponse]


def act(view: Act) -> Act:
    """What is only sent; asking for its address, as a reload does, leads back to the lab."""

    @wraps(view)
    def acting(request: HttpRequest, slug: str) -> HttpResponse:
        return view(request, slug) if request.method == "POST" else _to_lab(request, slug)

    return require_http_methods(["GET", "HEAD", "POST"])(acting)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    context = {"formulas": library(), "labs": LABS.values()}
    return TemplateResponse(request, "calculators/index.html", context)


@require_safe
def cost(request: HtmxRequest) -> HttpResponse:
    return _answer(request, "cost", bill_of)


@require_safe
def compare(request: HtmxRequest) -> HttpResponse:
    return _answer(request, "compare", comparison)


@require_safe
def break_even(request: HtmxRequest) -> HttpResponse:
    return _answer(request, "break_even", breakeven)


@require_safe
def sensitivity(request: HtmxRequest) -> HttpResponse:
    return _answer(request, "sensitivity", assumptions_of)


@require_safe
def scaling(request: HtmxRequest) -> HttpResponse:
    return _answer(request, "scaling", scaled)


@require_safe
def waterfall(request: HtmxRequest) -> HttpResponse:
    return _answer(request, "waterfall", ways)


@require_safe
def lab(request: HtmxRequest, slug: str) -> HttpResponse:
    return _answer(request, "lab", PAGES[slug])


@act
def run_exactly(request: HttpRequest, slug: str) -> HttpResponse:
    background = ordered(PAGES[slug](request.GET))
    actions.ask(order=background.order, now=background.now)
    return _to_lab(request, slug)


@act
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    background = ordered(PAGES[slug](request.GET))
    actions.cancel(key=background.order.key, now=background.now)
    return _to_lab(request, slug)


@require_safe
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the run of this address has come; asked again and again while it goes on."""
    background = ordered(PAGES[slug](request.GET))
    address = reverse("calculators:lab", kwargs={"slug": slug})
    context = {"background": background, "address": address, "query": request.GET.urlencode()}
    return TemplateResponse(request, "calculators/_background.html#progress", context)


def _to_lab(request: HttpRequest, slug: str) -> HttpResponse:
    address = reverse("calculators:lab", kwargs={"slug": slug})
    return redirect(f"{address}?{request.GET.urlencode()}#exactly")


def _answer(request: HtmxRequest, name: str, read: Callable[[QueryDict], Page]) -> HttpResponse:
    """The page, the part that its form swaps, or a file; the address is that of what is shown."""
    page = read(request.GET)
    if page.problems:
        shown = last_good(page, request.GET, read)
        return _page(request, name, page, shown, status=422)
    if request.GET.get(FORMAT) == "csv":
        return csv_answer(page.file, page.heading, page.table())
    address = f"{request.path}?{page.query}"
    if LAST in request.GET and not request.htmx:
        return redirect(address)
    response = _page(request, name, page, page, status=200)
    response["HX-Replace-Url"] = address
    return response


def _page(request: HtmxRequest, name: str, page: Page, shown: Page, *, status: int) -> HttpResponse:
    """Fields as in `page`, results as in `shown`."""
    template = part(request, f"calculators/{name}.html", "live")
    context = {"page": page, "shown": shown, "query": shown.query}
    return TemplateResponse(request, template, context, status=status)
