from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "archlab.practice"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from archlab.accounts import merging, privacy
        from archlab.jobs.schedule import every
        from archlab.journeys.answered import on_answer
        from archlab.journeys.reminders import remind_of
        from archlab.practice.actions import answered, join_cards
        from archlab.practice.models import Deck, Mix, Review, ReviewCard
        from archlab.practice.pages import reminder

        on_answer(answered)
        remind_of(reminder)
        every(timedelta(minutes=10), "archlab.practice.tasks.reconcile")
        merging.register(ReviewCard, gettext_lazy("Practice cards"), settle=join_cards)
        merging.register(Mix, gettext_lazy("Mixed rounds"))
        one_deck = merging.one_for_each(Deck, newer="made")
        merging.register(Deck, gettext_lazy("Decks"), settle=one_deck)
        for model in (ReviewCard, Mix, Deck):
            privacy.register(model, "learner")
        privacy.register(Review, "card__learner")
