from __future__ import annotations

from pathlib import PurePosixPath
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archlab.accounts.actions import learner_for
from archlab.accounts.http import LearnerRequest
from archlab.accounts.queries import learner_of
from archlab.catalog.comparisons import source_named
from archlab.domain.records import BadNumber, BrokenLink, TooMuch, new_files_patch
from archlab.domain.records import tree as record_tree
from archlab.records import actions, archive, pages, queries
from archlab.records.forms import EditForm, ExportForm, NewForm, ShareForm
from archlab.web.errors import Refused
from archlab.web.http import part

KINDS = {
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


class NotExported(Refused):
    """These records cannot be exported like this."""


@require_safe
def shelf(request: LearnerRequest) -> HttpResponse:
    """All records of this visitor, journey by journey."""
    binders = list(queries.binders_of(learner_of(request.learner)))
    shown = [pages.BinderPage(binder, ExportForm()) for binder in binders]
    return TemplateResponse(request, "records/shelf.html", {"shown": shown})


@require_safe
def compare(request: LearnerRequest) -> HttpResponse:
    binders = tuple(queries.binders_of(learner_of(request.learner)))
    page = pages.ComparePage(binders, request.GET.get("a", ""), request.GET.get("b", ""))
    template = part(request, "records/compare.html", "sides")
    status = 422 if page.problem else 200
    return TemplateResponse(request, template, {"page": page}, status=status)


@require_safe
def listing(request: LearnerRequest, binder_id: UUID) -> HttpResponse:
    binder = queries.binder_of(request.learner, binder_id)
    context = {"page": pages.BinderPage(binder, ExportForm())}
    return TemplateResponse(request, "records/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: LearnerRequest, binder_id: UUID, slug: str) -> HttpResponse:
    """One record, and what its owner writes about it."""
    binder = queries.binder_of(request.learner, binder_id)
    entry, now = binder.entry(slug), timezone.now()
    form = EditForm(binder, entry, request.POST if request.method == "POST" else None)
    problem, status = "", 422 if form.is_bound else 200
    if form.is_valid():
        try:
            actions.edit(
                binder=binder,
                entry=entry,
                words=form.words,
                revision=form.cleaned_data["revision"],
                now=now,
            )
            return redirect(binder.url_of(entry))
        except actions.EditedElsewhere as changed:
            problem, status = str(changed), changed.status
    shown = pages.RecordPage(binder, entry, form, now, problem)
    template = part(request, "records/page.html", "body")
    return TemplateResponse(request, template, {"page": shown}, status=status)


@require_POST
def keep(request: LearnerRequest, binder_id: UUID, slug: str) -> HttpResponse:
    binder = queries.binder_of(request.learner, binder_id)
    entry = binder.entry(slug)
    actions.keep(binder=binder, entry=entry, now=timezone.now())
    return redirect(f"{binder.url_of(entry)}#links")


@require_POST
def share(request: LearnerRequest, binder_id: UUID, slug: str) -> HttpResponse:
    binder = queries.binder_of(request.learner, binder_id)
    entry, form = binder.entry(slug), ShareForm(request.POST)
    if not form.is_valid():
        raise NotExported(_("A link is open for 7, 30 or 90 days. Choose one of these."))
    actions.share(binder=binder, entry=entry, now=timezone.now(), **form.cleaned_data)
    return redirect(f"{binder.url_of(entry)}#links")


@require_POST
def unshare(request: LearnerRequest, binder_id: UUID, slug: str, link_id: int) -> HttpResponse:
    binder = queries.binder_of(request.learner, binder_id)
    entry = binder.entry(slug)
    actions.unshare(entry=entry, link_id=link_id, now=timezone.now())
    return redirect(f"{binder.url_of(entry)}#links")


@require_safe
def shared(request: HttpRequest, link: str) -> HttpResponse:
    """One record for whoever has the link: read only, and nothing of who wrote it."""
    found = queries.link_named(link, timezone.now())
    binder, entry = queries.shared_entry(found)
    context = {
        "link": found,
        "entry": entry,
        "body": pages.body_of(binder, entry, linked=False),
    }
    headers = {
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return TemplateResponse(request, "records/shared.html", context, headers=headers)


@require_safe
def permalink(request: HttpRequest, key: str) -> HttpResponse:
    """The figures of person-free inputs, computed again."""
    shown = pages.PermalinkPage(queries.permalink_named(key))
    return TemplateResponse(request, "records/permalink.html", {"page": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: LearnerRequest, source: str) -> HttpResponse:
    """A record of a decision between the systems that a calculator's address shows."""
    found = source_named(source)
    compared = found.read(request.GET)
    titles = [system.title for system in compared.systems]
    form = NewForm(titles, request.POST if request.method == "POST" else None)
    if form.is_valid():
        learner, request.learner = learner_for(request.learner)
        actions.make(
            learner=learner,
            source=source,
            compared=compared,
            now=timezone.now(),
            **form.cleaned_data,
        )
        return redirect("records:list", learner.pk)
    context = {"source": found, "compared": compared, "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "records/new.html", context, status=status)


@require_safe
def tree(request: LearnerRequest, binder_id: UUID) -> HttpResponse:
    """All records as a folder; the address says in which layout and from which number."""
    return _export(request, binder_id, "decisions.zip")


@require_safe
def patch(request: LearnerRequest, binder_id: UUID) -> HttpResponse:
    """The same folder as a patch for `git apply`."""
    return _export(request, binder_id, "decisions.patch")


@require_safe
def file(request: LearnerRequest, binder_id: UUID, name: str) -> HttpResponse:
    """One file of the folder by its name: a record, a table, or the document for programs."""
    binder = queries.binder_of(request.learner, binder_id)
    files = _files(binder, ExportForm({}))
    found = {PurePosixPath(path).name: text for path, text in files.items()}
    kind = KINDS.get(PurePosixPath(name).suffix)
    if name not in found or kind is None or name == "index.md":
        raise Http404(f"no file {name}")
    return _download(found[name].encode(), kind, name)


def _export(request: LearnerRequest, binder_id: UUID, name: str) -> HttpResponse:
    binder = queries.binder_of(request.learner, binder_id)
    if not binder.entries:
        raise Http404("no decision has been taken yet")
    form = ExportForm(request.GET)
    if not form.is_valid():
        context = {"page": pages.BinderPage(binder, form)}
        return TemplateResponse(request, "records/list.html", context, status=422)
    files = _files(binder, form)
    if name.endswith(".patch"):
        return _download(new_files_patch(files).encode(), "text/x-diff; charset=utf-8", name)
    newest = max(record.date for record in binder.records)
    return _download(archive.stored(files, newest), "application/zip", name)


def _files(binder: queries.Binder, form: ExportForm) -> dict[str, str]:
    form.full_clean()
    try:
        return record_tree(
            binder.records, profile=form.cleaned_data["profile"], start_at=form.start_at
        )
    except (BadNumber, BrokenLink, TooMuch) as refused:
        raise NotExported(str(refused)) from refused


def _download(body: bytes, kind: str, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(body, content_type=kind, headers=headers)
