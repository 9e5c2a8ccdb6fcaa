"""Delete and read-back of the many types that need one call with one id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from archlab.sandboxes.engine.contract import Context, Delete, Exists, Made, once, present


def deleted_by(
    service: str, operation: str, parameter: str, *absent: str, handle: str = "", **more: Any
) -> Delete:
    """`operation(parameter=id)`; codes in `absent` mean that it is gone already.

    The id is the physical one, or that of the named handle.
    """

    def delete(context: Context, made: Made) -> None:
        call = getattr(context.client(service), operation)
        once(lambda: call(**{parameter: _id(made, handle)}, **more), *absent)

    return delete


def seen_by(
    service: str,
    operation: str,
    parameter: str,
    answer: str,
    *absent: str,
    handle: str = "",
    one: bool = False,
    lives: Callable[[Mapping[str, Any]], bool] = bool,
) -> Exists:
    """`operation(parameter=[id])` answers with something alive under `answer`.

    `one`: the operation takes one id and no list of them.
    """

    def exists(context: Context, made: Made) -> bool:
        call = getattr(context.client(service), operation)

        def read() -> bool:
            id_ = _id(made, handle)
            found = call(**{parameter: id_ if one else [id_]}).get(answer)
            items = found if isinstance(found, list) else [found]
            return any(lives(item) for item in items if item)

        return present(read, *absent)

    return exists


def _id(made: Made, handle: str) -> str:
    return made.handle[handle] if handle else made.physical_id


def state_is_not(name: str, *gone: str) -> Callable[[Mapping[str, Any]], bool]:
    """A thing is alive unless its state says that it is as good as gone."""
    return lambda found: found.get(name) not in gone
