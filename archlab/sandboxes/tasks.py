from __future__ import annotations

from django.utils import timezone

from archlab.sandboxes import actions


def expire() -> None:
    actions.expire(now=timezone.now())
