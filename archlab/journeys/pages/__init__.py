"""What the pages of a journey print."""

from __future__ import annotations

from archlab.journeys.pages.compare import ComparePage
from archlab.journeys.pages.end import EndPage
from archlab.journeys.pages.journey import MapPage, resume_card
from archlab.journeys.pages.step import NEEDLES, StepPage
from archlab.journeys.pages.why import WhyPage
from archlab.journeys.pages.words import WordsPage

__all__ = [
    "NEEDLES",
    "ComparePage",
    "EndPage",
    "MapPage",
    "StepPage",
    "WhyPage",
    "WordsPage",
    "resume_card",
]
