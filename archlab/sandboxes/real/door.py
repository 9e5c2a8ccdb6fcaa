"""How a job enters a learner's account: only when it makes its first call, with fresh credentials
that live as long as the step."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from archlab.domain.cloudformation import Template
from archlab.sandboxes.aws.calls import AwsFailed, Clients
from archlab.sandboxes.aws.connection import (
    TEARDOWN,
    Connection,
    entered,
    own_identity,
)
from archlab.sandboxes.aws.launch import deployer
from archlab.sandboxes.models import AwsConnection
from archlab.sandboxes.real.queries import entrance


def to_launch(connection: AwsConnection, template: Template) -> Clients:
    """The rights of a launch of this template."""
    way = entrance(connection)
    return _late(lambda: deployer(template, way, sts=own_identity(way.region)))


def to_tear_down(connection: AwsConnection | None) -> Clients:
    """The rights to look everywhere and to delete what is ours. A way that was lost is a failure
    of its first call."""
    if connection is None:
        return _late(_lost)
    return _late(lambda: to_look(entrance(connection)))


def to_look(way: Connection) -> Clients:
    """The same at once. Raises AwsFailed."""
    return entered(way, TEARDOWN, sts=own_identity(way.region))


def _late(enter: Callable[[], Clients]) -> Clients:
    """A failure to enter is then one of the step's own, and counted as such."""
    opened = cache(enter)

    def client(service: str, region: str) -> Any:
        return opened()(service, region)

    return client


def _lost() -> Clients:
    raise AwsFailed("assume_role", "no connection")
