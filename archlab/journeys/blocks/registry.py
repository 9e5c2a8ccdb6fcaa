from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from archlab.domain.pack import Block
from archlab.journeys.blocks.scene import Scene


@dataclass(frozen=True, slots=True)
class BlockView:
    """What a template prints for one block; `focus` when this block's form was just sent.

    `is_wrong` when the address has a setting that the block cannot take; `is_pending` when there
    will be more to show in a moment.
    """

    template: str
    block: Block
    view: object
    focus: bool
    is_wrong: bool
    is_pending: bool


@runtime_checkable
class Pending(Protocol):
    """A view that may wait for something, and must not be kept as long as it does."""

    @property
    def is_pending(self) -> bool: ...


@runtime_checkable
class Settable(Protocol):
    """A view that has settings in the address of its step."""

    @property
    def is_wrong(self) -> bool: ...


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
    view = build(scene, block)
    is_wrong = isinstance(view, Settable) and view.is_wrong
    is_pending = isinstance(view, Pending) and view.is_pending
    return BlockView(template, block, view, focus, is_wrong, is_pending)
