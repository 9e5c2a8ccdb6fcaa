"""Incidents to survive: a pure engine from a drill and a learner's moves to a night."""

from __future__ import annotations

from archlab.domain.grading.drill.conditions import FUNCTIONS, NAMES
from archlab.domain.grading.drill.engine import after, begin, best, flags_to_json, idle, play
from archlab.domain.grading.drill.moves import (
    MOST_MOVES,
    Move,
    MoveRefused,
    moves_from_json,
    moves_to_json,
)
from archlab.domain.grading.drill.night import Ending, Entry, Night, ScoreRow, Standing
from archlab.domain.grading.drill.series import series_of

__all__ = [
    "FUNCTIONS",
    "MOST_MOVES",
    "NAMES",
    "Ending",
    "Entry",
    "Move",
    "MoveRefused",
    "Night",
    "ScoreRow",
    "Standing",
    "after",
    "begin",
    "best",
    "flags_to_json",
    "idle",
    "moves_from_json",
    "moves_to_json",
    "play",
    "series_of",
]
