from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archlab.domain.pack import Block
from archlab.journeys.blocks.scene import Scene


@dataclass(frozen=True, slots=True)
class BlockView:
    """What a template prints for one block; `focus` when this block's form was just sent."""

    template: str
    block: Block
    view: object
    focus: bool


Builder = Callable[[Scene, Any], object]
_builders: dict[str, tuple[str, Builder]] = {}


def register(directive: str, template: str, build: Builder) -> None:
    """Declare how a directive is shown. Twice the same directive is a programming error."""
    if directive in _builders:
        raise ValueError(f"the directive {directive} is shown already")
    _builders[directive] = (template, build)


def show(scene: Scene, block: Block) -> BlockView:
    template, build = _builders[block.directive]
    focus = scene.source == f"form#form-{block.id}"
    return BlockView(template, block, build(scene, block), focus)
