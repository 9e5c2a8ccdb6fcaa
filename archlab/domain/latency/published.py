"""The default figures of `defaults.json`, each with its source and how far to trust it."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def published() -> dict[str, Any]:
    """The whole file; nobody may change what it returns."""
    text = (resources.files("archlab.domain.latency") / "defaults.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
