from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "archlab.records"

    def ready(self) -> None:
        from datetime import timedelta

        from django.utils.translation import gettext_lazy

        from archlab.accounts import merging, privacy
        from archlab.jobs import kinds
        from archlab.jobs.schedule import every
        from archlab.records import printing
        from archlab.records.models import DecisionRecord, Printed, RecordEdit, ShareLink
        from archlab.records.personal import texts_of

        merging.register(DecisionRecord, gettext_lazy("Decision records"))
        privacy.register(DecisionRecord, "learner")
        privacy.register(RecordEdit, "record__learner")
        privacy.register(ShareLink, "record__learner", hidden=["token"])
        privacy.add_texts(texts_of)
        merging.register(Printed, gettext_lazy("PDF files"), settle=printing.drop_of_guest)
        privacy.register(Printed, "learner")
        kinds.register(kinds.Kind(printing.KIND, gettext_lazy("PDF"), printing.carry_out))
        every(timedelta(hours=1), "archlab.records.tasks.forget_printed")
