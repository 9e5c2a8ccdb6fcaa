"""A trial as a fluid: what can be shown at once where simulating every request takes too long."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from archlab.calculators.labs.lab import Answer, Reading
from archlab.calculators.labs.trial import SLOTS, Trial, over_time
from archlab.calculators.tables import Cell
from archlab.domain.latency import Fluid, Hop, RequestPath, fluid
from archlab.domain.latency.dist import Times
from archlab.web import charts, numbers

Points = tuple[tuple[Decimal, Decimal | None], ...]


def rough(trial: Trial) -> Answer | None:
    """The fluid's answer; None where clients give up or try again, or anything changes or fails."""
    if not _flows(trial.path):
        return None
    traffic = trial.traffic
    return Rough(
        fluid(trial.path, traffic.segments, horizon_s=traffic.horizon_s, slots=SLOTS),
        {hop.id: hop.label or hop.id for hop in trial.path.hops},
        traffic.horizon_s / SLOTS,
    ).answer()


def _flows(path: RequestPath) -> bool:
    patient = path.client_timeout_s == math.inf and path.retry.max_attempts == 1
    return patient and not path.scalers and not path.faults and all(map(_serves_all, path.hops))


def _serves_all(hop: Hop) -> bool:
    return hop.queue_limit is None and hop.acquire_timeout_s == math.inf and not hop.error_rate


@dataclass(frozen=True)
class Rough:
    """A fluid in the words and drawings of a page; `labels` by hop."""

    flow: Fluid
    labels: dict[str, str]
    slot_s: float

    def answer(self) -> Answer:
        finding = self._finding()
        latency = [charts.Series(_("mean"), self._line(self.flow.mean_ms / 1000))]
        queues = [
            charts.Series(self.labels[hop.id], self._line(hop.queue))
            for hop in self.flow.hops
            if hop.utilisation is not None
        ]
        drawings = [over_time(latency, "lab-latency", finding, _("seconds"))]
        if queues:
            drawings.append(
                over_time(queues, "lab-queue", _("Waiting requests"), _("requests waiting"))
            )
        return Answer(
            finding=finding,
            method=_("fluid, means only: backlog by slot, closed form while there is none"),
            exact=False,
            readings=tuple(self._readings()),
            drawings=tuple(drawings),
            heading=("minute", "offered", "answered", "waiting", "mean_s"),
            rows=tuple(self._rows()),
        )

    @property
    def worst_ms(self) -> float:
        return float(self.flow.mean_ms.max())

    def _finding(self) -> str:
        if math.isinf(self.worst_ms):
            return _("Some requests are never served")
        words = {"worst": numbers.ms(round(self.worst_ms, 1))}
        return _("On average about %(worst)s in the worst minute") % words

    def _readings(self) -> Iterator[Reading]:
        offered, answered = float(self.flow.offered.sum()), float(self.flow.answered.sum())
        yield Reading(_("offered"), numbers.fixed(offered, 0), _("requests"))
        if offered:
            share = _("of them until the end")
            yield Reading(_("answered"), numbers.percent(round(answered / offered, 4)), share)
        longest = numbers.fixed(float(self.flow.waiting.max()), 0)
        yield Reading(_("longest queue"), longest, _("requests, all hops together"))

    def _line(self, values: Times) -> Points:
        return tuple(
            (numbers.exact(round(float(t) / 60, 3)), _finite(float(value)))
            for t, value in zip(self.flow.t, values, strict=True)
        )

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        flow = self.flow
        columns = (flow.offered, flow.answered, flow.waiting, flow.mean_ms / 1000)
        for t, *figures in zip(flow.t, *columns, strict=True):
            minute = numbers.exact(round(float(t) / 60, 3))
            yield (minute, *(_finite(float(figure)) for figure in figures))


def _finite(value: float) -> Decimal | None:
    return numbers.exact(round(value, 4)) if math.isfinite(value) else None
