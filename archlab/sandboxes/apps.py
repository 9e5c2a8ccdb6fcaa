from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class SandboxesConfig(AppConfig):
    name = "archlab.sandboxes"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from archlab.accounts import merging, privacy
        from archlab.jobs import kinds
        from archlab.jobs.schedule import every
        from archlab.journeys.blocks.registry import register
        from archlab.sandboxes.actions import keep_one_live
        from archlab.sandboxes.block import build
        from archlab.sandboxes.ledger import RUN
        from archlab.sandboxes.models import CheckResult, RunEvent, RunResource, SandboxRun

        register("lab", "sandboxes/_block.html", build)
        kinds.register(RUN)
        every(timedelta(minutes=1), "archlab.sandboxes.tasks.expire")
        merging.register(SandboxRun, gettext_lazy("Labs"), settle=keep_one_live)
        privacy.register(SandboxRun, "learner")
        for model in (RunResource, RunEvent, CheckResult):
            privacy.register(model, "run__learner")
