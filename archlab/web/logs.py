"""What the log does not keep."""

from __future__ import annotations

import logging
import re

TOKEN = re.compile(r"(/(?:resume|invitation|confirm-email|key)/)[^/\s]+")
"""Links that open by themselves: whoever reads one in a log could use it."""


class NoTokens(logging.Filter):
    """Django names the path of each request that it refuses; the secret part is left out."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_without(one) for one in record.args)
        return True


def _without(argument: object) -> object:
    return TOKEN.sub(r"\1...", argument) if isinstance(argument, str) else argument
