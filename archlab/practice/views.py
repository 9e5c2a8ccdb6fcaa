from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from archlab.accounts.http import LearnerRequest
from archlab.accounts.queries import learner_of
from archlab.domain.grading import AnswerRefused
from archlab.journeys.blocks.scene import Refusal
from archlab.journeys.forms import key_of
from archlab.practice import actions, queries
from archlab.practice.forms import MixForm, review_of
from archlab.practice.models import Mix
from archlab.practice.pages import CardPage, Overview, tally
from archlab.practice.sitting import Sitting, address
from archlab.web.http import part

Act = Callable[..., HttpResponse]


def act(view: Act) -> Act:
    """What is only sent; asking for its address, as a reload does, leads back to the card."""

    @wraps(view)
    def acting(request: LearnerRequest, card_id: UUID, number: int) -> HttpResponse:
        sitting = _sitting(request, card_id, number)
        if request.method in ("GET", "HEAD"):
            return redirect(sitting.address)
        return view(request, sitting)

    return require_http_methods(["GET", "HEAD", "POST"])(acting)


@require_safe
def overview(request: LearnerRequest) -> HttpResponse:
    page = Overview(request.learner, timezone.now())
    return TemplateResponse(request, "practice/overview.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def gather(request: LearnerRequest) -> HttpResponse:
    """Cards of the answers from before there were cards."""
    learner = learner_of(request.learner)
    if request.method == "POST" and learner is not None:
        actions.gather(learner=learner, now=timezone.now())
    return redirect("practice:overview")


@require_safe
def next_card(request: LearnerRequest) -> HttpResponse:
    """To the card that is due longest, or to the page that says when one is."""
    asked = queries.next_due(request.learner, timezone.now())
    if asked is None:
        return redirect("practice:overview")
    return redirect("practice:card", asked.card.id, queries.next_number(asked.card))


@require_safe
def card(request: LearnerRequest, card_id: UUID, number: int) -> HttpResponse:
    return _show(request, _sitting(request, card_id, number))


@act
def answer(request: LearnerRequest, sitting: Sitting) -> HttpResponse:
    block = sitting.asked.block
    given = review_of(block, request.POST)
    try:
        actions.answer(
            asked=sitting.asked,
            given=given,
            key=key_of(request.POST),
            mix=sitting.mix,
            now=timezone.now(),
        )
    except AnswerRefused as refused:
        refusal = Refusal(block.id, str(refused), given)
        return _show(request, replace(sitting, refusal=refusal))
    return redirect(sitting.address)


@act
def hint(request: LearnerRequest, sitting: Sitting) -> HttpResponse:
    actions.open_hint(asked=sitting.asked, key=key_of(request.POST))
    return redirect(sitting.address)


@require_http_methods(["GET", "HEAD", "POST"])
def mix(request: LearnerRequest) -> HttpResponse:
    """Put a round together from what the learner has met."""
    page = Overview(request.learner, timezone.now())
    data = request.POST if request.method == "POST" else None
    form = MixForm(data, cards=page.asked, ticked=request.GET.getlist("of"))
    learner = learner_of(request.learner)
    if form.is_bound and form.is_valid() and learner is not None:
        made = actions.mix(
            learner=learner,
            cards=form.chosen,
            count=form.cleaned_data["count"],
            key=form.cleaned_data["key"],
            now=page.now,
        )
        return redirect("practice:round", made.id)
    context = {"page": page, "form": form, "key": queries.mix_key(request.learner)}
    template = part(request, "practice/mix.html", "body")
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, template, context, status=status)


@require_safe
def mixed(request: LearnerRequest, mix_id: UUID) -> HttpResponse:
    """To the next question of a round, or what the round came to."""
    chosen = queries.mix_of(request.learner, mix_id)
    waiting = queries.open_in(chosen, request.learner)
    if waiting:
        number = queries.next_number(waiting[0].card)
        return redirect(address("practice:card", waiting[0], number, chosen))
    context = {"told": tally(queries.ratings_in(chosen))}
    return TemplateResponse(request, "practice/round.html", context)


def _sitting(request: LearnerRequest, card_id: UUID, number: int) -> Sitting:
    """The visitor's own card at one of its answers, or at the one that comes next."""
    asked = queries.card_asked(request.learner, card_id)
    log = queries.reviews_of(asked.card)
    if not 1 <= number <= len(log) + 1:
        raise Http404("the card has no such review")
    return Sitting(asked, number, log, _mix(request))


def _mix(request: LearnerRequest) -> Mix | None:
    """The round that the address names, if it does."""
    try:
        named = UUID(request.GET.get("mix", ""))
    except ValueError:
        return None
    return queries.mix_of(request.learner, named)


def _show(request: LearnerRequest, sitting: Sitting) -> HttpResponse:
    block = sitting.asked.block
    page = CardPage(
        sitting,
        words=queries.words_on(request.learner, sitting.asked) if sitting.review else None,
        origin=queries.origin_of(sitting.asked),
        now=timezone.now(),
        focus=request.htmx.source == f"form#form-{block.id}",
    )
    template = part(request, "practice/card.html", "body")
    context = {"page": page, "view": page.view}
    status = 422 if sitting.refusal else 200
    return TemplateResponse(request, template, context, status=status)
