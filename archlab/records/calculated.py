"""A record of a decision between systems that a calculator set beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from archlab.catalog.assess import assessed
from archlab.catalog.pinned import PinnedSystem
from archlab.domain.pricing import PriceBook
from archlab.domain.records import (
    ConsideredOption,
    Evidence,
    Outcome,
    Own,
    Statement,
)
from archlab.domain.records import DecisionRecord as Record
from archlab.records.figures import assumptions, cost_lines, moves, needles
from archlab.records.inputs import inputs_of
from archlab.records.journey import Computed
from archlab.records.models import DecisionRecord
from archlab.records.words import LETTERS, Words


def calculated(row: DecisionRecord, number: int) -> Computed:
    """Raises `Gone` when what it was made of is no longer installed."""
    pinned: Mapping[str, Any] = row.pinned
    systems = [PinnedSystem.of_json(one) for one in pinned["systems"]]
    chosen = LETTERS.index(pinned["chosen"])
    built = [system.architecture() for system in systems]
    found = [assessed(system) for system in built]
    book = PriceBook.shipped()
    record = Record(
        number=number,
        title=Own(row.title),
        date=row.made.date(),
        deciders=_("one learner"),
        statement=Statement(
            context=_("a calculation with systems of the journeys"),
            facing=_("the choice between %(systems)s")
            % {"systems": ", ".join(f'"{system.title}"' for system in systems)},
            chosen=f'"{systems[chosen].title}"',
        ),
        situation=pinned["finding"],
        options=tuple(
            ConsideredOption(letter, system.title, needles(assessment))
            for letter, system, assessment in zip(LETTERS, systems, found, strict=False)
        ),
        outcome=Outcome(pinned["chosen"], because=Own(pinned["because"])),
        consequences=moves(found[1 - chosen], found[chosen]) if len(found) == 2 else (),
        evidence=Evidence(
            price_book=book.id,
            price_book_digest=book.digest,
            region=built[chosen].region,
            month_hours=built[chosen].month_hours,
            cost_lines=tuple(cost_lines(built, found)),
        ),
        assumptions=tuple(assumptions(built[chosen])),
    )
    words = Words(because=pinned["because"])
    return Computed(row.id.hex, record, words, frozenset(), inputs_of(systems, flow=None))
