from __future__ import annotations

from archlab.accounts import actions


def forget() -> None:
    actions.forget_guests()
    actions.forget_sessions()
