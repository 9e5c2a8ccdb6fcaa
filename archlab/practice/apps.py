from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "archlab.practice"

    def ready(self) -> None:
        from archlab.jobs.schedule import every
        from archlab.journeys.answered import on_answer
        from archlab.journeys.reminders import remind_of
        from archlab.practice.actions import answered
        from archlab.practice.pages import reminder

        on_answer(answered)
        remind_of(reminder)
        every(timedelta(minutes=10), "archlab.practice.tasks.reconcile")
