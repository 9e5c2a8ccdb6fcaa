"""Lines of a panel: what an instrument shows up to the present minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from hashlib import blake2b
from itertools import pairwise
from typing import Protocol

NOISE = Decimal("0.01")
"""How far a value between two written ones may tremble, as a share of the span of the series."""
_STEPS = 2**32


class Measured(Protocol):
    """A panel with a series of written points, (minute, value), in the order of time."""

    @property
    def id(self) -> str: ...
    @property
    def series(self) -> Sequence[tuple[int, Decimal]]: ...


def series_of(panel: Measured, seed: str, until_minute: int) -> tuple[tuple[int, Decimal], ...]:
    """One value for each minute from the first written one to `until_minute`, ends included.

    Written values stand as written. Between two of them the line is straight, with a noise of at
    most 1 % of the span of the series that depends on seed, panel and minute alone; it never leaves
    the written range, so a count stays above nothing and a share below the whole. After the last
    one there is nothing.
    """
    return tuple(_values(panel, seed, until_minute))


def _values(panel: Measured, seed: str, until: int) -> Iterator[tuple[int, Decimal]]:
    points = panel.series
    written = [value for _, value in points]
    least, most = min(written, default=Decimal(0)), max(written, default=Decimal(0))
    span = most - least
    places = Decimal(1).scaleb(min(map(_exponent, written), default=0) - 2)
    for (start, low), (end, high) in pairwise(points):
        if start <= until:
            yield start, low
        for minute in range(start + 1, min(end, until + 1)):
            straight = low + (high - low) * (minute - start) / (end - start)
            value = straight + span * NOISE * _noise(seed, panel.id, minute)
            yield minute, max(least, min(most, value)).quantize(places)
    if points and points[-1][0] <= until:
        yield points[-1]


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _noise(seed: str, panel: str, minute: int) -> Decimal:
    """From -1 to 1, the same for the same three."""
    digest = blake2b(f"{seed}/{panel}/{minute}".encode(), digest_size=4).digest()
    return Decimal(2 * int.from_bytes(digest)) / _STEPS - 1
