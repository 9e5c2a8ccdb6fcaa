from __future__ import annotations

from django.apps import AppConfig


class FaultApp(AppConfig):
    name = "fault_app"

    def ready(self) -> None:
        from fault_jobs import register

        register()
