"""What a part of a pack says, and what of it decides points or the path, as short names.

Both are taken over the parsed form as canonical JSON: sorted keys, decimals as text, runs of white
space in texts collapsed. Ids of the part itself, lines of files and former ids are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel

from archlab.domain.pack.blocks import Block
from archlab.domain.pack.blocks.block import Scored
from archlab.domain.pack.model import Pack, Prose, Step

Names = Mapping[str, str]
"""Former id of a step -> its id now."""
Picked = Mapping[str, Any]
"""Keys that decide; the value says which keys inside, True for all of it."""

NO_NAMES: Names = {}
UNREAD = frozenset({"id", "line", "was"})
TARGETS = frozenset({"goto", "rejoin", "next", "to"})

_RETRY_AND_POINTS: Picked = {"retry": True, "points_": True, "optional": True}
_OPTIONS: Picked = {
    **dict.fromkeys(("id", "verdict", "score_", "documented", "change"), True),
    **dict.fromkeys(("flags", "goto", "rejoin", "carry"), True),
}
DECIDES: Mapping[str, Picked] = {
    "decision": {**_RETRY_AND_POINTS, "options": _OPTIONS, "reason": True},
    "quiz": {
        **_RETRY_AND_POINTS,
        **dict.fromkeys(("type", "answer", "unit", "units", "tolerance", "partial"), True),
        **dict.fromkeys(("pairs", "targets", "fuzzy", "case_sensitive"), True),
        "options": {"id": True, "correct": True},
        "accept": {"value": True, "tolerance": True, "score": True},
        "items": {"id": True},
        "distractors": True,
        "errors": {"id": True, "lines": True},
        "listing": {"text": True},
        "answers": {"text": True, "score": True},
    },
    "bill": {
        **dict.fromkeys(("architecture", "mode", "solution", "goal_usd"), True),
        "knobs": {"id": True, "bind": True, "choices": {"value": True}},
    },
    "claim": {"claims": True, "ask": True},
    "calculator": {"guess": {"output": True, "unit": True, "close": True}},
}
"""By directive. One that is not listed and is scored is taken whole but for its prose."""

PROSE = frozenset(
    [
        *("title", "text", "prompt", "stem", "label", "caption", "alt", "help", "note", "summary"),
        *("explanation", "rationale", "otherwise", "hints", "evidence", "objectives", "editorial"),
        *("debrief", "reason", "says", "story", "takeaway"),
    ]
)
"""Keys whose texts only explain, in directives and systems alike."""
DRAWN = frozenset({"at", "documented", "groups", "group"})
"""Keys of a system that place it on paper or quote a source."""


class Prints(NamedTuple):
    """`text` is everything that a learner reads, `score` what decides points or the path."""

    text: str
    score: str


def of_block(block: Block, names: Names = NO_NAMES) -> Prints:
    """The fingerprints of a directive; `names` translates the steps that it points to."""
    whole = _form(block, names, UNREAD)
    return Prints(_name(whole), _name([block.directive, _deciding(block, whole)]))


def of_step(step: Step, names: Names = NO_NAMES) -> Prints:
    """The fingerprints of a step without its directives."""
    front = {
        "title": step.title,
        "summary": step.summary,
        "takeaway": step.takeaway,
        "minutes": step.minutes,
        "covers": step.covers,
        "objectives": step.objectives,
        "prose": [part.text for part in step.body if isinstance(part, Prose)],
    }
    path = _form({"next": step.next, "architecture": step.architecture}, names, UNREAD)
    return Prints(_name([_form(front, names, frozenset()), path]), _name(path))


def of_systems(pack: Pack) -> str:
    """What the systems, the flags and the pass mark come to: it can move choices and the path."""
    scenario = pack.scenario
    flags = {flag.id: [flag.values, flag.default] for flag in scenario.flags}
    systems = _form(pack.architectures, NO_NAMES, PROSE | DRAWN)
    return _name([systems, _form(flags, NO_NAMES, UNREAD), _form(scenario.pass_score, {}, UNREAD)])


def of_evidence(pack: Pack) -> str:
    """Everything else that a learner can read."""
    parts = (pack.scenario, pack.architectures, pack.facts, pack.claims)
    media = {name: sha256(content).hexdigest() for name, content in pack.media.items()}
    return _name([[_form(part, NO_NAMES, frozenset()) for part in parts], media])


def _deciding(block: Block, whole: Any) -> Any:
    if block.directive in DECIDES:
        return _picked(_in_classes(whole), DECIDES[block.directive])
    return _form(block, NO_NAMES, UNREAD | PROSE) if isinstance(block, Scored) else {}


def _in_classes(whole: dict[str, Any]) -> dict[str, Any]:
    """Right sides of a match by the place of the first equal one: their words decide nothing."""
    if "pairs" not in whole:
        return whole
    rights = [one["right"] for one in (*whole["pairs"], *whole.get("distractors", ()))]
    places = [[one["id"], rights.index(one["right"])] for one in whole["pairs"]]
    return {**whole, "pairs": places, "distractors": [one["id"] for one in whole["distractors"]]}


def _picked(value: Any, picked: Any) -> Any:
    if picked is True or value is None:
        return value
    if isinstance(value, list):
        return [_picked(one, picked) for one in value]
    return {key: _picked(value[key], inside) for key, inside in picked.items() if key in value}


def _form(value: Any, names: Names, without: frozenset[str], key: str = "") -> Any:
    """Plain data for JSON. The keys `without` are left out of models; `id` only of the outermost
    one, because ids further in are what answers name.
    """
    if isinstance(value, BaseModel) or (is_dataclass(value) and not isinstance(value, type)):
        inside = without - {"id"}
        read = {name: one for name, one in _parts(value) if name not in without}
        return {name: _form(one, names, inside, name) for name, one in sorted(read.items())}
    if isinstance(value, Mapping):
        return {str(name): _form(one, names, without, str(name)) for name, one in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        listed = sorted(value) if isinstance(value, set | frozenset) else value
        return [_form(one, names, without, key) for one in listed]
    return _plain(value, names if key in TARGETS else NO_NAMES)


def _parts(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        return value.__dict__.items()
    return ((field.name, getattr(value, field.name)) for field in fields(value))


def _plain(value: Any, names: Names) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, str):
        return names.get(str(value)) or " ".join(str(value).split())
    return value if value is None or isinstance(value, bool | int) else str(value)


def _name(form: Any) -> str:
    return sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()
