from __future__ import annotations

from django.utils import timezone

from archlab.records import printing


def forget_printed() -> None:
    printing.forget(now=timezone.now())
