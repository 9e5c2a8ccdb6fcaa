from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from archlab.catalog.queries import Entry

LEVELS = (
    ("", _("any level")),
    ("intro", _("introduction")),
    ("intermediate", _("intermediate")),
    ("advanced", _("advanced")),
)


class CatalogueFilter(forms.Form):
    """Words and a level; without them everything is shown."""

    words = forms.CharField(required=False, max_length=80, label=_("Words"))
    level = forms.ChoiceField(required=False, choices=LEVELS, label=_("Level"))

    def chosen(self, entries: Sequence[Entry]) -> list[Entry]:
        if not self.is_bound or not self.is_valid():
            return list(entries)
        words = self.cleaned_data["words"].casefold().split()
        level = self.cleaned_data["level"]
        return [entry for entry in entries if _fits(entry, words, level)]


def _fits(entry: Entry, words: list[str], level: str) -> bool:
    scenario = entry.pack.scenario
    text = " ".join((scenario.title, scenario.summary, *scenario.tags)).casefold()
    return all(word in text for word in words) and level in ("", scenario.level)
