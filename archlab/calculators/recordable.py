"""Pages of calculators that a decision can be recorded from: their systems, pinned."""

from __future__ import annotations

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from archlab.calculators.breakeven import BreakEvenPage, breakeven
from archlab.calculators.compare import ComparePage, compare
from archlab.calculators.desk import Desk
from archlab.catalog.comparisons import Compared, NotComparable
from archlab.catalog.pinned import PinnedSystem
from archlab.catalog.queries import entry_of


def compared(query: QueryDict) -> Compared:
    return _compared("calculators:compare", compare(query))


def crossed(query: QueryDict) -> Compared:
    return _compared("calculators:break_even", breakeven(query))


def _compared(view: str, page: ComparePage | BreakEvenPage) -> Compared:
    if page.problems:
        said = _("This address has a mistake, so nothing can be decided from it: %(problem)s")
        raise NotComparable(said % {"problem": next(iter(page.problems.values()))})
    systems = (pinned(page.first), pinned(page.second))
    return Compared(f"{reverse(view)}?{page.query}", page.finding, systems)


def pinned(desk: Desk) -> PinnedSystem:
    """The system of a desk by the bytes of its version and what was set on it."""
    slug, _slash, base = desk.system.name.partition("/")
    model = desk.model
    return PinnedSystem(
        title=desk.start.title,
        scenario=entry_of(slug).version.sha256,
        base=base,
        set=desk.changes,
        region=model.region,
        month_hours=model.month_hours,
        allowances=str(model.allowances),
    )
