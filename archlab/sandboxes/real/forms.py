"""What the pages of real accounts send, read without trusting any of it."""

from __future__ import annotations

from datetime import timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from archlab.sandboxes.aws.allowed import LEASE
from archlab.sandboxes.real.actions import NotAllowed

LEASES = tuple(timedelta(minutes=one) for one in (30, 60, 120, 240))
LONGEST = 200


def lease_in(post: QueryDict) -> timedelta:
    """How long a launch is to live; an hour where nothing was said. Raises NotAllowed."""
    found = {str(minutes_of(one)): one for one in LEASES}
    text = post.get("lease", str(minutes_of(LEASE)))
    if text not in found:
        raise NotAllowed(_("Choose one of the times that are offered."))
    return found[text]


def minutes_of(lease: timedelta) -> int:
    return int(lease / timedelta(minutes=1))


def text_in(post: QueryDict, name: str) -> str:
    """One line of what was typed, cut where nothing of ours is so long."""
    return post.get(name, "").replace("\x00", "").strip()[:LONGEST]
