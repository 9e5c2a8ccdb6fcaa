from __future__ import annotations

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "archlab.journeys"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from archlab.accounts import merging, privacy
        from archlab.journeys.blocks.standard import register_standard
        from archlab.journeys.models import Enrolment, StepEvent

        register_standard()
        merging.register(Enrolment, gettext_lazy("Journeys"))
        privacy.register(Enrolment, "learner")
        privacy.register(StepEvent, "enrolment__learner")
