from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class SandboxesConfig(AppConfig):
    name = "archlab.sandboxes"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy

        from archlab.accounts import merging, privacy
        from archlab.jobs import kinds, reconciler
        from archlab.jobs.schedule import every
        from archlab.journeys import receipts
        from archlab.journeys.blocks.registry import register
        from archlab.sandboxes.actions import keep_one_live
        from archlab.sandboxes.block import build
        from archlab.sandboxes.ledger import RUN
        from archlab.sandboxes.models import (
            AwsConnection,
            AwsEvent,
            AwsRun,
            CheckResult,
            RunEvent,
            RunResource,
            SandboxRun,
            SweepFinding,
        )
        from archlab.sandboxes.real import actions as real
        from archlab.sandboxes.real.kinds import KINDS
        from archlab.sandboxes.receipts import receipts_of

        register("lab", "sandboxes/_block.html", build)
        receipts.ask(receipts_of)
        kinds.register(RUN)
        every(timedelta(minutes=1), "archlab.sandboxes.tasks.expire")
        merging.register(SandboxRun, gettext_lazy("Labs"), settle=keep_one_live)
        privacy.register(SandboxRun, "learner")
        for model in (RunResource, RunEvent, CheckResult):
            privacy.register(model, "run__learner")

        for kind in KINDS:
            kinds.register(kind)
        reconciler.also("runs in AWS", real.look)
        every(timedelta(minutes=5), "archlab.sandboxes.tasks.sweep_live")
        every(timedelta(minutes=15), "archlab.sandboxes.tasks.sweep_all")
        # only an account launches, so no guest has any of these
        merging.register(AwsConnection, gettext_lazy("Connections to AWS"))
        merging.register(AwsRun, gettext_lazy("Launches in AWS"))
        privacy.register(
            AwsRun, "learner", retained=privacy.Retained(real.WHY_KEPT, 2, real.release_runs)
        )
        privacy.register(
            AwsConnection,
            "learner",
            hidden={"external_id"},
            retained=privacy.Retained(real.WHY_KEPT, 2, real.release_connections),
        )
        with_them = privacy.Retained(real.WHY_KEPT, 2, real.keep)
        privacy.register(AwsEvent, "run__learner", retained=with_them)
        privacy.register(SweepFinding, "connection__learner", retained=with_them)
