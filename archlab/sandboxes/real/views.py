from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from archlab.accounts.access import requires_second_factor
from archlab.accounts.actions import learner_for
from archlab.accounts.http import LearnerRequest
from archlab.sandboxes import queries as sandboxes
from archlab.sandboxes.aws.bootstrap import NAME, bootstrap_text
from archlab.sandboxes.models import AwsConnection, AwsRun
from archlab.sandboxes.real import actions, pages, queries
from archlab.sandboxes.real.forms import lease_in, text_in
from archlab.web.http import part

View = Callable[..., HttpResponse]


def switched_on(view: View) -> View:
    """Off, there is no such page; on, it is for accounts with a second factor, and never kept."""
    behind = never_cache(requires_second_factor(view))

    @wraps(view)
    def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not queries.is_open():
            raise Http404
        return behind(request, *args, **kwargs)

    return found


def act(view: Callable[[LearnerRequest, AwsRun], HttpResponse]) -> View:
    """What is only sent, about an own run; asking for its address leads back to the run."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @switched_on
    @wraps(view)
    def acting(request: LearnerRequest, run_id: UUID) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return redirect("sandboxes:aws-run", run_id)
        return view(request, queries.run_of(request.learner, run_id))

    return acting


def act_on_account(view: Callable[[LearnerRequest, AwsConnection], HttpResponse]) -> View:
    """What is only sent, about the own connection."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @switched_on
    @wraps(view)
    def acting(request: LearnerRequest) -> HttpResponse:
        found = queries.connection_of(request.learner)
        if request.method in ("GET", "HEAD") or found is None:
            return redirect("sandboxes:aws")
        return view(request, found)

    return acting


@require_safe
@switched_on
def account(request: LearnerRequest) -> HttpResponse:
    context = {"page": pages.AccountPage(request.learner)}
    return TemplateResponse(request, "sandboxes/aws/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@switched_on
def connect(request: LearnerRequest) -> HttpResponse:
    if request.method == "POST":
        learner, _visitor = learner_for(request.learner)
        region = text_in(request.POST, "region")
        actions.begin_connection(learner=learner, region=region, now=timezone.now())
    return redirect("sandboxes:aws")


@require_safe
@switched_on
def bootstrap(_request: LearnerRequest) -> HttpResponse:
    """The stack that a learner installs; it holds no secret."""
    text = bootstrap_text(settings.AWS_PRINCIPAL)
    response = HttpResponse(text, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{NAME}.json"'
    return response


@act_on_account
def role(request: LearnerRequest, connection: AwsConnection) -> HttpResponse:
    typed = text_in(request.POST, "role")
    try:
        actions.name_role(connection=connection, role_arn=typed, now=timezone.now())
    except actions.NotAllowed as refused:
        page = pages.AccountPage(request.learner, typed, str(refused))
        return TemplateResponse(request, "sandboxes/aws/account.html", {"page": page}, status=422)
    return redirect("sandboxes:aws")


@act_on_account
def disconnect(_request: LearnerRequest, connection: AwsConnection) -> HttpResponse:
    actions.disconnect(connection=connection)
    return redirect("sandboxes:aws")


@require_http_methods(["GET", "HEAD", "POST"])
@switched_on
def offer(request: LearnerRequest, run_id: UUID) -> HttpResponse:
    """A run in the emulator: what a launch of its template needs, and the door to it."""
    proof = sandboxes.run_of(request.learner, run_id)
    if request.method == "POST":
        now, lease = timezone.now(), lease_in(request.POST)
        run = actions.begin(learner=proof.learner, proof=proof, lease=lease, now=now)
        return redirect("sandboxes:aws-run", run.uid)
    context = {"page": pages.OfferPage(proof, request.learner)}
    return TemplateResponse(request, "sandboxes/aws/offer.html", context)


@require_safe
@switched_on
def run(request: LearnerRequest, run_id: UUID) -> HttpResponse:
    """The run; a page that has seen all of it already gets nothing but the word so."""
    found = queries.run_of(request.learner, run_id)
    if request.GET.get("after", "") == str(queries.latest_event(found)):
        return HttpResponse(status=204)
    return _run(request, pages.RunPage(found, timezone.now()))


@act
def confirm(request: LearnerRequest, run: AwsRun) -> HttpResponse:
    typed = text_in(request.POST, "phrase")
    try:
        actions.confirm_launch(run=run, typed=typed, now=timezone.now())
    except actions.NotAllowed as refused:
        page = pages.RunPage(run, timezone.now(), str(refused), typed)
        return _run(request, page, status=422)
    return redirect("sandboxes:aws-run", run.uid)


@act
def extend(_request: LearnerRequest, run: AwsRun) -> HttpResponse:
    actions.ask_to_extend(run=run, now=timezone.now())
    return redirect("sandboxes:aws-run", run.uid)


@act
def end(_request: LearnerRequest, run: AwsRun) -> HttpResponse:
    actions.ask_to_end(run=run, now=timezone.now())
    return redirect("sandboxes:aws-run", run.uid)


@act
def try_again(_request: LearnerRequest, run: AwsRun) -> HttpResponse:
    actions.try_again(run=run, now=timezone.now())
    return redirect("sandboxes:aws-run", run.uid)


def _run(request: LearnerRequest, page: pages.RunPage, status: int = 200) -> HttpResponse:
    html = part(request, "sandboxes/aws/run.html", "run")
    return TemplateResponse(request, html, {"page": page}, status=status)
