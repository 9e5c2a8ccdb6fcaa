"""The bill of one system with every number that it reads as a dial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.calculators.desk import Desk, desk
from archlab.calculators.tables import Cell
from archlab.journeys.blocks.bill import Ledger, ledger
from archlab.web import charts

HEADING = (
    "line", "component", "key", "quantity", "unit", "formula", "modelled_usd", "documented_usd",
    "state", "evidence", "source", "dated",
)  # fmt: skip


@dataclass(frozen=True)
class CostPage:
    """A desk with its bill drawn and written."""

    desk: Desk

    @property
    def problems(self) -> Mapping[str, str]:
        return self.desk.problems

    @property
    def labels(self) -> dict[str, str]:
        return {"system": _("System"), **self.desk.labels}

    @property
    def query(self) -> str:
        return self.desk.query

    @cached_property
    def ledger(self) -> Ledger:
        return ledger(self.desk.start.title, self.desk.bill, self.desk.architecture)

    @property
    def finding(self) -> str:
        return charts.bill_finding(self.desk.bill)

    @property
    def chart(self) -> SafeString:
        return charts.bill_chart(self.desk.bill, labels=self._labels, id_="bill")

    @property
    def _labels(self) -> dict[str, str]:
        parts = self.desk.architecture.components.items()
        return {id_: part.label or part.title for id_, part in parts}

    @property
    def evidence(self) -> list[tuple[str, Decimal]]:
        """How well the modelled money is known: its basis and USD."""
        return [(basis, usd) for basis, usd in self.desk.bill.by_class.items() if usd]

    @property
    def compare_url(self) -> str:
        query = urlencode({"a": self.desk.system.name, "b": self.desk.query})
        return f"{reverse('calculators:compare')}?{query}"

    @property
    def file(self) -> str:
        return f"bill-{self.desk.start.id}"

    @property
    def heading(self) -> tuple[str, ...]:
        return HEADING

    def table(self) -> Iterator[tuple[Cell, ...]]:
        """A row for each part of each line; a documented amount stands on its line's first row."""
        for line in self.desk.bill.lines:
            printed = line.documented_usd
            if not line.parts:
                yield (line.label, *[""] * 6, printed, str(line.status), "", "", "")
            for part in line.parts:
                unit = part.row.unit if part.row else part.usage.unit
                yield (
                    line.label,
                    part.component,
                    part.usage.key,
                    part.usage.quantity,
                    str(unit or ""),
                    part.formula or part.reason,
                    _("not priced") if part.usd is None else part.usd,
                    printed,
                    str(line.status),
                    part.usage.quantity_class,
                    part.row.source if part.row else "",
                    part.row.effective_date if part.row else "",
                )
                printed = None


def bill_of(query: QueryDict) -> CostPage:
    return CostPage(desk(query))
