"""The closed vocabularies of the pack format."""

from __future__ import annotations

UNITS = frozenset(
    [
        *("USD", "USD/month", "USD/hour", "USD/GB"),
        *("ms", "s", "min", "h", "day", "week", "month", "year"),
        *("%", "ratio", "count", "req/s", "req/day", "req/month"),
        *("KiB", "MiB", "GiB", "TiB", "KB", "MB", "GB", "TB", "GB/month"),
        *("vCPU", "tasks", "instances", "connections", "users", "people", "messages", "requests"),
    ]
)
RIGHT_TO_LEFT = frozenset(["ar", "he", "fa", "ur", "ps", "yi", "dv", "ckb", "sd", "ug"])
CURRENT = "current"
"""The word for the architecture that the learner has built so far."""
END, REJOIN = "end", "rejoin"
