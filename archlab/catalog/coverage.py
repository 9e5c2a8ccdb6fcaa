"""Whether the packs hold every fact of the sources, with the figures that the sources give."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from archlab.domain.pack import Pack

INVENTORY = Path(__file__).parent / "data" / "inventory.tsv"


@dataclass(frozen=True, slots=True)
class Coverage:
    facts: int
    covered: int
    missing: tuple[str, ...]
    differs: tuple[str, ...]
    recomputed: int
    documentary: int
    refuted: tuple[str, ...]

    def as_json(self) -> Mapping[str, object]:
        return {
            "facts": self.facts,
            "covered": self.covered,
            "missing": list(self.missing),
            "differs": list(self.differs),
            "claims": {
                "recomputed": self.recomputed,
                "documentary": self.documentary,
                "refuted": list(self.refuted),
            },
        }


def coverage_of(packs: Iterable[Pack], inventory: Path = INVENTORY) -> Coverage:
    """Facts of the inventory against the steps that cover them and the values that packs state.

    A pack with a refuted claim does not load (E511), so `refuted` of loaded packs is empty.
    """
    rows = _inventory(inventory)
    listed = list(packs)
    covered = {fact for pack in listed for step in pack.steps.values() for fact in step.covers}
    stated = {id_: fact.value for pack in listed for id_, fact in pack.facts.items()}
    claims = [claim for pack in listed for claim in pack.claims.values()]
    return Coverage(
        facts=len(rows),
        covered=sum(id_ in covered for id_ in rows),
        missing=tuple(id_ for id_ in rows if id_ not in covered),
        differs=tuple(id_ for id_ in rows if id_ in stated and _differs(rows[id_], stated[id_])),
        recomputed=sum(bool(claim.recompute) for claim in claims),
        documentary=sum(not claim.recompute for claim in claims),
        refuted=(),
    )


def _inventory(path: Path) -> dict[str, str]:
    """Fact id -> the figure that the source gives, empty if none."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["id"]: row["value"].strip() for row in rows}


def _differs(source: str, stated: object) -> bool:
    """Numbers are compared as numbers, words as words; a fact without a figure cannot differ."""
    if not source:
        return False
    try:
        return Decimal(source) != Decimal(str(stated))
    except InvalidOperation:
        return source != str(stated)
