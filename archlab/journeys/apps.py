from __future__ import annotations

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "archlab.journeys"

    def ready(self) -> None:
        from archlab.journeys.blocks.standard import register_standard

        register_standard()
