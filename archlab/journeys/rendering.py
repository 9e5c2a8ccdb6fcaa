"""Blocks and needles as HTML, kept per state: what did not change is not printed again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from archlab.catalog.assess import assessed
from archlab.domain.architecture import Architecture
from archlab.domain.pack import Block
from archlab.journeys.blocks import BlockView, Scene, show
from archlab.web import content
from archlab.web.templatetags.archlab import needles

PLACE = secrets.token_urlsafe()
"""Stands for the token of the request in kept forms; nobody's words can hold it."""


def block_html(scene: Scene, block: Block, token: str) -> SafeString:
    """A block in its present state, with the request's own token in its forms."""
    key = _key(scene, block)
    html: str | None = caches["pages"].get(key) if key else None
    if html is None:
        shown = show(scene, block)
        html = _printed(shown)
        if key and not shown.is_pending:
            caches["pages"].set(key, html)
    return content.with_token(html, PLACE, token)


def _printed(shown: BlockView) -> str:
    context = {
        "view": shown.view,
        "block": shown.block,
        "focus": shown.focus,
        "csrf_token": PLACE,
    }
    return render_to_string(shown.template, context)


def _key(scene: Scene, block: Block) -> str:
    """Everything that a block's HTML depends on; empty for a page that is not to be kept."""
    if scene.refusal or scene.dials or scene.source:
        return ""
    play = scene.play
    state = (
        scene.enrolment.id,
        scene.enrolment.epoch,
        scene.pack.version,
        block.id,
        get_language(),
        len(play.attempts(block.id)),
        play.hints(block.id),
        play.answer(block.id) is not None,
        scene.is_here,
        hash(scene.entered),
        hash(scene.at(block)),
        hash(scene.now),
        len(play.decisions),
    )
    return "/".join(map(str, state))


def needles_html(now: Architecture, before: Architecture, why: Mapping[str, str]) -> SafeString:
    """The band of needles of a step."""
    key = "/".join(("needles", str(hash(now)), str(hash(before)), why["usd"], get_language() or ""))
    band: SafeString | None = caches["pages"].get(key)
    if band is None:
        band = needles(assessed(now), assessed(before), why)
        caches["pages"].set(key, band)
    return band
