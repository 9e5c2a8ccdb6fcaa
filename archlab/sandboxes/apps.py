from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class SandboxesConfig(AppConfig):
    name = "archlab.sandboxes"

    def ready(self) -> None:
        from archlab.jobs.kinds import register as register_kind
        from archlab.jobs.schedule import every
        from archlab.journeys.blocks.registry import register
        from archlab.sandboxes.block import build
        from archlab.sandboxes.ledger import RUN

        register("lab", "sandboxes/_block.html", build)
        register_kind(RUN)
        every(timedelta(minutes=1), "archlab.sandboxes.tasks.expire")
