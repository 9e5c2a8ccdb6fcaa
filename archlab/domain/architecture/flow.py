"""The way that one type of request takes through a system."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Trigger = Literal["request", "job", "event"]


@dataclass(frozen=True)
class FlowHop:
    """One place on the way. Times in milliseconds; without a p99 the time is constant.

    `holds` keeps the worker during the later hops; hops with the same `parallel` word run side by
    side; `hit_ratio` of the requests are answered here and go no further.
    """

    at: str
    p50_ms: Decimal
    p99_ms: Decimal | None = None
    label: str = ""
    hit_ratio: Decimal | None = None
    holds: bool = False
    parallel: str = ""
    assumed: bool = False
    src: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """A named way with its hops in order; `share` of the demand takes it."""

    id: str
    title: str
    hops: tuple[FlowHop, ...]
    trigger: Trigger = "request"
    share: Decimal = Decimal(1)
    documented_ms: Decimal | None = None
    residual_ms: Decimal = Decimal(0)
    residual_reason: str = ""
    src: tuple[str, ...] = ()
