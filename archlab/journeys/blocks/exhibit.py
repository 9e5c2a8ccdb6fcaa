from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from archlab.catalog.drawings import drawing
from archlab.domain.pack import Quiz
from archlab.journeys.blocks.asking import Asking


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """What a question shows: a drawing or a listing."""

    drawing: SafeString
    code: tuple[str, ...]
    caption: str


def exhibit(asking: Asking, block: Quiz) -> ExhibitView | None:
    shown = block.exhibit
    if shown is None:
        return None
    if shown.code is not None:
        return ExhibitView(SafeString(""), tuple(shown.code.lines), shown.code.caption)
    if shown.architecture:
        system = asking.architecture(shown.architecture, block)
        plate = drawing(system, id_=f"exhibit-{block.id}", alt=shown.alt)
        return ExhibitView(plate, (), "")
    return None
