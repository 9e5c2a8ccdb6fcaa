"""What a browser posts, read into the answer of a block. Whether it is right is the domain's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archlab.domain.pack import (
    BillView,
    Block,
    Calculator,
    ClaimView,
    Decision,
    Match,
    Quiz,
    Simulation,
)
from archlab.journeys.models import Explanation

Answer = dict[str, object]


def key_of(data: QueryDict) -> UUID | None:
    """The idempotency key that the server put into the form; None when it was tampered with."""
    try:
        return UUID(data.get("key", ""))
    except ValueError:
        return None


def answer_of(block: Block, data: QueryDict) -> Answer:
    """The answer in the shape that `domain.pack.play` knows; nothing is judged here."""
    if isinstance(block, Decision):
        return _decision(data)
    if isinstance(block, ClaimView):
        return {"verdicts": {claim: data.get(f"verdict-{claim}", "") for claim in block.claims}}
    if isinstance(block, Calculator):
        return _guess(data)
    if isinstance(block, Simulation):
        return _guesses(block, data)
    if isinstance(block, BillView):
        return {"knobs": {knob.id: data.get(knob.id, "") for knob in block.knobs}}
    if isinstance(block, Quiz):
        return _QUIZZES[block.type](block, data)
    return {}


def _decision(data: QueryDict) -> Answer:
    answer: Answer = {"option": data.get("option", "")}
    reason = _own_words(data, "reason")
    if reason:
        answer["reason"] = reason
    confidence = _whole(data.get("confidence", ""))
    if confidence:
        answer["confidence"] = confidence
    return answer


def _guess(data: QueryDict) -> Answer:
    return {"skipped": True} if "skip" in data else {"value": _own_words(data, "value")}


def _guesses(block: Simulation, data: QueryDict) -> Answer:
    if "skip" in data:
        return {"skipped": True}
    return {"guesses": {one.id: _own_words(data, f"guess-{one.id}") for one in block.predict}}


def _single(_block: Quiz, data: QueryDict) -> Answer:
    return {"option": data.get("option", "")}


def _multiple(_block: Quiz, data: QueryDict) -> Answer:
    return {"options": data.getlist("option")}


def _numeric(_block: Quiz, data: QueryDict) -> Answer:
    return {"value": _own_words(data, "value"), "unit": data.get("unit", "")}


def _order(_block: Quiz, data: QueryDict) -> Answer:
    """The items by the place that each was given; a missing or double place stays visible."""
    places = {name[6:]: data[name] for name in data if name.startswith("place-")}
    ranked = sorted(places, key=lambda item: (_whole(str(places[item])), item))
    is_complete = sorted(places.values()) == [str(n + 1) for n in range(len(places))]
    return {"order": ranked if is_complete else [], "places": places}


def _match(block: Match, data: QueryDict) -> Answer:
    """What belongs to each left side; the page sends texts, because an id would tell the answer."""
    ids = block.buckets
    lefts = (name for name in data if name.startswith("left-"))
    return {"pairs": {name[5:]: ids.get(str(data[name]), "") for name in lefts}}


def _spot(_block: Quiz, data: QueryDict) -> Answer:
    return {"lines": [_whole(line) for line in data.getlist("line")]}


def _hotspot(_block: Quiz, data: QueryDict) -> Answer:
    return {"components": data.getlist("component")}


def _text(_block: Quiz, data: QueryDict) -> Answer:
    return {"text": _own_words(data, "text")}


class WordsForm(forms.Form):
    """What somebody would tell a colleague, and the revision that the form was opened with."""

    text = forms.CharField(required=False)
    revision = forms.IntegerField(
        min_value=0,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value"),
            gettext_lazy("This form was not whole. Your words stand here: send them once more."),
        ),
    )

    def clean_text(self) -> str:
        """Counted as it was typed: a form sends two characters for the end of a line."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        if len(text) > Explanation.LONGEST:
            sentence = _("Keep it to %(most)s characters; these are %(n)s.")
            raise forms.ValidationError(sentence % {"most": Explanation.LONGEST, "n": len(text)})
        return text


def _own_words(data: QueryDict, name: str) -> str:
    """What was typed, without what no key types: a NUL, and the CR that forms put before an LF."""
    return data.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


_QUIZZES: Mapping[str, Callable[[Any, QueryDict], Answer]] = {
    "single": _single,
    "multiple": _multiple,
    "numeric": _numeric,
    "order": _order,
    "match": _match,
    "spot": _spot,
    "hotspot": _hotspot,
    "text": _text,
}
