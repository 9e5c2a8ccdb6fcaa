"""The kinds of component, found by looking into `kinds/`: a new file there is a new kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from archlab.domain.architecture import kinds
from archlab.domain.architecture.component import Component


def _found() -> Iterator[type[Component]]:
    for module in iter_modules(kinds.__path__, f"{kinds.__name__}."):
        for thing in vars(import_module(module.name)).values():
            own = getattr(thing, "__module__", "") == module.name
            if own and isinstance(thing, type) and issubclass(thing, Component):
                yield thing


KINDS: Mapping[str, type[Component]] = MappingProxyType(
    {kind.kind_name(): kind for kind in _found()}
)
