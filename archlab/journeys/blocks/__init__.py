"""How each directive is shown: a registry that higher rooms fill in `AppConfig.ready()`."""

from __future__ import annotations

from archlab.journeys.blocks.registry import BlockView, register, show
from archlab.journeys.blocks.scene import Scene

__all__ = ["BlockView", "Scene", "register", "show"]
