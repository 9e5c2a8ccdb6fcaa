"""What the pages of a run send, read without trusting any of it."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _

from archlab.sandboxes.labs import ACTION, SET, Edit, EditRefused

LONGEST = 200
GIVEN = "with-"
"""Before the name of an action's argument."""
MOST_ARGUMENTS = 8


def seen_in(post: QueryDict) -> int:
    """The attempt that the page showed; -1 when it did not say."""
    text = post.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def edit_of(post: QueryDict) -> Edit:
    """The change that was sent. Raises EditRefused with a sentence that says what to write."""
    if post.get("kind") == ACTION:
        return {"kind": ACTION, "action": post.get("action", "")[:48], "with": _arguments(post)}
    place, value = post.get("place", ""), post.get("value", "").strip()
    component, dot, parameter = place.partition(".")
    if not dot or len(place) > LONGEST:
        raise EditRefused(_("Choose a parameter from the list first."))
    if not value or len(value) > LONGEST or not value.isprintable():
        raise EditRefused(_("Write the new value: one line, at most 200 characters."))
    return {"kind": SET, "component": component, "parameter": parameter, "value": value}


def _arguments(post: QueryDict) -> Mapping[str, str]:
    sent = {name: post.get(name, "") for name in post}
    given = {name[len(GIVEN) :]: text for name, text in sent.items() if name.startswith(GIVEN)}
    if len(given) > MOST_ARGUMENTS or any(len(value) > LONGEST for value in given.values()):
        raise EditRefused(_("Write at most 200 characters into each field."))
    return given
