"""Launches in real accounts, for whoever operates the site."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archlab.accounts.access import requires_role
from archlab.accounts.roles import Role
from archlab.sandboxes.real import actions, pages, queries


@never_cache
@require_safe
@requires_role(Role.OPERATOR)
def aws(request: HttpRequest) -> HttpResponse:
    if not queries.is_open():
        raise Http404
    return TemplateResponse(request, "operations/aws.html", {"page": pages.OperatorPage()})


@require_POST
@requires_role(Role.OPERATOR)
def retry_aws(_request: HttpRequest, run_id: UUID) -> HttpResponse:
    actions.try_again(run=queries.any_run(run_id), now=timezone.now())
    return redirect("operations:aws")
