"""The total of a bill along its dials, many times over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from functools import cache
from itertools import groupby
from typing import Protocol

from archlab.domain.money import MONEY
from archlab.domain.pricing.bill import Billable, PricedUsage, Usage
from archlab.domain.pricing.book import PriceBook
from archlab.domain.pricing.breakeven import BreakEven, Curve, crossings, whole_crossings
from archlab.domain.pricing.meter import counted, metered, sum_of
from archlab.domain.pricing.rows import Allowances, Unpriced

Usages = Mapping[str, Sequence[Usage]]


class NoSuchDial(ValueError):
    """The system has no number of this name."""


class Dials(Protocol):
    """What a system consumes while some of its numbers move."""

    @property
    def are_whole(self) -> tuple[bool, ...]: ...

    @property
    def still(self) -> Usages: ...

    def moving(self, values: Sequence[Decimal]) -> Usages: ...


class Adjustable(Billable, Protocol):
    """A billable thing with dials; a place that it does not have is NoSuchDial."""

    def dials(self, places: Sequence[str]) -> Dials: ...


class Sweep:
    """USD a month of one system at any position of its dials, without lines and formulas.

    Only rows that a dial can change are metered again. Raises Unpriced where an amount is missing.
    """

    def __init__(
        self,
        architecture: Adjustable,
        places: Sequence[str],
        book: PriceBook,
        *,
        allowances: Allowances | None = None,
    ) -> None:
        self.dials = architecture.dials(places)
        self._book, self._region = book, architecture.region
        self._hours = architecture.month_hours
        self._allowances = architecture.allowances if allowances is None else allowances
        self._splits: dict[frozenset[str], tuple[Decimal, Usages]] = {}
        with localcontext(MONEY):
            _total(self._metered(self.dials.still))

    def usd(self, values: Sequence[Decimal]) -> Decimal:
        """The exact total with every dial at its value; ValueError for one outside its limits."""
        with localcontext(MONEY):
            moving = self.dials.moving(values)
            keys = frozenset(usage.key for used in moving.values() for usage in used)
            if keys not in self._splits:
                self._splits[keys] = self._split(keys)
            apart, shared = self._splits[keys]
            return apart + _total(self._metered({**shared, **moving}))

    def _metered(self, usages: Usages) -> list[PricedUsage]:
        return metered(usages, self._book, self._region, self._hours, self._allowances)

    def _split(self, keys: frozenset[str]) -> tuple[Decimal, Usages]:
        """What stands still: the total of what shares no row and no allowance, and the rest."""
        names = set(self._accounts(keys))
        shared: dict[str, list[Usage]] = {}
        apart: dict[str, list[Usage]] = {}
        for component, used in self.dials.still.items():
            for usage in used:
                meets = names.intersection(self._accounts([usage.key]))
                (shared if meets else apart).setdefault(component, []).append(usage)
        known = [part.usd for part in self._metered(apart) if part.usd is not None]
        return sum(known, Decimal(0)), shared

    def _accounts(self, keys: Sequence[str] | frozenset[str]) -> Iterator[str]:
        """What these keys share with others: tiers, or the pool of an allowance.

        A flat rate is the same for everybody, whoever else uses it.
        """
        for key in keys:
            try:
                row = self._book.row(key, self._region)
            except Unpriced:
                continue
            if not row.is_flat:
                yield key
            allowance = row.allows(self._allowances)
            if allowance is not None:
                yield f"pool {allowance.pool}"


def _total(priced: Sequence[PricedUsage]) -> Decimal:
    total = Decimal(0)
    for component, parts in groupby(priced, key=lambda part: part.component):
        some = counted(tuple(parts))
        usd = sum_of(some)
        if usd is None:
            reason = next(part.reason for part in some if part.usd is None)
            raise Unpriced(f"{component} is not priced: {reason}")
        total += usd
    return total


class Along:
    """Two systems along one parameter, "component.name" or "demand.name".

    A system without it keeps its one total; when neither has it, NoSuchDial is raised. Between two
    positions of a whole number the lower one holds. Totals are remembered, in USD a month.
    """

    def __init__(
        self,
        a: Adjustable,
        b: Adjustable,
        parameter: str,
        *,
        book: PriceBook | None = None,
        allowances: Allowances | None = None,
    ) -> None:
        prices = book or PriceBook.shipped()
        sweeps = [_sweep(one, parameter, prices, allowances) for one in (a, b)]
        if not any(sweep.dials.are_whole for sweep in sweeps):
            raise NoSuchDial(f"neither system has a number called {parameter}")
        self.is_whole = any(True in sweep.dials.are_whole for sweep in sweeps)
        self.a, self.b = (_curve(sweep, is_whole=self.is_whole) for sweep in sweeps)

    def between(self, low: Decimal, high: Decimal) -> BreakEven:
        """Who is cheaper where, from `low` to `high`. Raises Unpriced, or ValueError."""
        search = whole_crossings if self.is_whole else crossings
        return search(self.a, self.b, low, high)


def break_even(
    a: Adjustable,
    b: Adjustable,
    parameter: str,
    low: Decimal,
    high: Decimal,
    *,
    book: PriceBook | None = None,
    allowances: Allowances | None = None,
) -> list[Decimal]:
    """Every value of `parameter` between `low` and `high` where the cheaper system changes.

    Values are in the parameter's own unit, lowest first. Raises Unpriced, or NoSuchDial when
    neither system has it. Prices are the shipped book's unless another is given.
    """
    pair = Along(a, b, parameter, book=book, allowances=allowances)
    return [crossing.x for crossing in pair.between(low, high).crossings]


def _sweep(
    system: Adjustable, parameter: str, book: PriceBook, allowances: Allowances | None
) -> Sweep:
    """The system along the parameter; along nothing where it does not have it."""
    try:
        return Sweep(system, [parameter], book, allowances=allowances)
    except NoSuchDial:
        return Sweep(system, [], book, allowances=allowances)


def _curve(sweep: Sweep, *, is_whole: bool) -> Curve:
    if not sweep.dials.are_whole:
        constant = sweep.usd([])
        return lambda x: constant

    @cache
    def usd(x: Decimal) -> Decimal:
        return sweep.usd([Decimal(int(x)) if is_whole else x])

    return usd
