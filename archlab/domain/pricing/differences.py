"""Two price books side by side: which rates moved, by how much, and what to look at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from archlab.domain.money import MONEY, plain
from archlab.domain.pricing.book import PriceBook
from archlab.domain.pricing.renewal import Kept
from archlab.domain.pricing.rows import PriceRow

LOOK_ABOVE_PERCENT = Decimal(5)


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not the same in both books; `old` or `new` is None where a book has none."""

    key: str
    region: str
    old: PriceRow | None
    new: PriceRow | None

    @property
    def percent(self) -> Decimal | None:
        """The rate that moved most, in percent of the old one; None where there is none."""
        if self.old is None or self.new is None:
            return None
        with localcontext(MONEY):
            moves = [
                (new - old) / old * 100
                for old, new in _rates_at_every_edge(self.old, self.new)
                if old
            ]
        return max(moves, key=abs, default=None)

    @property
    def loses_confidence(self) -> bool:
        """The letters run from A, the best."""
        if self.old is None or self.new is None:
            return False
        return self.new.confidence > self.old.confidence

    @property
    def needs_a_look(self) -> bool:
        """More than 5 percent, worse evidence, a new shape of tiers, or a row that came or went."""
        percent = self.percent
        return percent is None or abs(percent) > LOOK_ABOVE_PERCENT or self.loses_confidence


@dataclass(frozen=True, slots=True)
class Diff:
    """Everything that differs, in the order of the keys; `same` counts the other rows."""

    old: str
    new: str
    differences: tuple[Difference, ...]
    same: int

    @property
    def to_look_at(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if one.needs_a_look)


def differences(old: PriceBook, new: PriceBook) -> Diff:
    """Compare rates, allowances, dates and evidence; a note alone is no difference."""
    before = {(row.key, row.region): row for row in old.rows}
    after = {(row.key, row.region): row for row in new.rows}
    names = sorted(before.keys() | after.keys())
    found = tuple(
        Difference(*name, before.get(name), after.get(name))
        for name in names
        if _facts(before.get(name)) != _facts(after.get(name))
    )
    return Diff(old.reference, new.reference, found, len(names) - len(found))


def _facts(row: PriceRow | None) -> object:
    if row is None:
        return None
    price = (row.unit, row.tiers, row.range, row.allowance, row.free_mode, row.block)
    return (*price, row.effective_date, row.source, row.confidence)


def _rates_at_every_edge(old: PriceRow, new: PriceRow) -> list[tuple[Decimal, Decimal]]:
    """Old and new rate wherever either book starts a tier; a spot range counts by its ends."""
    if old.range is not None and new.range is not None:
        return list(zip(old.range, new.range, strict=True))
    edges = sorted({tier.start for tier in (*old.tiers, *new.tiers)})
    rates = [(_rate_at(old, edge), _rate_at(new, edge)) for edge in edges]
    return [(a, b) for a, b in rates if a is not None and b is not None]


def _rate_at(row: PriceRow, quantity: Decimal) -> Decimal | None:
    for tier in row.tiers:
        if tier.start <= quantity and (tier.end is None or quantity < tier.end):
            return tier.price_usd
    return None


def rates(row: PriceRow | None) -> str:
    """The rates of a row in one line: "0.09 to 10240, then 0.085"."""
    if row is None:
        return "none"
    if row.range is not None:
        return f"{plain(row.range[0])} to {plain(row.range[1])}"
    parts = [
        plain(tier.price_usd) + ("" if tier.end is None else f" to {plain(tier.end)}")
        for tier in row.tiers
    ]
    return ", then ".join(parts)


def markdown(diff: Diff, kept: Sequence[Kept] = (), failed: Sequence[str] = ()) -> str:
    """The paper for the one who decides: what to look at, every change, what kept its old value."""
    look = diff.to_look_at
    sections = [
        f"# {diff.old} beside {diff.new}",
        f"{len(diff.differences)} rows differ, {len(look)} need a look, {diff.same} are the same.",
        _table("Look at these first", look),
        _table("All changes", diff.differences),
    ]
    if kept:
        rows = "\n".join(f"- `{one.key}` in {one.region}: {one.reason}" for one in kept)
        sections.append(f"## Kept as they were\n\n{rows}")
    if failed:
        sections.append("## Not read\n\n" + "\n".join(f"- {one}" for one in failed))
    return "\n\n".join(section for section in sections if section) + "\n"


def _table(title: str, found: Sequence[Difference]) -> str:
    if not found:
        return ""
    head = "| row | region | old | new | % | confidence | source of the new |"
    rows = [head, "| --- | --- | --- | --- | ---: | --- | --- |", *map(_line, found)]
    return f"## {title}\n\n" + "\n".join(rows)


def _line(one: Difference) -> str:
    percent = "" if one.percent is None else f"{one.percent:+.1f}"
    letters = [row.confidence if row else "none" for row in (one.old, one.new)]
    evidence = letters[0] if letters[0] == letters[1] else f"{letters[0]} to {letters[1]}"
    source = one.new.source.replace("|", "/") if one.new else ""
    cells = [f"`{one.key}`", one.region, rates(one.old), rates(one.new), percent, evidence, source]
    return f"| {' | '.join(cells)} |"
