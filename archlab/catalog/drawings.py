"""Plates of systems, drawn once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from archlab.catalog.assess import assessed
from archlab.domain.architecture import Architecture
from archlab.domain.architecture.layout import layout
from archlab.domain.pricing import DocumentedBill
from archlab.web import numbers
from archlab.web.diagrams import alone, diagram


@dataclass(frozen=True, slots=True)
class Shown:
    """What a plate says besides the parts: a tag on each, a numbered path, parts to look at."""

    tag: Literal["", "cost", "latency"] = ""
    flow: str | None = None
    lit: tuple[str, ...] = ()


PLAIN = Shown()


def drawing(
    architecture: Architecture,
    *,
    before: Architecture | None = None,
    id_: str = "drawing",
    sheet: str = "",
    revision: int | None = None,
    alt: str = "",
    shown: Shown = PLAIN,
) -> SafeString:
    """The plate of a system, with what changed since `before`."""
    return _drawn(architecture, before, id_, sheet, revision, alt, shown, get_language())


@lru_cache(maxsize=512)
def _drawn(
    architecture: Architecture,
    before: Architecture | None,
    id_: str,
    sheet: str,
    revision: int | None,
    alt: str,
    shown: Shown,
    _language: str | None,
) -> SafeString:
    path = _path(architecture, shown.flow)
    tags = _tags(architecture, shown)
    priced = [(gettext("Figures"), gettext("USD a month"))] if tags and shown.tag == "cost" else []
    walked = [(gettext("Path"), _in_words(architecture, path))] if path else []
    return diagram(
        layout(architecture, before=before),
        id_=id_,
        sheet=sheet,
        revision=revision or "",
        alt=alt,
        tags=tags,
        lit=shown.lit,
        balloons={part: (number,) for number, part in enumerate(path, 1)},
        cells=[*priced, *walked],
    )


def drawn_alone(architecture: Architecture, *, before: Architecture | None = None) -> str:
    """The drawing as a file of its own, with what changed since `before`."""
    return _alone(architecture, before, get_language())


@lru_cache(maxsize=512)
def _alone(architecture: Architecture, before: Architecture | None, _language: str | None) -> str:
    return alone(layout(architecture, before=before))


def _path(architecture: Architecture, name: str | None) -> list[str]:
    """The parts that a flow passes, each once, in order; empty where there is no such flow."""
    flow = architecture.flows.get(name) if name else None
    return list(dict.fromkeys(hop.at for hop in flow.hops)) if flow else []


def _in_words(architecture: Architecture, path: list[str]) -> str:
    parts = (architecture.components[part] for part in path)
    labels = [f"{n} {part.label or part.title}" for n, part in enumerate(parts, 1)]
    return ", ".join(labels)


def _tags(architecture: Architecture, shown: Shown) -> dict[str, str]:
    if shown.tag == "cost":
        return {part: numbers.amount(usd) for part, usd in costs_of(architecture).items()}
    flow = architecture.flow(shown.flow) if shown.tag == "latency" else None
    times: dict[str, Decimal] = {}
    for hop in flow.hops if flow else ():
        times[hop.at] = times.get(hop.at, Decimal(0)) + hop.p50_ms
    return {part: numbers.ms(time) for part, time in times.items()}


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
