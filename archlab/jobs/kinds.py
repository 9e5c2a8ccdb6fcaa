"""What jobs there are. Declared here, filled by the apps above in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from archlab.jobs.models import Cluster, Job

if TYPE_CHECKING:
    from archlab.jobs.work import Work


def _nothing(_job: Job) -> None:
    return


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of job is done.

    `run` gets the claimed job as `Work`; what it raises decides how the job ends (`work.py`).
    `ended` is called with the job in the transaction that ends it, whoever ends it and however:
    the place to bring the object of the job along. A `quiet` kind leaves no events behind.
    """

    name: str
    title: str | Promise
    run: Callable[[Work], None]
    cluster: Cluster.Name = Cluster.Name.LONG
    ended: Callable[[Job], None] = _nothing
    max_attempts: int = 3
    quiet: bool = False


class UnknownKind(LookupError):
    """No app has registered this kind of job, perhaps not any more."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Declare a kind. Twice the same name is a programming error."""
    if kind.name in _kinds:
        raise ValueError(f"the job kind {kind.name} is registered already")
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kind:
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"no job kind is called {name}") from None


def told_kinds() -> dict[str, str]:
    """Names and titles of those that somebody wants to know of."""
    return {kind.name: str(kind.title) for kind in _kinds.values() if not kind.quiet}
