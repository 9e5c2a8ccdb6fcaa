from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archlab.accounts.actions import learner_for
from archlab.accounts.http import LearnerRequest
from archlab.domain.grading.drill import MoveRefused
from archlab.drills import actions, pages, queries
from archlab.drills.forms import closing_of, flags_of, move_of
from archlab.drills.models import DrillRun
from archlab.journeys import queries as journeys
from archlab.journeys.forms import key_of
from archlab.web.http import part

Act = Callable[[LearnerRequest, UUID], HttpResponse]


class SeeOther(HttpResponseRedirect):
    """What was sent is kept; look there."""

    status_code = 303


def act(view: Act) -> Act:
    """What is only sent; asking for its address, as a reload does, leads back to the night."""

    @wraps(view)
    def acting(request: LearnerRequest, run_id: UUID) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return redirect("drills:run", run_id)
        return view(request, run_id)

    return require_http_methods(["GET", "HEAD", "POST"])(acting)


@require_safe
def index(request: LearnerRequest) -> HttpResponse:
    rows = pages.shelf(request.learner)
    return TemplateResponse(request, "drills/index.html", {"rows": rows})


@require_safe
def drill(request: LearnerRequest, slug: str, drill: str) -> HttpResponse:
    page = pages.DrillPage(queries.offered_as(slug, drill), request.learner)
    return TemplateResponse(request, "drills/drill.html", {"page": page})


@require_POST
def start(request: LearnerRequest, slug: str, drill: str) -> HttpResponse:
    """A night alone, or the one that waits for its end; a stranger becomes a guest."""
    offered = queries.offered_as(slug, drill)
    learner, request.learner = learner_for(request.learner)
    run = actions.start(
        learner=learner,
        version=offered.entry.version,
        step=offered.step,
        drill=offered.drill,
        flags=flags_of(offered.flags, request.POST),
        now=timezone.now(),
    )
    return SeeOther(reverse("drills:run", args=[run.id]))


@require_POST
def in_step(request: LearnerRequest, enrolment_id: UUID, step: str, block: str) -> HttpResponse:
    """A night of a journey, with the decisions that the learner took there."""
    enrolment = journeys.enrolment_of(request.learner, enrolment_id)
    found = journeys.step_of(journeys.pack_played(enrolment), step)
    run = actions.start_in_step(
        enrolment=enrolment,
        step=found,
        drill=queries.drill_in(found, block),
        now=timezone.now(),
    )
    return SeeOther(reverse("drills:run", args=[run.id]))


@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: LearnerRequest, enrolment_id: UUID, drill: str) -> HttpResponse:
    """Drop the night of a journey that waits for its end; sent twice, it is gone all the same."""
    enrolment = journeys.enrolment_of(request.learner, enrolment_id)
    if request.method == "POST":
        actions.give_up(enrolment=enrolment, drill=drill)
    return redirect("journeys:version", enrolment_id)


@require_safe
def run(request: LearnerRequest, run_id: UUID) -> HttpResponse:
    return _night(request, queries.run_of(request.learner, run_id))


@act
def turn(request: LearnerRequest, run_id: UUID) -> HttpResponse:
    def send(run: DrillRun) -> str:
        move = move_of(request.POST)
        actions.turn(run=run, move=move, key=key_of(request.POST), now=timezone.now())
        return f"#{move.kind}-{move.id}" if move.id else "#now"

    return _sent(request, run_id, send)


@act
def close(request: LearnerRequest, run_id: UUID) -> HttpResponse:
    def send(run: DrillRun) -> str:
        moves = closing_of(request.POST)
        actions.close(run=run, moves=moves, key=key_of(request.POST), now=timezone.now())
        return "#debrief"

    return _sent(request, run_id, send)


@act
def again(request: LearnerRequest, run_id: UUID) -> HttpResponse:
    """The same drill once more: in its step with the decisions of now, alone as it was begun."""
    old = queries.run_of(request.learner, run_id)
    run = actions.start_again(run=old, now=timezone.now())
    return SeeOther(reverse("drills:run", args=[run.id]))


def _sent(request: LearnerRequest, run_id: UUID, send: Callable[[DrillRun], str]) -> HttpResponse:
    """On to the place that `send` names, or the night as it stands with what is wrong."""
    run = queries.run_of(request.learner, run_id)
    try:
        place = send(run)
    except MoveRefused as refused:
        return _night(request, run, str(refused), status=422)
    except actions.Stale as stale:
        return _night(request, queries.run_of(request.learner, run_id), str(stale), status=409)
    return SeeOther(_back(request, run, place))


def _night(
    request: LearnerRequest, run: DrillRun, problem: str = "", status: int = 200
) -> HttpResponse:
    """The night as it stands, or its debrief; a refusal stands above it with what was sent."""
    page = pages.page_of(request, run, problem)
    template = part(request, page.template, "night")
    return TemplateResponse(request, template, {"page": page}, status=status)


def _back(request: LearnerRequest, run: DrillRun, place: str) -> str:
    """The night; without scripts at the place where something happened."""
    url = reverse("drills:run", args=[run.id]) + pages.kept(pages.sought_in(request))
    return url if request.htmx.request_type == "partial" else url + place
