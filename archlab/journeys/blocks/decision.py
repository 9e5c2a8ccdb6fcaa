"""A decision: options first, then the consequence on the needles, then every explanation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.catalog.assess import assessed
from archlab.domain.architecture import Architecture, Assessment
from archlab.domain.architecture.risk import ALL_REQUESTS
from archlab.domain.pack import Decision, Option
from archlab.journeys.blocks.hints import HintsView, hints
from archlab.journeys.blocks.scene import Scene
from archlab.journeys.models import StepEvent
from archlab.journeys.options import with_option
from archlab.web import numbers


@dataclass(frozen=True, slots=True)
class Effect:
    """One needle of an option: the move in words and how long its bar is among the options."""

    name: str
    text: str
    share: float
    is_worse: bool


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option; all but its text stays empty until the choice is made."""

    id: str
    text: str
    is_mine: bool = False
    is_documented: bool = False
    verdict: str = ""
    explanation: SafeString | None = None
    right_when: str = ""
    consequence: str = ""
    evidence: tuple[SafeString, ...] = ()
    effects: tuple[Effect, ...] = ()
    own_effects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionView:
    prompt: SafeString
    options: tuple[OptionView, ...]
    mine: OptionView | None
    summary: str
    reason: str
    typed_option: str
    typed_confidence: str
    problem: str
    key: UUID
    attempt: int
    answer_url: str
    compare_url: str
    can_choose: bool
    can_change: bool
    editorial: bool
    hints: HintsView
    own_views: tuple[tuple[str, str], ...]


def build(scene: Scene, block: Decision) -> DecisionView:
    attempts = scene.play.attempts(block.id)
    given = attempts[-1].answer if attempts else {}
    taken = scene.play.taken(block.id)
    chosen = taken.option if taken else None
    before = taken.before if taken else scene.now
    options = _options(scene, block, before, chosen)
    mine = next((option for option in options if option.is_mine), None)
    typed = scene.typed(block)
    return DecisionView(
        prompt=scene.text.inline(block.prompt),
        options=options,
        mine=mine,
        summary=_summary(scene, block, before, chosen),
        reason=str(typed.get("reason", given.get("reason", ""))),
        typed_option=str(typed.get("option", "")),
        typed_confidence=str(typed.get("confidence", "")),
        problem=scene.problem(block),
        key=scene.key(block, StepEvent.Kind.ANSWERED, len(attempts) + 1),
        attempt=len(attempts) + 1,
        answer_url=scene.url("answer", block),
        compare_url=scene.url("compare", block),
        can_choose=scene.is_here and mine is None,
        can_change=scene.play.may_answer(block.id) and mine is not None,
        editorial=block.editorial,
        hints=hints(scene, block, is_over=mine is not None),
        own_views=_own_views(scene, block),
    )


def _own_views(scene: Scene, block: Decision) -> tuple[tuple[str, str], ...]:
    """What the learner said of themselves in the first step, such as the criterion that wins.

    It stands beside later decisions and changes no verdict.
    """
    return tuple(
        (made.decision.title, made.option.text)
        for made in scene.play.decisions
        if made.step == scene.pack.start.id and made.decision.id != block.id
        if made.decision.editorial
    )


def _options(
    scene: Scene, block: Decision, before: Architecture, chosen: Option | None
) -> tuple[OptionView, ...]:
    """Before the choice nothing but the texts: no effect, no verdict, no star."""
    ordered = scene.shuffled(block.options, block, mix=block.shuffle)
    if chosen is None:
        return tuple(_closed(option) for option in ordered)
    moves = [_moves(scene, block, option, before) for option in ordered]
    return tuple(
        _open(scene, option, effects, is_mine=option.id == chosen.id)
        for option, effects in zip(ordered, _bars(moves), strict=True)
    )


def _closed(option: Option) -> OptionView:
    return OptionView(option.id, option.text)


def _open(
    scene: Scene, option: Option, effects: tuple[Effect, ...], *, is_mine: bool
) -> OptionView:
    return OptionView(
        id=option.id,
        text=option.text,
        is_mine=is_mine,
        is_documented=option.documented,
        verdict=option.verdict,
        explanation=scene.text.inline(option.explanation),
        right_when=option.right_when,
        consequence=option.consequence,
        evidence=tuple(scene.text.source(source) for source in option.evidence),
        effects=effects,
        own_effects=_own_effects(option),
    )


def _own_effects(option: Option) -> tuple[str, ...]:
    """What no engine computes, in words."""
    effects = option.effects
    if effects is None:
        return ()
    words = (
        (effects.one_off_usd, _("once: %(n)s USD")),
        (effects.ops_hours_month, _("own work a month: %(n)s h")),
        (effects.weeks, _("weeks of work: %(n)s")),
    )
    return tuple(text % {"n": f"{number.normalize():f}"} for number, text in words if number)


@dataclass(frozen=True, slots=True)
class _Move:
    """The difference on one needle; `None` where one side is not priced or not modelled."""

    name: str
    amount: Decimal | None
    unit: str
    missing: str


def _moves(
    scene: Scene, block: Decision, option: Option, before: Architecture
) -> tuple[_Move, ...]:
    after = with_option(scene.pack, block, option, before)
    if after is None:
        return ()
    old, new = assessed(before, block.flow), assessed(after, block.flow)
    moves = [_move(needle, old, new) for needle in block.needles]
    return (*moves, *(_partial(old, new) if "downtime" in block.needles else ()))


def _partial(old: Assessment, new: Assessment) -> Iterator[_Move]:
    """What fails for some requests only stands in a row of its own, never in the sum."""
    before, after = _partial_minutes(old), _partial_minutes(new)
    for hits in dict.fromkeys([*before, *after]):
        amount = after.get(hits, Decimal(0)) - before.get(hits, Decimal(0))
        if amount:
            yield _Move(hits, amount, "minutes", "")


def _partial_minutes(assessment: Assessment) -> dict[str, Decimal]:
    minutes: dict[str, Decimal] = {}
    for risk in assessment.downtime.risks:
        if risk.hits != ALL_REQUESTS:
            minutes[risk.hits] = minutes.get(risk.hits, Decimal(0)) + risk.minutes
    return minutes


def _move(needle: str, old: Assessment, new: Assessment) -> _Move:
    if needle == "usd":
        is_priced = not new.cost.unpriced
        amount = new.cost.total_usd - old.cost.total_usd if is_priced else None
        return _Move(_("Cost"), amount, "usd", numbers.usd(None))
    if needle == "latency":
        return _Move(
            _("p99"),
            _difference(old.latency.p99_ms, new.latency.p99_ms),
            "ms",
            numbers.ms(new.latency.p99_ms),
        )
    return _Move(
        _("Downtime"),
        _difference(old.downtime.minutes, new.downtime.minutes),
        "minutes",
        numbers.minutes(new.downtime.minutes),
    )


def _difference(old: Decimal | float | None, new: Decimal | float | None) -> Decimal | None:
    if old is None or new is None:
        return None
    return numbers.exact(new) - numbers.exact(old)


def _bars(moves: Sequence[tuple[_Move, ...]]) -> list[tuple[Effect, ...]]:
    """Each needle's bars share one scale: the largest move among the options is full."""
    largest: dict[str, Decimal] = {}
    for option in moves:
        for move in option:
            size = abs(move.amount or Decimal(0))
            largest[move.name] = max(size, largest.get(move.name, Decimal(0)))
    return [tuple(_effect(move, largest[move.name]) for move in option) for option in moves]


def _effect(move: _Move, largest: Decimal) -> Effect:
    if move.amount is None:
        return Effect(move.name, move.missing, 0.0, is_worse=False)
    share = float(abs(move.amount) / largest) if largest else 0.0
    text = numbers.signed(move.amount, move.unit)
    return Effect(move.name, text, share, is_worse=move.amount > 0)


def _summary(scene: Scene, block: Decision, before: Architecture, chosen: Option | None) -> str:
    """The consequence in one sentence: the bill, and by how much it moved."""
    if chosen is None:
        return ""
    after = with_option(scene.pack, block, chosen, before)
    if after is None:
        return ""
    cost = assessed(after, block.flow).cost
    if cost.unpriced:
        return _("A part of your bill is not priced now.")
    move = cost.total_usd - assessed(before, block.flow).cost.total_usd
    words = {"total": numbers.amount(cost.total_usd), "move": numbers.amount(abs(move))}
    if abs(move) < Decimal("0.005"):
        return _("Your bill stays at %(total)s USD.") % words
    if move > 0:
        return _("Your bill is now %(total)s USD, %(move)s more.") % words
    return _("Your bill is now %(total)s USD, %(move)s less.") % words
