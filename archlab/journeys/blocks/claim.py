"""Claims: what the source says, what the model says, why they differ; with `ask` a guess first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from archlab.domain.pack import Claim, ClaimView
from archlab.journeys.blocks.scene import Scene
from archlab.journeys.models import StepEvent

GUESSES = (
    ("confirmed", gettext_lazy("it holds")),
    ("residual", gettext_lazy("it holds but for a remainder")),
    ("contradicted", gettext_lazy("it is contradicted")),
    ("outdated", gettext_lazy("it held once")),
    ("inconsistent", gettext_lazy("it contradicts itself")),
    ("unsafe", gettext_lazy("it works and harms")),
)


@dataclass(frozen=True, slots=True)
class Shown:
    id: str
    says: str
    sources: tuple[SafeString, ...]
    model: str
    finding: SafeString
    residual: str
    verdict: str
    guess: str
    unverified: str


@dataclass(frozen=True, slots=True)
class ClaimsView:
    claims: tuple[Shown, ...]
    guesses: tuple[tuple[str, Promise], ...]
    is_open: bool
    problem: str
    key: UUID
    url: str


def build(scene: Scene, block: ClaimView) -> ClaimsView:
    answer = scene.play.answer(block.id)
    guesses = (answer or scene.typed(block)).get("verdicts", {})
    is_open = answer is not None or not block.ask
    named = guesses if isinstance(guesses, dict) else {}
    return ClaimsView(
        claims=tuple(
            _shown(scene, scene.pack.claims[name], str(named.get(name, "")), is_open=is_open)
            for name in block.claims
        ),
        guesses=GUESSES,
        is_open=is_open,
        problem=scene.problem(block),
        key=scene.key(block, StepEvent.Kind.ASKED, 1),
        url=scene.url("answer", block),
    )


def _shown(scene: Scene, claim: Claim, guess: str, *, is_open: bool) -> Shown:
    """Before the guess nothing but what the source says."""
    sources = tuple(scene.text.source(fact) for fact in claim.facts)
    if not is_open:
        return Shown(claim.id, claim.says, sources, "", SafeString(""), "", "", guess, "")
    return Shown(
        id=claim.id,
        says=claim.says,
        sources=sources,
        model=scene.text.recomputed(claim.id),
        finding=scene.text.inline(claim.finding),
        residual=claim.residual,
        verdict=claim.verdict,
        guess=guess,
        unverified=claim.unverified,
    )
