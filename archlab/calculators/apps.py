from __future__ import annotations

from django.apps import AppConfig


class CalculatorsConfig(AppConfig):
    name = "archlab.calculators"

    def ready(self) -> None:
        from archlab.calculators import block, simulation
        from archlab.journeys.blocks.registry import register

        register("calculator", "calculators/_block.html", block.build)
        register("simulation", "calculators/_simulation.html", simulation.build)
