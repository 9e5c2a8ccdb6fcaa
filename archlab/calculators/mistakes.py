"""What a page shows beside a mistake: its sentence, and the last state that had none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict

from archlab.calculators.fields import field_id
from archlab.calculators.tables import Cell

LAST, FORMAT = "_last", "format"
"""Names in an address that are no setting: the last one without a mistake, and csv."""

LONGEST = 8000
"""Characters of an address that a form may carry."""


class Page(Protocol):
    """What an address asks for. Settings in error are left out of the result."""

    @property
    def problems(self) -> Mapping[str, str]:
        """Name of a setting to what is wrong with it."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Name to label of every setting that has a field on this page."""

    @property
    def query(self) -> str:
        """The shortest address of the result."""

    @property
    def file(self) -> str:
        """The name of the result as a file, without its ending."""

    @property
    def heading(self) -> Sequence[str]:
        """The names of the columns of `table`."""

    def table(self) -> Iterable[Sequence[Cell]]:
        """The result as rows of a file."""


PageT = TypeVar("PageT", bound=Page)


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence for the summary on top; `id` is empty where the page has no field to mend."""

    id: str
    name: str
    said: str

    @property
    def label(self) -> str:
        """Its name, cut where an address brought a long one."""
        return self.name[:60]


def faults(page: Page) -> list[Fault]:
    return [
        Fault(field_id(name) if name in page.labels else "", page.labels.get(name, name), said)
        for name, said in page.problems.items()
    ]


def last_good(page: PageT, query: QueryDict, read: Callable[[QueryDict], PageT]) -> PageT:
    """The page at `_last` where this one has mistakes; without a usable one, `page` itself."""
    last = str(query.get(LAST, ""))
    if not page.problems or not 0 < len(last) <= LONGEST:
        return page
    try:
        good = read(QueryDict(last))
    except TooManyFieldsSent:
        return page
    return page if good.problems else good
