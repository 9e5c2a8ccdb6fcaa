from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archlab.accounts.actions import learner_for
from archlab.accounts.http import LearnerRequest
from archlab.catalog import queries as catalog
from archlab.catalog.cards import cards
from archlab.domain.grading import AnswerRefused
from archlab.domain.pack import Decision, Quiz
from archlab.journeys import actions, moves, pages, queries
from archlab.journeys.blocks import BlockView, Scene, show
from archlab.journeys.blocks.scene import OWNER, Refusal
from archlab.journeys.forms import WordsForm, answer_of, key_of
from archlab.journeys.reminders import reminders
from archlab.web.http import part

Act = Callable[..., HttpResponse]


def act(view: Act) -> Act:
    """What is only sent; asking for its address, as a reload does, leads back to the step."""

    @wraps(view)
    def acting(request: LearnerRequest, enrolment_id: UUID, step: str, **rest: str) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return redirect("journeys:step", enrolment_id, step)
        return view(request, enrolment_id, step, **rest)

    return require_http_methods(["GET", "HEAD", "POST"])(acting)


@require_safe
def home(request: LearnerRequest) -> HttpResponse:
    entries = cards(catalog.shelf())
    context = {
        "entries": entries,
        "resume": pages.resume_card(request.learner),
        "reminders": reminders(request.learner, timezone.now()),
    }
    return TemplateResponse(request, "journeys/home.html", context)


@require_POST
def start(request: LearnerRequest, slug: str) -> HttpResponse:
    """Start, or go on where this visitor stopped; a stranger becomes a guest."""
    entry = catalog.entry_of(slug)
    learner, request.learner = learner_for(request.learner)
    enrolment = actions.start(learner=learner, version=entry.version, now=timezone.now())
    return redirect("journeys:resume", enrolment.id)


@require_POST
def again(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    """A new run of the newest version; the old one stays as it is."""
    old = queries.enrolment_of(request.learner, enrolment_id)
    entry = catalog.entry_of(old.version.scenario.slug)
    enrolment = actions.start_again(learner=old.learner, version=entry.version, now=timezone.now())
    return redirect("journeys:resume", enrolment.id)


@require_safe
def resume(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    """To the step where the learner stands, or to the end."""
    play = queries.play_of(queries.enrolment_of(request.learner, enrolment_id))
    if play.step is None:
        return redirect("journeys:end", enrolment_id)
    return redirect("journeys:step", enrolment_id, play.step)


@require_safe
def version(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    """Which version this is, and what moving to a newer one would do."""
    enrolment = queries.enrolment_of(request.learner, enrolment_id)
    page = pages.VersionPage(enrolment, queries.play_of(enrolment), timezone.now())
    return TemplateResponse(request, "journeys/version.html", {"page": page})


@require_POST
def move(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = queries.enrolment_of(request.learner, enrolment_id)
    moves.move(
        enrolment=enrolment,
        to=queries.version_of(enrolment, request.POST.get("version", "")),
        key=key_of(request.POST),
        now=timezone.now(),
    )
    return redirect("journeys:resume", enrolment_id)


@require_POST
def undo_move(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = queries.enrolment_of(request.learner, enrolment_id)
    moves.undo_move(enrolment=enrolment, key=key_of(request.POST), now=timezone.now())
    return redirect("journeys:resume", enrolment_id)


@require_POST
def keep(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    """Stay in this version; it is asked once for each newer one."""
    enrolment = queries.enrolment_of(request.learner, enrolment_id)
    newer = queries.version_of(enrolment, request.POST.get("version", ""))
    moves.keep(enrolment=enrolment, version=newer, now=timezone.now())
    return redirect("journeys:resume", enrolment_id)


@require_safe
def journey_map(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = queries.enrolment_of(request.learner, enrolment_id)
    play = queries.play_of(enrolment)
    page = pages.MapPage(enrolment, play, request.learner.token, timezone.now())
    return TemplateResponse(request, "journeys/map.html", {"page": page})


@require_safe
def mine(request: LearnerRequest) -> HttpResponse:
    """Every journey that this visitor began."""
    context = {"runs": list(pages.runs_of(request.learner))}
    return TemplateResponse(request, "journeys/mine.html", context)


@require_safe
def step(request: LearnerRequest, enrolment_id: UUID, step: str) -> HttpResponse:
    """The step; a swap at the settings of a calculator takes nothing but the calculator."""
    dials = request.GET.dict() if OWNER in request.GET else {}
    scene = _scene(request, enrolment_id, step, dials=dials)
    shown = _played(scene) if dials else None
    context = {"page": pages.StepPage(scene, get_token(request)), "shown": shown}
    template = part(request, "journeys/step.html", "played" if shown else "body")
    status = 422 if shown and shown.is_wrong else 200
    return TemplateResponse(request, template, context, status=status)


@act
def leave(request: LearnerRequest, enrolment_id: UUID, step: str) -> HttpResponse:
    scene = _scene(request, enrolment_id, step)
    actions.leave(
        enrolment=scene.enrolment,
        step=scene.step,
        key=key_of(request.POST),
        now=timezone.now(),
    )
    return redirect("journeys:resume", enrolment_id)


@act
def answer(request: LearnerRequest, enrolment_id: UUID, step: str, block: str) -> HttpResponse:
    scene = _scene(request, enrolment_id, step)
    asked = queries.asked_of(scene.step, block)
    given = answer_of(asked, request.POST)
    try:
        actions.answer(
            enrolment=scene.enrolment,
            step=scene.step,
            block=asked,
            given=given,
            key=key_of(request.POST),
            now=timezone.now(),
        )
    except AnswerRefused as refused:
        return _refuse(request, scene, Refusal(block, str(refused), given))
    except actions.Stale as stale:
        return _overtaken(request, scene, Refusal(block, str(stale), given))
    return redirect(_back(request, scene, block))


@act
def hint(request: LearnerRequest, enrolment_id: UUID, step: str, block: str) -> HttpResponse:
    scene = _scene(request, enrolment_id, step)
    asked = queries.block_of(scene.step, block)
    if not isinstance(asked, Decision | Quiz):
        raise Http404("this block has no hints")
    actions.open_hint(
        enrolment=scene.enrolment,
        step=scene.step,
        block=asked,
        key=key_of(request.POST),
        now=timezone.now(),
    )
    return redirect(_back(request, scene, block))


@require_safe
def block(request: LearnerRequest, enrolment_id: UUID, step: str, block: str) -> HttpResponse:
    """A bench on a page of its own, at the dials of the address."""
    scene = _scene(request, enrolment_id, step, dials=request.GET.dict())
    bench = queries.bench_of(scene.step, block)
    actions.must_be_open(scene.play, scene.step, bench)
    context = {"page": pages.StepPage(scene), "shown": show(scene, bench)}
    return TemplateResponse(request, part(request, "journeys/block.html", "block"), context)


@require_safe
def compare(request: LearnerRequest, enrolment_id: UUID, step: str, block: str) -> HttpResponse:
    scene = _scene(request, enrolment_id, step)
    decision = queries.block_of(scene.step, block)
    if not isinstance(decision, Decision) or scene.play.choice(block) is None:
        raise Http404("there is nothing to compare before the decision")
    page = pages.ComparePage(scene, decision, request.GET.get("a"), request.GET.get("b"))
    context = {"page": page}
    return TemplateResponse(request, part(request, "journeys/compare.html", "sides"), context)


@require_safe
def why(request: LearnerRequest, enrolment_id: UUID, step: str, needle: str) -> HttpResponse:
    if needle not in pages.NEEDLES:
        raise Http404(f"no needle {needle}")
    scene = _scene(request, enrolment_id, step)
    context = {"page": pages.WhyPage(scene), "needle": needle}
    return TemplateResponse(request, "journeys/why.html", context)


@require_safe
def end(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = queries.enrolment_of(request.learner, enrolment_id)
    play = queries.play_of(enrolment)
    if not play.finished:
        return redirect("journeys:map", enrolment_id)
    page = pages.EndPage(enrolment, play, request.learner)
    return TemplateResponse(request, "journeys/end.html", {"page": page})


@require_safe
def certificate(request: LearnerRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = queries.enrolment_of(request.learner, enrolment_id)
    play = queries.play_of(enrolment)
    if not play.finished:
        return redirect("journeys:map", enrolment_id)
    page = pages.CertificatePage(enrolment, play)
    return TemplateResponse(request, "journeys/certificate.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: LearnerRequest, slug: str, step: str) -> HttpResponse:
    """What the learner would tell a colleague about a step that they have come to."""
    enrolment = queries.run_that_reached(request.learner, slug, step)
    page = pages.WordsPage(request.learner, enrolment, step)
    form = WordsForm(request.POST) if request.method == "POST" else None
    status = 422 if form else 200
    if form and form.is_valid():
        try:
            actions.explain(
                learner=page.enrolment.learner,
                scenario=page.enrolment.version.scenario,
                step=page.step,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except actions.WordsChanged as changed:
            page, status = replace(page, problem=str(changed)), changed.status
        else:
            return redirect("journeys:words", slug, step)
    context = {"page": page, "form": form}
    template = part(request, "journeys/words.html", "body")
    return TemplateResponse(request, template, context, status=status)


def _scene(
    request: LearnerRequest, enrolment_id: UUID, step_id: str, dials: dict[str, str] | None = None
) -> Scene:
    """The visitor's own run on a step that it has reached."""
    enrolment = queries.enrolment_of(request.learner, enrolment_id)
    pack = queries.pack_played(enrolment)
    step = queries.step_of(pack, step_id)
    play = queries.play_of(enrolment)
    actions.must_have_reached(play, step)
    source = request.htmx.source or ""
    return Scene(enrolment, pack, play, step, dials=dials or {}, source=source)


def _played(scene: Scene) -> BlockView:
    """The calculator or simulation of the address, at its settings."""
    block = queries.played_of(scene.step, scene.dials[OWNER])
    actions.must_be_open(scene.play, scene.step, block)
    return show(scene, block)


def _refuse(request: LearnerRequest, scene: Scene, refusal: Refusal) -> HttpResponse:
    """The step again with the sentence beside the form and everything that was typed."""
    again = replace(scene, refusal=refusal)
    template = part(request, "journeys/step.html", "body")
    context = {"page": pages.StepPage(again, get_token(request))}
    return TemplateResponse(request, template, context, status=422)


def _overtaken(request: LearnerRequest, scene: Scene, refusal: Refusal) -> HttpResponse:
    """The step as it is now, with the words of the answer that came too late."""
    now = _scene(request, scene.enrolment.id, scene.step.id)
    page = pages.StepPage(now, get_token(request), overtaken=refusal)
    template = part(request, "journeys/step.html", "body")
    return TemplateResponse(request, template, {"page": page}, status=409)


def _back(request: LearnerRequest, scene: Scene, block: str) -> str:
    """The step; without scripts at the block that was answered."""
    url = reverse("journeys:step", args=[scene.enrolment.id, scene.step.id])
    return url if request.htmx.request_type == "partial" else f"{url}#{block}"
