from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class CalculatorsConfig(AppConfig):
    name = "archlab.calculators"

    def ready(self) -> None:
        from archlab.calculators import actions, block, recordable, simulation
        from archlab.catalog import comparisons
        from archlab.jobs import kinds
        from archlab.journeys.blocks.registry import register

        register("calculator", "calculators/_block.html", block.build)
        register("simulation", "calculators/_simulation.html", simulation.build)
        title = gettext_lazy("Exact run of a lab")
        kinds.register(kinds.Kind(actions.KIND, title, actions.carry_out, ended=actions.ended))
        two, crossing = gettext_lazy("Compare two systems"), gettext_lazy("Break-even")
        comparisons.register("compare", two, recordable.compared)
        comparisons.register("break-even", crossing, recordable.crossed)
