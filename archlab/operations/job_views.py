"""The ledger of jobs, for whoever operates the site."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archlab.accounts.access import requires_role
from archlab.accounts.roles import Role
from archlab.jobs import actions, queries
from archlab.jobs.models import Job
from archlab.operations.forms import JobFilter
from archlab.operations.jobs import Line, ledger
from archlab.web.errors import Refused
from archlab.web.http import HtmxRequest, part


class Unmoved(Refused):
    """The job is not in a state in which that can be done."""


@never_cache
@require_safe
@requires_role(Role.OPERATOR)
def jobs(request: HtmxRequest) -> HttpResponse:
    filters = JobFilter(request.GET.dict())
    context = {"filters": filters, "page": ledger(filters.chosen())}
    template = part(request, "operations/jobs.html", "results")
    return TemplateResponse(request, template, context, status=422 if filters.errors else 200)


@never_cache
@require_safe
@requires_role(Role.OPERATOR)
def job(request: HttpRequest, public_id: UUID) -> HttpResponse:
    context = {"line": Line(_found(public_id))}
    return TemplateResponse(request, "operations/job.html", context)


@require_POST
@requires_role(Role.OPERATOR)
def cancel(_request: HttpRequest, public_id: UUID) -> HttpResponse:
    if not actions.cancel(job_id=_found(public_id).pk, now=queries.database_now()):
        raise Unmoved(_("This job has ended already; there is nothing to cancel."))
    return redirect("operations:job", public_id)


@require_POST
@requires_role(Role.OPERATOR)
def run_again(_request: HttpRequest, public_id: UUID) -> HttpResponse:
    if not actions.run_again(job_id=_found(public_id).pk, now=queries.database_now()):
        said = _(
            "Only a job that did not succeed runs again, and only while no other does the same."
        )
        raise Unmoved(said)
    return redirect("operations:job", public_id)


def _found(public_id: UUID) -> Job:
    found = queries.job_of(public_id)
    if found is None:
        raise Http404
    return found
