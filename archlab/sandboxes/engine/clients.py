"""boto3's clients for one attempt."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=30)


class Boto:
    """One client for each service, made when it is first asked for: making one is slow.

    No endpoint is ever set: the emulator does not catch a client with an endpoint of its own.
    """

    def __init__(self, region: str) -> None:
        self._session = boto3.session.Session(region_name=region)
        self._clients: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(service, config=_CONFIG)
        return self._clients[service]
