"""What a browser posts to practice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from archlab.domain.pack import Decision, Quiz
from archlab.journeys.forms import answer_of
from archlab.practice.queries import Asked

MOST = 50
GONE = _("One of these is not in your practice any more. Choose again.")
BROKEN = _("This form was not whole. Load the page again and send it once more.")


def review_of(block: Decision | Quiz, data: QueryDict) -> Mapping[str, object]:
    """The answer in the shape that packs know. A reason may be left out when asked again."""
    given = answer_of(block, data)
    if isinstance(block, Decision):
        return {"option": given["option"], "reason": given.get("reason", "")}
    return given


class MixForm(forms.Form):
    """Which questions, and how many; nothing chosen means all that the learner has met."""

    key = forms.UUIDField(error_messages={"required": BROKEN, "invalid": BROKEN})
    count = forms.IntegerField(
        min_value=1,
        max_value=MOST,
        initial=10,
        label=_("How many questions"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Write how many questions, from 1 to 50."),
            "invalid": _("Write a whole number from 1 to 50."),
            "min_value": _("Write a whole number from 1 to 50."),
            "max_value": _("Write a whole number from 1 to 50."),
        },
    )

    def __init__(
        self, data: QueryDict | None = None, *, cards: list[Asked], ticked: Sequence[str] = ()
    ) -> None:
        super().__init__(data)
        self.cards = cards
        self.ticked = ticked if data is None else data.getlist("of")
        choices = {name: name for one in cards for name in names_of(one)}
        self.fields["of"] = forms.MultipleChoiceField(
            required=False, choices=list(choices.items()), error_messages={"invalid_choice": GONE}
        )

    def clean(self) -> dict[str, Any]:
        if not self.cards:
            raise forms.ValidationError(
                _("There is nothing to practise yet. Answer a question in a journey first.")
            )
        return self.cleaned_data

    @property
    def chosen(self) -> list[Asked]:
        """The cards that fit what was ticked."""
        wanted = set(self.cleaned_data["of"])
        return [one for one in self.cards if not wanted or wanted.intersection(names_of(one))]


def names_of(one: Asked) -> list[str]:
    """What a card can be chosen by: each objective of its question."""
    return [f"{one.entry.slug}/{objective}" for objective in one.objectives]
