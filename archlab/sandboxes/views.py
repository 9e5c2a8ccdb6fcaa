from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archlab.accounts.actions import learner_for
from archlab.accounts.http import LearnerRequest
from archlab.journeys import queries as journeys
from archlab.sandboxes import actions, pages, queries
from archlab.sandboxes.forms import edit_of, seen_in
from archlab.sandboxes.labs import EditRefused
from archlab.sandboxes.models import SandboxRun
from archlab.web.http import part

Act = Callable[[LearnerRequest, SandboxRun], HttpResponse]


class SeeOther(HttpResponseRedirect):
    """What was sent is kept; look there."""

    status_code = 303


def act(view: Act) -> Callable[[LearnerRequest, UUID], HttpResponse]:
    """What is only sent, about an own run; asking for its address leads back to the run."""

    @wraps(view)
    def acting(request: LearnerRequest, run_id: UUID) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return redirect("sandboxes:run", run_id)
        return view(request, queries.run_of(request.learner, run_id))

    return require_http_methods(["GET", "HEAD", "POST"])(acting)


@require_safe
def index(request: LearnerRequest) -> HttpResponse:
    context = {"page": pages.IndexPage(request.learner)}
    return TemplateResponse(request, "sandboxes/index.html", context)


@require_safe
def lab(request: LearnerRequest, slug: str, lab: str) -> HttpResponse:
    page = pages.LabPage(queries.offered_as(slug, lab), request.learner)
    return TemplateResponse(request, "sandboxes/lab.html", {"page": page})


@require_POST
def launch(request: LearnerRequest, slug: str, lab: str) -> HttpResponse:
    """A lab alone; a stranger becomes a guest."""
    offered = queries.offered_as(slug, lab)
    learner, request.learner = learner_for(request.learner)
    run = actions.launch(
        learner=learner,
        version=offered.entry.version,
        step=offered.step.id,
        lab=offered.lab,
        enrolment=None,
        now=timezone.now(),
    )
    return SeeOther(reverse("sandboxes:run", args=[run.uid]))


@require_http_methods(["GET", "HEAD", "POST"])
def in_step(request: LearnerRequest, enrolment_id: UUID, step: str, block: str) -> HttpResponse:
    """A lab of a journey; asking for the address leads back to the step."""
    enrolment = journeys.enrolment_of(request.learner, enrolment_id)
    found = journeys.step_of(journeys.pack_played(enrolment), step)
    lab = queries.lab_in(found, block)
    if request.method != "POST":
        return redirect("journeys:step", enrolment_id, step)
    run = actions.launch(
        learner=enrolment.learner,
        version=enrolment.version,
        step=found.id,
        lab=lab,
        enrolment=enrolment,
        now=timezone.now(),
    )
    return SeeOther(reverse("sandboxes:run", args=[run.uid]))


@require_safe
def run(request: LearnerRequest, run_id: UUID) -> HttpResponse:
    """The run; a page that has seen all of it already gets nothing but the word so."""
    found = queries.run_of(request.learner, run_id)
    after = request.GET.get("after", "")
    if after and found.is_under_way and after == str(queries.latest_seq(found)):
        return HttpResponse(status=204)
    return _run(request, found)


@require_safe
def template(request: LearnerRequest, run_id: UUID) -> HttpResponse:
    found = queries.run_of(request.learner, run_id)
    response = HttpResponse(found.template, content_type="application/json")
    name = f"{found.block}-{found.template_sha256[:12]}.template.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def receipt(request: LearnerRequest, run_id: UUID) -> HttpResponse:
    found = queries.run_of(request.learner, run_id)
    if found.receipt is None:
        raise Http404("this run has not come to an end yet")
    response = JsonResponse(found.receipt, json_dumps_params={"indent": 2})
    name = f"{found.block}-{found.template_sha256[:12]}.receipt.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@act
def edit(request: LearnerRequest, run: SandboxRun) -> HttpResponse:
    try:
        change = edit_of(request.POST)
        actions.edit(run=run, change=change, seen=seen_in(request.POST), now=timezone.now())
    except EditRefused as refused:
        return _run(request, run, pages.Refusal(str(refused), request.POST.dict()), status=422)
    return _back(run)


@act
def again(request: LearnerRequest, run: SandboxRun) -> HttpResponse:
    actions.deploy_again(run=run, seen=seen_in(request.POST), now=timezone.now())
    return _back(run)


@act
def tear_down(request: LearnerRequest, run: SandboxRun) -> HttpResponse:
    actions.tear_down(run=run, seen=seen_in(request.POST), now=timezone.now())
    return _back(run)


@act
def cancel(_request: LearnerRequest, run: SandboxRun) -> HttpResponse:
    actions.cancel(run=run, now=timezone.now())
    return _back(run)


@act
def close(_request: LearnerRequest, run: SandboxRun) -> HttpResponse:
    actions.close(run=run, now=timezone.now())
    return _back(run)


def _run(
    request: LearnerRequest,
    run: SandboxRun,
    refusal: pages.Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    page = pages.RunPage(run, timezone.now(), refusal)
    html = part(request, "sandboxes/run.html", "run")
    return TemplateResponse(request, html, {"page": page}, status=status)


def _back(run: SandboxRun) -> HttpResponse:
    return SeeOther(reverse("sandboxes:run", args=[run.uid]))
