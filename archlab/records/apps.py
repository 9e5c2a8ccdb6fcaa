from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "archlab.records"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from archlab.accounts import merging, privacy
        from archlab.records.models import DecisionRecord, RecordEdit, ShareLink
        from archlab.records.personal import texts_of

        merging.register(DecisionRecord, gettext_lazy("Decision records"))
        privacy.register(DecisionRecord, "learner")
        privacy.register(RecordEdit, "record__learner")
        privacy.register(ShareLink, "record__learner", hidden=["token"])
        privacy.add_texts(texts_of)
