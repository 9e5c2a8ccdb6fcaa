"""How a job enters a learner's account: only when it makes its first call, with fresh credentials
that live as long as the step."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from archlab.domain.cloudformation import Template
from archlab.sandboxes.aws.calls import Clients
from archlab.sandboxes.aws.connection import (
    TEARDOWN,
    Connection,
    entered,
    own_identity,
)
from archlab.sandboxes.aws.launch import deployer
from archlab.sandboxes.models import AwsConnection
from archlab.sandboxes.real.queries import entrance


class Door:
    """The way in of one claim of a job, which is over long before its credentials are."""

    def __init__(self) -> None:
        self._opened: dict[str, Clients] = {}

    def to_launch(self, connection: AwsConnection, template: Template) -> Clients:
        """The rights of a launch of this template."""
        way = entrance(connection)
        late = _late(lambda: deployer(template, way, sts=own_identity(way.region)))
        return self._opened.setdefault("launch", late)

    def to_tear_down(self, connection: AwsConnection) -> Clients:
        """The rights to look everywhere and to delete what is ours."""
        return self._opened.setdefault("tear down", _late(lambda: to_look(entrance(connection))))


def to_look(way: Connection) -> Clients:
    """The same at once. Raises AwsFailed."""
    return entered(way, TEARDOWN, sts=own_identity(way.region))


def _late(enter: Callable[[], Clients]) -> Clients:
    """A failure to enter is then one of the step's own, and counted as such."""
    opened = cache(enter)

    def client(service: str, region: str) -> Any:
        return opened()(service, region)

    return client
