"""What an owner writes about a decision, and how an export is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archlab.domain.records import BadNumber, Profile, next_number, start_number
from archlab.records.queries import Binder, Entry, standing_of, standings_of
from archlab.records.words import LETTERS, Alternative, Words

LONGEST = 2000
MOST_LINES = 12
STALE = gettext_lazy("This form was not whole. Your words stand here: send them once more.")


class OwnWords(forms.CharField):
    """Counted as it was typed: a form sends two characters for the end of a line."""

    def __init__(self, most: int = LONGEST, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.most = most

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.most:
            said = _("Keep it to %(most)s characters; these are %(n)s.")
            raise forms.ValidationError(said % {"most": self.most, "n": len(value)})


class OwnLines(OwnWords):
    """One thing on each line; empty lines say nothing."""

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = [line.strip() for line in super().clean(value).split("\n")]
        found = tuple(line for line in lines if line)
        if len(found) > MOST_LINES:
            said = _("Keep it to %(most)s lines; these are %(n)s.")
            raise forms.ValidationError(said % {"most": MOST_LINES, "n": len(found)})
        return found


class EditForm(forms.Form):
    """The words of one record. There is one row more for alternatives than are filled."""

    revision = forms.IntegerField(
        min_value=0,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), STALE),
    )
    standing = forms.ChoiceField(
        error_messages={
            "required": STALE,
            "invalid_choice": gettext_lazy(
                "Only a later decision of these can take the place of this one."
            ),
        }
    )
    situation = OwnWords()
    because = OwnWords()
    good = OwnLines()
    bad = OwnLines()
    revisit = OwnLines()
    deciders = OwnWords(most=160)

    def __init__(self, binder: Binder, entry: Entry, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(binder, entry))
        self.entry = entry
        cast(forms.ChoiceField, self.fields["standing"]).choices = standings_of(binder, entry)
        self.rows = range(min(len(entry.words.alternatives) + 1, self.free))
        for row in self.rows:
            self.fields[f"title-{row}"] = OwnWords(most=160)
            self.fields[f"because-{row}"] = OwnWords()

    @property
    def free(self) -> int:
        """How many alternatives a record can take beside those of the journey."""
        return len(LETTERS) - len(self.entry.computed.record.options)

    @property
    def alternatives(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"title-{row}"], self[f"because-{row}"]) for row in self.rows]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for row in self.rows:
            if cleaned.get(f"because-{row}") and not cleaned.get(f"title-{row}"):
                self.add_error(f"title-{row}", _("Give this alternative a name, too."))
        return cleaned

    @property
    def words(self) -> Words:
        said = self.cleaned_data
        others = (
            Alternative(said[f"title-{row}"].strip(), said[f"because-{row}"].strip())
            for row in self.rows
        )
        return Words(
            situation=said["situation"].strip(),
            because=said["because"].strip(),
            good=said["good"],
            bad=said["bad"],
            revisit=said["revisit"],
            deciders=said["deciders"].strip(),
            alternatives=tuple(other for other in others if other.title),
            standing=said["standing"],
        )


def _initial(binder: Binder, entry: Entry) -> dict[str, Any]:
    words = entry.words
    kept: dict[str, Any] = {
        "revision": entry.revision,
        "standing": standing_of(binder, entry),
        "situation": words.situation,
        "because": words.because,
        "deciders": words.deciders,
        **{name: "\n".join(getattr(words, name)) for name in ("good", "bad", "revisit")},
    }
    for row, other in enumerate(words.alternatives):
        kept |= {f"title-{row}": other.title, f"because-{row}": other.because}
    return kept


class ExportForm(forms.Form):
    """Layout and first number; `names` of the reader's own files win over `start`."""

    profile = forms.ChoiceField(
        required=False,
        choices=[
            (Profile.UNIVERSAL, gettext_lazy("read by all tools")),
            (Profile.MADR4, gettext_lazy("MADR 4 with front matter")),
            (Profile.NYGARD, gettext_lazy("Nygard, five sections")),
        ],
        error_messages={
            "invalid_choice": gettext_lazy("Take one of these layouts: universal, madr4, nygard.")
        },
    )
    start = forms.CharField(required=False)
    names = OwnWords(most=20_000)

    def clean_profile(self) -> Profile:
        return Profile(self.cleaned_data["profile"] or Profile.UNIVERSAL)

    def clean_start(self) -> int | None:
        typed = self.cleaned_data["start"]
        return self._number(start_number, typed) if typed.strip() else None

    def clean_names(self) -> int | None:
        typed = self.cleaned_data["names"]
        return self._number(next_number, typed.split()) if typed.strip() else None

    @staticmethod
    def _number(read: Any, typed: Any) -> int:
        try:
            return int(read(typed))
        except BadNumber as refused:
            raise forms.ValidationError(str(refused)) from refused

    @property
    def start_at(self) -> int | None:
        names: int | None = self.cleaned_data["names"]
        start: int | None = self.cleaned_data["start"]
        return start if names is None else names


class ShareForm(forms.Form):
    days = forms.TypedChoiceField(coerce=int, choices=[(7, "7"), (30, "30"), (90, "90")])


class NewForm(forms.Form):
    """A record of a choice between the systems of a calculator's page."""

    title = OwnWords(most=160)
    chosen = forms.ChoiceField(
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Say which of the systems you decide for.")
        )
    )
    because = OwnWords()

    def __init__(self, titles: list[str], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        choices = list(zip(LETTERS, titles, strict=False))
        cast(forms.ChoiceField, self.fields["chosen"]).choices = choices

    def clean_title(self) -> str:
        title = " ".join(str(self.cleaned_data["title"]).split())
        if not title:
            raise forms.ValidationError(_("Give the decision a title: what was to be decided?"))
        return title
