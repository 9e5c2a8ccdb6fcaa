"""Charts taken apart: their tables, what their drawings show, and their specifications."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

PAIR = re.compile(r"[MLHV]([\d.-]+) ?([\d.-]+)?")


def parsed(html: str) -> ET.Element:
    return ET.fromstring(html)  # noqa: S314 - our own markup, which must be well-formed


def rows(html: str, number: int = 0) -> list[list[str]]:
    """The cells below the head of a chart's first table, or of another."""
    table = parsed(html).findall(".//table")[number]
    return [["".join(cell.itertext()) for cell in row] for row in table.findall("./tbody/tr")]


def drawing(html: str, form: str = "wide") -> ET.Element:
    found = parsed(html).find(f".//svg[@class='chart {form}']")
    assert found is not None
    return found


def drawn(html: str, css: str, form: str = "wide") -> list[ET.Element]:
    """The parts of a drawing that have this class among theirs."""
    return [
        part for part in drawing(html, form).iter() if css in str(part.get("class", "")).split()
    ]


def texts(html: str, form: str = "wide") -> list[str]:
    return ["".join(text.itertext()) for text in drawing(html, form).iter("text")]


def spec_of(html: str) -> dict[str, Any]:
    script = parsed(html).find("./script")
    assert script is not None
    assert script.text
    spec: dict[str, Any] = json.loads(script.text)
    return spec


def along(html: str, form: str, anchor: str, at: str) -> tuple[float, float]:
    """Value and pixels of an axis: `value = a * pixel + b`, read off two of its marks."""
    marks = [
        (float(str(text.get(at))), float(str(text.text).replace(",", "")))
        for text in drawing(html, form).iter("text")
        if text.get("class") == "sub"
        and text.get("text-anchor") == anchor
        and re.fullmatch(r"[\d,.]+", str(text.text))
    ]
    (one, low), (other, high) = marks[0], marks[-2]
    slope = (high - low) / (other - one)
    return slope, low - slope * one
