"""The total of a bill along its dials, many times over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache, lru_cache, partial
from typing import Protocol

from archlab.domain.money import MONEY
from archlab.domain.pricing.bill import Billable, Usage
from archlab.domain.pricing.book import PriceBook
from archlab.domain.pricing.breakeven import BreakEven, Curve, crossings, whole_crossings
from archlab.domain.pricing.meter import Item, account_usd, counted, item_of, stated_usd
from archlab.domain.pricing.rows import Allowances

SETTINGS_KEPT = 512
"""Settings of one component whose costs are remembered; a broken number hardly comes back."""

Usages = Mapping[str, Sequence[Usage]]


class NoSuchDial(ValueError):
    """The system has no number of this name."""


class Dials(Protocol):
    """What a system consumes while some of its numbers move."""

    @property
    def are_whole(self) -> tuple[bool, ...]: ...

    @property
    def still(self) -> Usages: ...

    @property
    def reached(self) -> Mapping[str, tuple[int, ...]]: ...

    def usage(self, owner: str, values: Sequence[Decimal]) -> Sequence[Usage]: ...


class Adjustable(Billable, Protocol):
    """A billable thing with dials; a place that it does not have is NoSuchDial."""

    def dials(self, places: Sequence[str]) -> Dials: ...


@dataclass(frozen=True, slots=True)
class _Own:
    """What a component costs whatever others consume, and what it shares with them."""

    usd: Decimal
    shared: tuple[Item, ...]


class Sweep:
    """USD a month of one system at any position of its dials, without lines and formulas.

    A component is asked and priced again only when a dial that reaches it has moved, and settings
    that come back are remembered. Raises Unpriced where an amount is missing.
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
        self._moving = [
            (dials, lru_cache(SETTINGS_KEPT)(partial(self._turned, owner)))
            for owner, dials in self.dials.reached.items()
        ]
        self._beside = cache(self._split)
        with localcontext(MONEY):
            owns = [self._own(owner, used) for owner, used in self.dials.still.items()]
            self._still = _together(owns)
            self._beside(frozenset())

    def usd(self, values: Sequence[Decimal]) -> Decimal:
        """The exact total with every dial at its value; ValueError for one outside its limits."""
        with localcontext(MONEY):
            moving = _together([own(*[values[n] for n in dials]) for dials, own in self._moving])
            keys = frozenset(item.usage.key for item in moving.shared)
            apart, shared = self._beside(keys)
            return moving.usd + apart + account_usd([*shared, *moving.shared], self._allowances)

    def _turned(self, owner: str, *values: Decimal) -> _Own:
        return self._own(owner, self.dials.usage(owner, values))

    def _own(self, component: str, used: Sequence[Usage]) -> _Own:
        """One rate for every quantity is the same for everybody, whoever else uses it."""
        usd = Decimal(0)
        alone: list[Item] = []
        shared: list[Item] = []
        for item in counted(
            [item_of(component, one, self._book, self._region, self._hours) for one in used]
        ):
            if item.row is None:
                usd += stated_usd(item)
            else:
                is_alone = item.row.is_flat and item.row.allows(self._allowances) is None
                (alone if is_alone else shared).append(item)
        return _Own(usd + account_usd(alone, self._allowances), tuple(shared))

    def _split(self, keys: frozenset[str]) -> tuple[Decimal, Sequence[Item]]:
        """What stands still: USD of all that shares no tier or pool with these rows, the rest."""
        names = {name for key in keys for name in self._accounts(key)}
        shared: list[Item] = []
        apart: list[Item] = []
        for item in self._still.shared:
            meets = names.intersection(self._accounts(item.usage.key))
            (shared if meets else apart).append(item)
        return self._still.usd + account_usd(apart, self._allowances), shared

    def _accounts(self, key: str) -> Iterator[str]:
        """What this row shares with others: its tiers, and the pool of its allowance."""
        yield key
        allowance = self._book.row(key, self._region).allows(self._allowances)
        if allowance is not None:
            yield f"pool {allowance.pool}"


def _together(owns: Sequence[_Own]) -> _Own:
    usd = sum((own.usd for own in owns), Decimal(0))
    return _Own(usd, tuple(item for own in owns for item in own.shared))


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
