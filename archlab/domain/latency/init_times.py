"""How long a function takes to start, by its runtime and by the size of its bundle.

Two published sources that nobody has joined: hello-world functions of every runtime (lambda-perf,
2026, medians of 10), and bundles of growing size on one of them (2023, means of 100). In neither:
clients that the code opens when it is imported, networks, placement.
"""

from __future__ import annotations

from dataclasses import dataclass

from archlab.domain.latency.published import published

SIZED = ("nodejs20.x", "x86_64", "256")
"""The cell whose bundles were measured by size."""


@dataclass(frozen=True, slots=True)
class InitTime:
    """The two published figures in seconds, and how the runtime compares with the sized one."""

    hello_s: float
    bundle_s: float
    ratio: float

    @property
    def is_published(self) -> bool:
        """Whether it is the very function whose bundles were measured."""
        return self.ratio == 1

    @property
    def seconds(self) -> float:
        """The bundle's time, longer or shorter as the runtime's hello world is.

        That is our assumption, except where it is published.
        """
        return self.bundle_s * self.ratio


def init_time(runtime: str, architecture: str, memory_mb: int, package_kb: int) -> InitTime:
    """A zip package. KeyError for what was not measured: see the file."""
    hello = _hello_s(runtime, architecture, str(memory_mb))
    return InitTime(hello, _bundles()[package_kb], hello / _hello_s(*SIZED))


def _hello_s(runtime: str, architecture: str, memory: str) -> float:
    cells = published()["lambda_init"]["by_runtime"][runtime][architecture]["zip"]
    return float(cells[memory]["init_p50_ms"]) / 1000


def _bundles() -> dict[int, float]:
    rows = published()["lambda_init_by_package_size"]["rows"]
    return {row["package_kb"]: row["init_avg_ms"] / 1000 for row in rows}
