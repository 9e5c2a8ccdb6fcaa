from __future__ import annotations

from django.apps import AppConfig


class DrillsConfig(AppConfig):
    name = "archlab.drills"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from archlab.accounts import merging, privacy
        from archlab.drills.actions import keep_one_open
        from archlab.drills.block import build
        from archlab.drills.models import DrillMove, DrillRun
        from archlab.drills.queries import waiting_in
        from archlab.journeys.blocks.registry import register
        from archlab.journeys.unfinished import ask

        register("drill", "drills/_block.html", build)
        ask(waiting_in)
        merging.register(DrillRun, gettext_lazy("Nights"), settle=keep_one_open)
        privacy.register(DrillRun, "learner")
        privacy.register(DrillMove, "run__learner")
