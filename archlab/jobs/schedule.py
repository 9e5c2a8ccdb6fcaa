"""Tasks that come round. Declared here, filled by the apps above in `AppConfig.ready()`."""

from __future__ import annotations

from datetime import timedelta

TASKS: dict[str, timedelta] = {}


def every(pause: timedelta, task: str) -> None:
    """Have the worker enqueue the function at the dotted path `task`, first at its start."""
    TASKS[task] = pause


class Due:
    """Which tasks are due, by a monotonic clock in seconds: set clocks back, and none is lost."""

    def __init__(self) -> None:
        self.next: dict[str, float] = {}

    def at(self, now_s: float) -> list[str]:
        due = [task for task in TASKS if self.next.get(task, now_s) <= now_s]
        for task in due:
            self.next[task] = now_s + TASKS[task].total_seconds()
        return due
