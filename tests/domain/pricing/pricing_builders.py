"""A billable thing that states only what a test is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from archlab.domain.pricing import Allowances, Bill, DocumentedBill, DocumentedLine, Line, Usage

Consumed = Mapping[str, Sequence[Usage]]


@dataclass(frozen=True)
class Plant:
    consumed: Callable[[Decimal], Consumed]
    region: str = "us-east-1"
    month_hours: int = 730
    allowances: Allowances = Allowances.NONE
    documented: DocumentedBill | None = None

    def usages(self) -> Consumed:
        return self.consumed(Decimal(self.month_hours))


def forecast(**usages: Sequence[Usage]) -> Plant:
    return Plant(lambda hours: usages)


def plant(documented: DocumentedBill, **usages: Sequence[Usage]) -> Plant:
    return Plant(lambda hours: usages, documented=documented)


def documented(*lines: DocumentedLine, month_hours: int | None = None) -> DocumentedBill:
    total = sum((line.usd for line in lines), Decimal(0))
    return DocumentedBill(total, lines, month_hours=month_hours)


def documented_line(
    name: str, usd: str, *components: str, keys: Sequence[str] = (), residual: str = ""
) -> DocumentedLine:
    return DocumentedLine(name, name, Decimal(usd), components, tuple(keys), residual=residual)


def line_of(bill: Bill, name: str) -> Line:
    return next(line for line in bill.lines if line.id == name)
