"""What figures are computed from: no person, and nothing that a person wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from archlab.catalog.assess import assessed
from archlab.catalog.pinned import Gone, PinnedSystem
from archlab.domain.money import cents, plain
from archlab.domain.pricing import PriceBook

FORMAT = "archlab-inputs/1"


def inputs_of(systems: Iterable[PinnedSystem], *, flow: str | None) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "price_book": PriceBook.shipped().reference,
        "flow": flow,
        "systems": [system.as_json() for system in systems],
    }


@dataclass(frozen=True)
class Figures:
    """The needles of one system as a page prints them; empty is not priced or not modelled."""

    title: str
    usd: str
    p50_ms: str
    p99_ms: str
    minutes: str
    month_hours: int
    unpriced: list[str] = field(default_factory=list)

    @property
    def needles(self) -> tuple[str, str, str, str]:
        return self.usd, self.p50_ms, self.p99_ms, self.minutes


def figures(inputs: Mapping[str, Any]) -> list[Figures]:
    """Computed again; raises `Gone` with the name of what is not installed here."""
    book = PriceBook.shipped().reference
    if inputs["price_book"] != book:
        raise Gone(f"price book {inputs['price_book']}")
    return list(_computed(inputs))


def _computed(inputs: Mapping[str, Any]) -> Iterator[Figures]:
    for one in inputs["systems"]:
        pinned = PinnedSystem.of_json(one)
        found = assessed(pinned.architecture(), inputs["flow"])
        wait, risk = found.latency, found.downtime.minutes
        yield Figures(
            title=pinned.title,
            usd=plain(cents(found.cost.total_usd)),
            p50_ms="" if wait.p50_ms is None else str(round(wait.p50_ms)),
            p99_ms="" if wait.p99_ms is None else str(round(wait.p99_ms)),
            minutes="" if risk is None else f"{risk:.1f}",
            month_hours=found.cost.month_hours,
            unpriced=[line.label for line in found.cost.unpriced],
        )
