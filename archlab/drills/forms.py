"""What a browser posts, read into moves and flags. Whether a move fits is the domain's."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _

from archlab.domain.grading.drill import Move, MoveRefused
from archlab.domain.pack.model import StateFlag
from archlab.drills.queries import Flags

YES = "yes"


def move_of(data: QueryDict) -> Move:
    """A button's `open:usage`, `act:restart`, `wait:5`, `stop`, or the cause in `cause`."""
    kind, _colon, what = data.get("move", "").partition(":")
    if kind == "name":
        return Move.from_json({"kind": kind, "id": data.get("cause", "")})
    if kind == "wait":
        return Move.from_json({"kind": kind, "minutes": _whole(what)})
    return Move.from_json({"kind": kind, "id": what} if what else {"kind": kind})


def closing_of(data: QueryDict) -> list[Move]:
    """What was said when the night was over; what was left open is no move."""
    named = [data["cause"]] if data.get("cause") else []
    moves = [{"kind": "name", "id": cause} for cause in named]
    chosen = list(dict.fromkeys(data.getlist("prevention")))
    moves += [{"kind": "prevent", "id": prevention} for prevention in chosen]
    return [Move.from_json(move) for move in moves]


def flags_of(flags: Sequence[StateFlag], data: QueryDict) -> Flags:
    """The earlier decisions as chosen; one that nobody chose is as the scenario has it."""
    return {flag.id: _chosen(flag, data.get(f"flag-{flag.id}", "")) for flag in flags}


def _chosen(flag: StateFlag, word: str) -> bool | str:
    if not flag.values:
        return word == YES if word else bool(flag.default)
    return word if word in flag.values else str(flag.default)


def _whole(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return int(text)
    raise MoveRefused(_("Wait a whole number of minutes."))
