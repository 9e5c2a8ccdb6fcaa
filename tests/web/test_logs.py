"""A link that opens by itself is in no log."""

from __future__ import annotations

import logging

import pytest

TOKEN = "k" * 43


def printed(name: str, said: str, *arguments: object) -> str:
    """A message as the configured handlers of the root print it."""
    record = logging.LogRecord(name, logging.WARNING, "", 0, said, arguments, None)
    handlers = [one for one in logging.getLogger().handlers if one.get_name() == "console"]
    assert handlers
    return "".join(one.format(record) for one in handlers if one.filter(record))


@pytest.mark.parametrize("place", ["resume", "invitation", "account/password/reset/key"])
def test_the_secret_part_of_a_path_is_not_printed(place: str) -> None:
    line = printed("django.security.csrf", "Forbidden (%s): %s", "no cookie", f"/{place}/{TOKEN}/")
    assert TOKEN not in line
    assert line.endswith(f"Forbidden (no cookie): /{place}/.../")


def test_other_paths_are_printed_whole() -> None:
    line = printed("django.request", "%s: %s %d", "Internal Server Error", "/journeys/1/end/", 500)
    assert line.endswith("Internal Server Error: /journeys/1/end/ 500")
