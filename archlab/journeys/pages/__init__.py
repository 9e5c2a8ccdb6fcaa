"""What the pages of a journey print."""

from __future__ import annotations

from archlab.journeys.pages.certificate import CertificatePage
from archlab.journeys.pages.compare import ComparePage
from archlab.journeys.pages.end import EndPage
from archlab.journeys.pages.journey import MapPage, resume_card
from archlab.journeys.pages.shelf import runs_of
from archlab.journeys.pages.step import NEEDLES, StepPage
from archlab.journeys.pages.versions import VersionPage
from archlab.journeys.pages.why import WhyPage
from archlab.journeys.pages.words import WordsPage

__all__ = [
    "NEEDLES",
    "CertificatePage",
    "ComparePage",
    "EndPage",
    "MapPage",
    "StepPage",
    "VersionPage",
    "WhyPage",
    "WordsPage",
    "resume_card",
    "runs_of",
]
