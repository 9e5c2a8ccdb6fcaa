from __future__ import annotations

from django.apps import AppConfig


class DrillsConfig(AppConfig):
    name = "archlab.drills"

    def ready(self) -> None:
        from archlab.drills.block import build
        from archlab.journeys.blocks.registry import register

        register("drill", "drills/_block.html", build)
