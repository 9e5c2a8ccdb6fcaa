"""Marking of answers: pure functions from what a learner gave to how much of it is right."""

from __future__ import annotations

from archlab.domain.grading.choices import (
    Partial,
    mark_hotspot,
    mark_match,
    mark_multiple,
    mark_order,
    mark_single,
    mark_spot,
)
from archlab.domain.grading.marking import AnswerRefused, Marking, Part, share
from archlab.domain.grading.numbers import Accepted, Tolerance, mark_numeric, parse_number
from archlab.domain.grading.recall import Recall, counts, recall
from archlab.domain.grading.scoring import Keep, Reveal, attempt_score, kept, weighted
from archlab.domain.grading.texts import AcceptedText, mark_text, normalise

__all__ = [
    "Accepted",
    "AcceptedText",
    "AnswerRefused",
    "Keep",
    "Marking",
    "Part",
    "Partial",
    "Recall",
    "Reveal",
    "Tolerance",
    "attempt_score",
    "counts",
    "kept",
    "mark_hotspot",
    "mark_match",
    "mark_multiple",
    "mark_numeric",
    "mark_order",
    "mark_single",
    "mark_spot",
    "mark_text",
    "normalise",
    "parse_number",
    "recall",
    "share",
    "weighted",
]
