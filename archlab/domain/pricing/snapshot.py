"""Read a price snapshot: JSON text in, checked rows out.

Prices are strings in the file; a number that passed through a binary float is refused, because
nobody can see afterwards what it was.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, NoReturn, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from archlab.domain.pricing.rows import (
    Allowance,
    Block,
    Confidence,
    FreeMode,
    PriceRow,
    Scope,
    Tier,
)
from archlab.domain.units import Unit

FORMAT = "archlab.prices/1"

_DIGITS = re.compile(r"\d+(\.\d+)?", re.ASCII)


class BadPriceBook(ValueError):
    """The file is not a price book that can be trusted; the sentence names the row."""


def _exact(value: object) -> Decimal:
    if not isinstance(value, str):
        raise ValueError(f'{value!r} is not a string; write it in quotes, as in "0.045"')
    if not _DIGITS.fullmatch(value):
        raise ValueError(f'"{value}" is not a plain decimal, such as "0.045"')
    return Decimal(value)


Exact = Annotated[Decimal, BeforeValidator(_exact)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Tier(_Entry):
    from_: Exact = Field(alias="from")
    to: Exact | None
    price_usd: Exact


class _Range(_Entry):
    low: Exact
    high: Exact

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"the range runs backwards, from {self.low} to {self.high}")
        return self


class _Allowance(_Entry):
    quantity: Exact
    unit: Unit
    scope: Scope
    term: Literal["always-free", "12-months", "trial"]
    pool: str = ""


class _Block(_Entry):
    size: Exact
    unit: Literal["KB"]


class _Row(_Entry):
    service: str = Field(pattern=r"^[A-Za-z0-9]+$")
    key: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    region: str = Field(pattern=r"^([a-z]{2}(-[a-z]+)+-\d|\*|global)$")
    unit: Unit
    price_usd: Exact | None = None
    tiers: list[_Tier] | None = None
    range: _Range | None = None
    block: _Block | None = None
    free: Literal[True] | None = None
    free_allowance: _Allowance | None = None
    free_mode: FreeMode | None = None
    effective_date: str | None = Field(pattern=r"^\d{4}(-\d\d(-\d\d)?)?$")
    source: str = Field(min_length=1)
    confidence: Confidence
    note: str = ""

    @model_validator(mode="after")
    def has_one_price(self) -> Self:
        forms = (self.price_usd, self.tiers, self.range)
        if sum(form is not None for form in forms) != 1:
            raise ValueError("write exactly one of price_usd, tiers and range")
        return self

    @model_validator(mode="after")
    def has_contiguous_tiers(self) -> Self:
        if self.tiers is None:
            return self
        if not self.tiers or self.tiers[0].from_ != 0:
            raise ValueError('the first tier starts at "0"')
        for tier in self.tiers:
            if tier.to is not None and tier.to <= tier.from_:
                raise ValueError(f"the tier from {tier.from_} ends at {tier.to}")
        for lower, upper in pairwise(self.tiers):
            if lower.to != upper.from_:
                gap = f"ends at {lower.to} and the next starts at {upper.from_}"
                raise ValueError(f"tiers overlap or leave a gap: one {gap}")
        return self

    @model_validator(mode="after")
    def is_free_on_purpose(self) -> Self:
        prices = self._prices()
        if self.free and (any(prices) or self.range):
            raise ValueError("free: true stands beside a price that is not 0")
        allowed = prices[1:] if self.free_mode == FreeMode.ZERO_TIER else prices
        if not self.free and not all(allowed):
            raise ValueError("a price of 0 needs free: true, or free_mode zero-tier in tier 1")
        if self.free_mode == FreeMode.ZERO_TIER and (len(prices) < 2 or prices[0]):
            raise ValueError("free_mode zero-tier needs tiers of which the first costs 0")
        return self

    @model_validator(mode="after")
    def has_a_mode_for_its_allowance(self) -> Self:
        if self.free_allowance is None:
            if self.free_mode not in (None, FreeMode.ZERO_TIER):
                raise ValueError(f"free_mode {self.free_mode} without a free_allowance")
            return self
        if self.free_mode is None:
            raise ValueError("free_allowance without a free_mode")
        if self.free_mode == FreeMode.ZERO_TIER:
            raise ValueError("a zero tier is its own allowance; drop free_allowance")
        if self.free_allowance.unit != self.unit:
            raise ValueError(f"the allowance is in {self.free_allowance.unit}, not {self.unit}")
        return self

    def _prices(self) -> list[Decimal]:
        if self.tiers is not None:
            return [tier.price_usd for tier in self.tiers]
        return [] if self.price_usd is None else [self.price_usd]


class _File(_Entry):
    format: Literal["archlab.prices/1"] = Field(alias="schema")
    generated: date
    currency: Literal["USD"]
    notes: list[str] = []
    discounts: list[dict[str, str]] = []
    prices: list[object]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows in the order of the file; `digest` is the SHA-256 of its canonical JSON, 12 hex."""

    digest: str
    rows: tuple[PriceRow, ...]


def parse(text: str) -> Snapshot:
    """Check a whole snapshot. Raises BadPriceBook with the first row that is wrong."""
    try:
        content: object = json.loads(text, parse_float=_no_float, parse_constant=_no_float)
    except json.JSONDecodeError as error:
        raise BadPriceBook(f"line {error.lineno} is not JSON: {error.msg}") from error
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise BadPriceBook(_sentence(error)) from error
    rows = tuple(_row(number, raw) for number, raw in enumerate(file.prices, start=1))
    _check_identities(rows)
    _check_pools(rows)
    return Snapshot(digest=digest(content), rows=rows)


def digest(content: object) -> str:
    """First 12 hex digits of the SHA-256 over sorted, compact JSON; layout does not count."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _no_float(number: str) -> NoReturn:
    raise BadPriceBook(f'{number} is a bare number; write it in quotes, as "{number}"')


def _row(number: int, raw: object) -> PriceRow:
    try:
        row = _Row.model_validate(raw)
        return PriceRow(
            key=f"{row.service}:{row.key}",
            region=row.region,
            unit=row.unit,
            tiers=_tiers(row),
            range=(row.range.low, row.range.high) if row.range else None,
            allowance=_allowance(row),
            free_mode=row.free_mode,
            block=Block(row.block.size, row.block.unit) if row.block else None,
            effective=_first_day(row.effective_date) if row.effective_date else None,
            effective_date=row.effective_date,
            source=row.source,
            confidence=row.confidence,
            note=row.note,
        )
    except ValidationError as error:
        raise BadPriceBook(f"row {number}{_name(raw)}: {_sentence(error)}") from error
    except ValueError as error:
        raise BadPriceBook(f"row {number}{_name(raw)}: effective_date: {error}") from error


def _tiers(row: _Row) -> tuple[Tier, ...]:
    if row.tiers is not None:
        return tuple(Tier(tier.from_, tier.to, tier.price_usd) for tier in row.tiers)
    return () if row.price_usd is None else (Tier(Decimal(0), None, row.price_usd),)


def _allowance(row: _Row) -> Allowance | None:
    """Two copies of one row share their allowance too, so a row without a pool is its own."""
    free = row.free_allowance
    if free is None:
        return None
    return Allowance(free.quantity, free.scope, free.term, free.pool or f"{row.service}:{row.key}")


def _first_day(text: str) -> date:
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return date(year, month, day)


def _check_identities(rows: Iterable[PriceRow]) -> None:
    seen = set()
    for row in rows:
        if (row.key, row.region) in seen:
            raise BadPriceBook(f"{row.key} in {row.region} stands twice")
        seen.add((row.key, row.region))


def _check_pools(rows: Iterable[PriceRow]) -> None:
    pools: dict[str, tuple[Decimal, Unit]] = {}
    for row in rows:
        if row.allowance is not None:
            share = (row.allowance.quantity, row.unit)
            if pools.setdefault(row.allowance.pool, share) != share:
                pool = row.allowance.pool
                raise BadPriceBook(f"{row.key} in {row.region}: pool {pool} has another allowance")


def _name(raw: object) -> str:
    if not isinstance(raw, dict):
        return ""
    return f" ({raw.get('service')}:{raw.get('key')} in {raw.get('region')})"


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    text = first["msg"].removeprefix("Value error, ")
    return f"{place}: {text}" if place else text
