from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "archlab.operations"

    def ready(self) -> None:
        from archlab.jobs.schedule import every
        from archlab.operations import checks  # noqa: F401 - registers them

        every(timedelta(hours=1), "archlab.accounts.tasks.forget")
