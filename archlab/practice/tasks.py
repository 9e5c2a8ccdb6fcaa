from __future__ import annotations

from django.utils import timezone

from archlab.practice import actions


def reconcile() -> None:
    actions.reconcile(now=timezone.now())
