"""A night in words: the log, the end, amounts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archlab.domain.grading.drill import Entry, Night
from archlab.domain.grading.drill.rules import Drill
from archlab.web import numbers

CENT = Decimal("0.01")
PLAIN = ("ratio", "count")
COUNTED = ("count", "people", "users", "messages", "requests", "tasks", "instances", "connections")


def amount_of(value: Decimal, unit: str = "") -> str:
    """At most two decimals, and none that say nothing; what is counted comes whole."""
    rounded = value.quantize(Decimal(1) if unit in COUNTED else CENT, ROUND_HALF_UP).normalize()
    exponent = rounded.as_tuple().exponent
    return numbers.fixed(rounded, -exponent if isinstance(exponent, int) and exponent < 0 else 0)


def minutes_of(count: int) -> str:
    if count == 0:
        return _("no time")
    return ngettext("%(n)s minute", "%(n)s minutes", count) % {"n": count}


def unit_of(unit: str) -> str:
    """The unit as it is read; a plain number has none."""
    return "" if unit in PLAIN else unit


def kind_of(kind: str) -> str:
    """What sort of evidence a panel is."""
    return {
        "log": _("log"),
        "metric": _("metric"),
        "text": _("text"),
        "mail": _("mail"),
        "code": _("code"),
        "diagram": _("drawing"),
    }[kind]


def entry_text(entry: Entry) -> str:
    """A line of the log as a sentence."""
    words = {"text": entry.text}
    return {
        "opened": _("You looked: %(text)s.") % words,
        "acted": _("You did: %(text)s.") % words,
        "stopped": _("You stopped acting and let the night run."),
        "named": _("You named the cause: %(text)s.") % words,
        "prevented": _("You chose to prevent it: %(text)s.") % words,
        "ended": _("The night is over."),
    }.get(entry.kind, entry.text)


def outcome(night: Night) -> str:
    words = {"clock": night.clock}
    if night.ended == "won":
        return _("Won at %(clock)s") % words
    return _("Lost at %(clock)s") % words


def ended_because(night: Night) -> str:
    """Why the night ended, in one sentence."""
    ending = night.ending
    if ending is None:
        return ""
    if ending.reason == "action":
        return _("What you did ended it: %(text)s.") % {"text": action_text(night.drill, ending.id)}
    if ending.reason == "event":
        return night.drill.events[int(ending.id)].text
    if ending.reason == "clock":
        return _("The time is up: %(minutes)s.") % {"minutes": minutes_of(night.minute)}
    if night.ended == "won":
        return _("What had to hold again holds.")
    return _("It went further than this system can bear.")


def action_text(drill: Drill, id_: str) -> str:
    return next((one.text for one in drill.actions if one.id == id_), id_)
