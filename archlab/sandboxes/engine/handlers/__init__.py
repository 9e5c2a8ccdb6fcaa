"""Resource type -> its handler, found by looking into this folder."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from archlab.sandboxes.engine.contract import Handler

_FOUND = [import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__)]

HANDLERS: Mapping[str, Handler] = {
    one.type: one for module in _FOUND for one in getattr(module, "HANDLERS", ())
}
