"""Plates of systems, drawn once per process."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from archlab.catalog.assess import assessed
from archlab.domain.architecture import Architecture
from archlab.domain.architecture.layout import layout
from archlab.domain.pricing import DocumentedBill
from archlab.web.diagrams import diagram


def drawing(
    architecture: Architecture,
    *,
    before: Architecture | None = None,
    id_: str = "drawing",
    sheet: str = "",
    revision: int | None = None,
    alt: str = "",
    with_costs: bool = False,
) -> SafeString:
    """The plate of a system, with what changed since `before`."""
    return _drawn(architecture, before, id_, sheet, revision, alt, with_costs, get_language())


@lru_cache(maxsize=512)
def _drawn(
    architecture: Architecture,
    before: Architecture | None,
    id_: str,
    sheet: str,
    revision: int | None,
    alt: str,
    with_costs: bool,  # noqa: FBT001  # a cache key, not a call that anybody reads
    _language: str | None,
) -> SafeString:
    return diagram(
        layout(architecture, before=before),
        id_=id_,
        sheet=sheet,
        revision=revision or "",
        alt=alt,
        costs=costs_of(architecture) if with_costs else None,
    )


def costs_of(architecture: Architecture) -> Mapping[str, Decimal]:
    """Component -> USD a month of all it consumes; parts without a price are left out."""
    costs: dict[str, Decimal] = {}
    unknown: set[str] = set()
    for line in assessed(architecture).cost.lines:
        for part in line.parts:
            if part.usd is None:
                unknown.add(part.component)
            else:
                costs[part.component] = costs.get(part.component, Decimal(0)) + part.usd
    return {id_: usd for id_, usd in costs.items() if usd and id_ not in unknown}


def hero(architecture: Architecture, *, sheet: str) -> SafeString:
    """The plate with its printed bill as a parts list; balloons tie the two together.

    The dearest part is the one in red. Without a printed bill it is the plain plate.
    """
    printed = architecture.documented
    if printed is None:
        return drawing(architecture, sheet=sheet)
    balloons: dict[str, list[int]] = {}
    for number, line in enumerate(printed.lines, 1):
        for component in line.components:
            balloons.setdefault(component, []).append(number)
    dearest = max(enumerate(printed.lines, 1), key=lambda numbered: numbered[1].usd)[0]
    return diagram(
        layout(architecture),
        id_="hero",
        sheet=sheet,
        alt=architecture.summary,
        balloons=balloons,
        hot={dearest},
        cells=[(gettext("Price level"), architecture.region)],
        aside=_parts(architecture, printed, dearest),
    )


def _parts(architecture: Architecture, printed: DocumentedBill, dearest: int) -> SafeString:
    context = {"printed": printed, "hours": architecture.month_hours, "dearest": dearest}
    return render_to_string("catalog/_parts.html", context)
