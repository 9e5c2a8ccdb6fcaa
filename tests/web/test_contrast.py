from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "static" / "archlab.css").read_text(encoding="utf-8")
TOKEN = re.compile(r"--([a-z]+(?:-[1-5])?): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
PAIRS = [
    (ink, ground)
    for ink in ("ink", "soft", "accent")
    for ground in ("paper", "card", "field", "wash")
]


def colours(theme: int) -> dict[str, str]:
    return {name: (light, dark)[theme] for name, light, dark in TOKEN.findall(CSS)}


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_every_ink_is_read_on_every_ground_also_inside_drawings(
    ink: str, ground: str, theme: int
) -> None:
    named = colours(theme)
    assert contrast(named[ink], named[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("number", range(1, 6))
def test_every_line_of_a_chart_is_told_from_its_ground(number: int, theme: int) -> None:
    named = colours(theme)
    assert contrast(named[f"series-{number}"], named["card"]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("number", range(1, 6))
def test_every_line_is_told_from_bands_that_lie_on_each_other(number: int, theme: int) -> None:
    named = colours(theme)
    grey, share = re.findall(r"--band: rgb\((\d+) \1 \1 / ([.\d]+)\)", CSS)[0]
    ground = named["card"]
    for _band in range(2):
        mixed = (
            round(int(ground[n : n + 2], 16) * (1 - float(share)) + int(grey) * float(share))
            for n in (1, 3, 5)
        )
        ground = "#" + "".join(f"{channel:02x}" for channel in mixed)
    assert contrast(named[f"series-{number}"], ground) >= 3
