from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "archlab.records"

    def ready(self) -> None:
        from archlab.accounts import privacy
        from archlab.records.personal import texts_of

        privacy.add_texts(texts_of)
