from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from archlab.accounts.http import LearnerRequest
from archlab.domain.records import tree as record_tree
from archlab.journeys.queries import enrolment_of
from archlab.records import archive, queries
from archlab.web import content


@require_safe
def listing(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = enrolment_of(request.learner, enrolment_id)
    context = {"enrolment": enrolment, "records": queries.named_records(enrolment)}
    return TemplateResponse(request, "records/list.html", context)


@require_safe
def page(request: LearnerRequest, enrolment_id: UUID, slug: str) -> HttpResponse:
    """One record, rendered from the very text that is exported."""
    enrolment = enrolment_of(request.learner, enrolment_id)
    record, text = queries.record_named(enrolment, f"{slug}.md")
    body = content.prose(text.partition("\n")[2])
    context = {"enrolment": enrolment, "record": record, "name": f"{slug}.md", "body": body}
    return TemplateResponse(request, "records/page.html", context)


@require_safe
def markdown(request: LearnerRequest, enrolment_id: UUID, name: str) -> HttpResponse:
    enrolment = enrolment_of(request.learner, enrolment_id)
    _record, text = queries.record_named(enrolment, name)
    return _download(text.encode(), "text/markdown; charset=utf-8", name)


@require_safe
def tree(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    records = queries.records_of(enrolment_of(request.learner, enrolment_id))
    if not records:
        raise Http404("no decision has been taken yet")
    newest = max(record.date for record in records)
    return _download(
        archive.stored(record_tree(records), newest), "application/zip", "decisions.zip"
    )


def _download(body: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=kind, headers=headers)
