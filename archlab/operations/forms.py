from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archlab.domain.pricing import Confidence, PriceBook, PriceRow
from archlab.jobs.kinds import told_kinds
from archlab.operations.jobs import STATES
from archlab.operations.pages import CONFIDENCE, place

EVERYWHERE = ("*", "global")


NOT_IN_LIST = gettext_lazy("%(value)s is not here; choose one of the list")


class PriceFilter(forms.Form):
    """Words, service, region and evidence; without them every row of the book is shown."""

    field_order = ("words", "service", "region", "confidence", "page")

    words = forms.CharField(required=False, max_length=80, label=gettext_lazy("Words"))
    page = forms.IntegerField(
        required=False, min_value=1, max_value=999, label=gettext_lazy("Page"),
        widget=forms.HiddenInput,
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None, *, book: PriceBook) -> None:
        super().__init__(data)
        services = sorted({service_of(row) for row in book.rows}, key=str.casefold)
        places = [(name, place(name)) for name in (*book.regions, *EVERYWHERE)]
        letters = [(str(one), f"{one}, {CONFIDENCE[one]}") for one in Confidence]
        self.fields |= {
            "service": _choice(_("Service"), [("", _("any")), *((n, n) for n in services)]),
            "region": _choice(_("Holds in"), [("", _("any region")), *places]),
            "confidence": _choice(_("Evidence"), [("", _("any")), *letters]),
        }
        self.order_fields(self.field_order)

    def chosen(self, rows: Sequence[PriceRow]) -> list[PriceRow]:
        """The rows that fit; a filter that cannot be read leaves them all."""
        if not self.is_bound or not self.is_valid():
            return list(rows)
        return [row for row in rows if _fits(row, self.cleaned_data)]

    def page_asked(self) -> int:
        return (self.is_bound and self.is_valid() and self.cleaned_data["page"]) or 1

    def query(self) -> str:
        """The filters in use, as the links to other pages carry them."""
        if not self.is_bound or not self.is_valid():
            return ""
        chosen = {n: v for n, v in self.cleaned_data.items() if v and n != "page"}
        return f"{urlencode(chosen)}&" if chosen else ""


class BookChoice(forms.Form):
    """Two price books to set side by side, by reference; without a word, the first and the last."""

    def __init__(self, data: Mapping[str, str], *, references: Sequence[str]) -> None:
        super().__init__({"a": references[0], "b": references[-1], **data})
        books = [(one, one) for one in references]
        self.fields["a"] = _choice(_("From"), books, required=True)
        self.fields["b"] = _choice(_("To"), books, required=True)


class JobFilter(forms.Form):
    """Which jobs are listed; without it, all of them."""

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data)
        every = [("", _("any"))]
        self.fields["state"] = _choice(
            _("State"), [*every, *((name, str(word)) for name, word in STATES.items())]
        )
        self.fields["kind"] = _choice(_("Kind"), [*every, *told_kinds().items()])

    def chosen(self) -> dict[str, str]:
        """A filter that cannot be read leaves them all."""
        return self.cleaned_data if self.is_valid() else {}


def _choice(
    label: str, choices: Sequence[tuple[str, str]], *, required: bool = False
) -> forms.ChoiceField:
    said = {"invalid_choice": NOT_IN_LIST}
    return forms.ChoiceField(label=label, choices=choices, required=required, error_messages=said)


def service_of(row: PriceRow) -> str:
    return row.key.partition(":")[0]


def _fits(row: PriceRow, wanted: Mapping[str, str]) -> bool:
    text = f"{row.key} {row.unit} {row.note}".casefold()
    region = wanted["region"]
    return (
        all(word in text for word in wanted["words"].casefold().split())
        and wanted["service"] in ("", service_of(row))
        and (not region or row.region in {region, *EVERYWHERE})
        and wanted["confidence"] in ("", row.confidence)
    )
