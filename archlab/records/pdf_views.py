from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from archlab.accounts.http import LearnerRequest
from archlab.records import printing, queries
from archlab.records.pdf import pdf_of


@require_safe
def whole(request: LearnerRequest, binder_id: UUID) -> HttpResponse:
    """All records at once where they are few pages; else what was made before, or its page."""
    wanted = _wanted(request, binder_id)
    if not wanted.is_long:
        content = pdf_of(wanted.binder.records, identifier=wanted.digest)
    elif wanted.row and wanted.row.content is not None:
        content = bytes(wanted.row.content)
    else:
        return redirect("records:pdf_making", binder_id)
    return _download(content, "decisions.pdf")


@require_safe
def one(request: LearnerRequest, binder_id: UUID, slug: str) -> HttpResponse:
    """A single record; the hash in its foot is that of the folder to which it belongs."""
    wanted = _wanted(request, binder_id)
    record = wanted.binder.entry(slug).record
    return _download(pdf_of([record], identifier=wanted.digest), f"{slug}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def making(request: LearnerRequest, binder_id: UUID) -> HttpResponse:
    """Where a long document is asked for, waited for and fetched."""
    wanted = _wanted(request, binder_id)
    if request.method == "POST":
        printing.ask(wanted=wanted, now=timezone.now())
        return redirect("records:pdf_making", binder_id)
    return TemplateResponse(request, "records/making.html", {"wanted": wanted})


def _wanted(request: LearnerRequest, binder_id: UUID) -> printing.Print:
    binder = queries.binder_of(request.learner, binder_id)
    if not binder.entries:
        raise Http404("no decision has been taken yet")
    return printing.Print(binder)


def _download(body: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(body, content_type="application/pdf", headers=headers)
