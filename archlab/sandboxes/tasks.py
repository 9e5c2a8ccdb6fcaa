from __future__ import annotations

from django.utils import timezone

from archlab.sandboxes import actions
from archlab.sandboxes.real.actions import ask_for_sweeps


def expire() -> None:
    actions.expire(now=timezone.now())


def sweep_live() -> None:
    ask_for_sweeps(scope="live", now=timezone.now())


def sweep_all() -> None:
    ask_for_sweeps(scope="all", now=timezone.now())
