from __future__ import annotations

from difflib import get_close_matches

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from archlab.accounts.access import requires_role
from archlab.accounts.actions import revoke
from archlab.accounts.queries import people_with_roles
from archlab.accounts.roles import Role
from archlab.calculators.labs.kernel import KERNEL
from archlab.domain.pricing.differences import differences
from archlab.operations import health
from archlab.operations.forms import BookChoice, PriceFilter
from archlab.operations.pages import Beside, Comparison, Entry, PriceList
from archlab.operations.queries import shelf
from archlab.web import errors
from archlab.web.http import HtmxRequest, part
from archlab.web.prices import active_book


@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    failed = health.failing()
    said = f"not ready: {failed}\n" if failed else f"ok\nsimulator: {KERNEL.state}\n"
    return HttpResponse(said, status=503 if failed else 200, content_type="text/plain")


@require_safe
def prices(request: HtmxRequest) -> HttpResponse:
    book = active_book()
    filters = PriceFilter(request.GET or None, book=book)
    rows = filters.chosen(book.rows)
    page = PriceList(rows, timezone.now().date(), filters.page_asked())
    context = {"book": book, "filters": filters, "page": page, "others": len(shelf().books) > 1}
    return TemplateResponse(request, part(request, "operations/prices.html", "results"), context)


@require_safe
def price(request: HttpRequest, key: str) -> HttpResponse:
    book, today = active_book(), timezone.now().date()
    entries = [Entry(row, today) for row in book.rows if row.key == key]
    if not entries:
        near = get_close_matches(key, sorted({row.key for row in book.rows}))
        said = _("No price is called %(key)s.") % {"key": key}
        hint = _("The nearest are %(names)s.") % {"names": ", ".join(near)} if near else ""
        return errors.page(request, 404, said, hint)
    context = {"book": book, "page": Beside(key, entries)}
    return TemplateResponse(request, "operations/price.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    books = shelf()
    choice = BookChoice(request.GET.dict(), references=list(books.books))
    page = None
    if choice.is_valid() and len(books.books) > 1:
        old, new = (books.books[choice.cleaned_data[name]] for name in ("a", "b"))
        page = Comparison(differences(old, new), timezone.now().date())
    context = {"choice": choice, "page": page, "shelf": books}
    return TemplateResponse(request, "operations/compare.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires_role(Role.OPERATOR)
def people(request: HttpRequest) -> HttpResponse:
    """Who may do what; a POST takes one role away."""
    if request.method == "POST":
        if (grant := request.POST.get("grant", "")).isdecimal() and len(grant) < 18:
            revoke(grant=int(grant))
        return redirect("operations:people")
    context = {"people": people_with_roles()}
    return TemplateResponse(request, "operations/people.html", context)
