"""The price book in use: the shipped one, or the file that the operator has chosen."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from archlab.domain.pricing import PriceBook
from archlab.domain.pricing.book import shipped_text


def active_book() -> PriceBook:
    """Read once per process and file. Raises BadPriceBook or OSError, which a check names first."""
    return _loaded(settings.PRICE_SNAPSHOT) if settings.PRICE_SNAPSHOT else PriceBook.shipped()


def active_text() -> str:
    """The same book as the text of its file."""
    if settings.PRICE_SNAPSHOT:
        return Path(settings.PRICE_SNAPSHOT).read_text("utf-8")
    return shipped_text()


@cache
def _loaded(path: str) -> PriceBook:
    return PriceBook.load(path)
