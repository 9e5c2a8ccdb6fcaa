from __future__ import annotations

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "archlab.journeys"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from archlab.accounts import merging, privacy
        from archlab.journeys.actions import join_words
        from archlab.journeys.blocks.standard import register_standard
        from archlab.journeys.models import Enrolment, Explanation, Kept, Move, StepEvent

        register_standard()
        merging.register(Enrolment, gettext_lazy("Journeys"))
        merging.register(Explanation, gettext_lazy("Explanations"), settle=join_words)
        for own in (Enrolment, Explanation):
            privacy.register(own, "learner")
        for model in (StepEvent, Move, Kept):
            privacy.register(model, "enrolment__learner")
