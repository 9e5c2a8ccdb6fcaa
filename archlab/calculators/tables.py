"""Tables of a calculator as a file: the numbers of the page, one row for each of its rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.http import HttpResponse

from archlab.domain.money import plain

Cell = str | int | Decimal | None


def csv_answer(name: str, heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """UTF-8 with a mark, so that spreadsheets read it; exact decimals, "not priced" as words."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow(heading)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return response


def _text(cell: Cell) -> str:
    """A cell that a spreadsheet cannot take for a formula."""
    if isinstance(cell, Decimal):
        return plain(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
