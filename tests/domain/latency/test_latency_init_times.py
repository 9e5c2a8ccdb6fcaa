from __future__ import annotations

import pytest

from archlab.domain.latency import init_time

NODE = ("nodejs20.x", "x86_64", 256)


@pytest.mark.parametrize(
    ("package_kb", "ms"), [(256, 290), (1024, 297), (8192, 474), (65536, 3184)]
)
def test_the_runtime_that_was_measured_by_size_keeps_its_published_means(
    package_kb: int, ms: float
) -> None:
    assert init_time(*NODE, package_kb).seconds * 1000 == pytest.approx(ms)


def test_one_source_is_a_node_bundle_below_a_megabyte_and_the_other_one_of_8_to_45() -> None:
    """285 ms, and 0.5 to 2 s."""
    assert init_time(*NODE, 256).seconds == pytest.approx(0.285, rel=0.02)
    assert init_time(*NODE, 8192).seconds == pytest.approx(0.5, rel=0.06)
    assert init_time(*NODE, 32768).seconds < 2 < init_time(*NODE, 65536).seconds


@pytest.mark.parametrize(
    ("runtime", "architecture", "memory_mb", "ms"),
    [("rust_al2023", "arm64", 512, 13.5), ("java21", "x86_64", 512, 233.9)],
)
def test_another_runtime_is_scaled_by_its_published_hello_world(
    runtime: str, architecture: str, memory_mb: int, ms: float
) -> None:
    found = init_time(runtime, architecture, memory_mb, 1024)
    assert found.hello_s * 1000 == pytest.approx(ms)
    assert found.bundle_s == pytest.approx(0.297)
    assert found.seconds * 1000 == pytest.approx(297 * ms / 140.6)
