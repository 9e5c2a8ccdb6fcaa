"""What a lab's page says about its run in the background."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from archlab.calculators import queries
from archlab.calculators.labs.experiment import Order
from archlab.calculators.models import ExactRun
from archlab.domain.latency import Run
from archlab.domain.latency.stored import unpacked
from archlab.jobs.models import Job
from archlab.jobs.queries import worker_beat


@dataclass(frozen=True)
class Background:
    """An order and how far it has come."""

    order: Order
    now: datetime

    @cached_property
    def run(self) -> ExactRun | None:
        return queries.exact_run(self.order.key)

    @property
    def job(self) -> Job | None:
        return self.run.job if self.run else None

    @property
    def result(self) -> Run | None:
        content = self.run.result if self.run else None
        return unpacked(bytes(content)) if content else None

    @property
    def is_under_way(self) -> bool:
        return self.run is not None and self.run.is_under_way

    @property
    def was_cancelled(self) -> bool:
        return self.run is not None and self.run.was_cancelled

    @property
    def is_done(self) -> bool:
        return self.run is not None and self.run.is_done

    @property
    def problem(self) -> str:
        """Why it cannot run, or why it did not come to an end."""
        return self.order.problem or (self.run.problem if self.run else "")

    @property
    def can_start(self) -> bool:
        return not self.order.problem and not self.is_done and not self.is_under_way

    @property
    def has_no_worker(self) -> bool:
        return worker_beat() is None
