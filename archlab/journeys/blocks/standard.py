"""The directives that a journey shows by itself."""

from __future__ import annotations

from archlab.journeys.blocks import bill, claim, decision, diagram, quiz, waterfall
from archlab.journeys.blocks.registry import register


def register_standard() -> None:
    register("decision", "journeys/blocks/_decision.html", decision.build)
    register("quiz", "journeys/blocks/_quiz.html", quiz.build)
    register("claim", "journeys/blocks/_claim.html", claim.build)
    register("bill", "journeys/blocks/_bill.html", bill.build)
    register("waterfall", "journeys/blocks/_waterfall.html", waterfall.build)
    register("diagram", "journeys/blocks/_diagram.html", diagram.build)
