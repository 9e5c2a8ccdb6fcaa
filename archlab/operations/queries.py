"""Price books that can be shown: the active one and the proposals beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from archlab.domain.pricing import BadPriceBook, PriceBook
from archlab.web.prices import active_book


@dataclass(frozen=True, slots=True)
class Shelf:
    """Books by reference, the active one first, and a sentence for each file that is none."""

    books: dict[str, PriceBook]
    problems: tuple[str, ...]


def proposals_folder() -> Path:
    return Path(settings.DATA_DIR) / "prices"


def shelf() -> Shelf:
    active = active_book()
    books, problems = {active.reference: active}, []
    for file in sorted(proposals_folder().glob("*.json")):
        try:
            book = _loaded(file, file.stat().st_mtime_ns)
        except (BadPriceBook, OSError, UnicodeDecodeError) as error:
            problems.append(f"{file.name}: {error}")
        else:
            books.setdefault(book.reference, book)
    return Shelf(books, tuple(problems))


@lru_cache(maxsize=16)
def _loaded(file: Path, changed_at: int) -> PriceBook:  # noqa: ARG001 - a changed file is another
    return PriceBook.load(file)
