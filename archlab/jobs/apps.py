from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "archlab.jobs"

    def ready(self) -> None:
        from archlab.jobs.canary import register_canaries
        from archlab.jobs.schedule import every, register_scheduled

        register_canaries()
        register_scheduled()
        every(timedelta(days=1), "archlab.jobs.tasks.forget_jobs")
