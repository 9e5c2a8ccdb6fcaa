"""Rules that add and remove tasks while traffic runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from archlab.domain.latency.dist import Dist

Metric = Literal["busy", "cpu", "requests", "backlog", "depth"]
Rule = Literal["step", "target"]

AT_ONCE = Dist.constant(0.0)


@dataclass(frozen=True)
class Scaler:
    """An autoscaling rule for the tasks of one hop; the hop's `servers` are those of `tasks` tasks.

    `metric` is measured over each period: "busy" the share of workers that are taken, "cpu" the
    share of `vcpus` per task that the hop's own service uses, "requests" per task and minute,
    "backlog" the requests waiting per task, "depth" all that wait. "step" adds or removes `step`
    tasks; "target" aims at `out_above`: tasks x metric / target, rounded up, which a "depth" cannot
    do. A condition must hold for its whole window (`out_for_s`, `in_for_s`); a cooldown bars the
    next action in its direction. New tasks serve after a draw of `provision`; removed ones finish
    what they do. `pools` are ids of hops whose workers belong to these tasks as well, such as
    connections.

    Several rules for one hop: out if any asks for it, in only if all do.
    """

    hop: str
    tasks: int
    minimum: int
    maximum: int
    out_above: float
    in_below: float
    out_for_s: float = 60.0
    in_for_s: float = 300.0
    rule: Rule = "step"
    metric: Metric = "busy"
    step: int = 1
    cooldown_out_s: float = 0.0
    cooldown_in_s: float = 0.0
    period_s: float = 60.0
    provision: Dist = AT_ONCE
    vcpus: float = 1.0
    pools: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.minimum <= self.tasks <= self.maximum or self.step < 1:
            raise ValueError(
                f"{self.hop}: {self.tasks} tasks from {self.minimum} to {self.maximum} in steps of "
                f"{self.step}: write 1 <= minimum <= tasks <= maximum and a step from 1 up"
            )
        if self.rule == "target" and self.metric == "depth":
            raise ValueError(
                f"{self.hop}: more tasks do not divide the depth of a queue: aim at a backlog"
            )
        if not (0 <= self.in_below <= self.out_above and self.period_s > 0 and self.vcpus > 0):
            raise ValueError(
                f"{self.hop}: in below {self.in_below}, out above {self.out_above}: write "
                "0 <= in <= out, and a period and vCPUs above 0"
            )
