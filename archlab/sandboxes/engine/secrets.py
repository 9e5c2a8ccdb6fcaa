"""Secrets that a template asks for when it is deployed; their values are never kept."""

from __future__ import annotations

import json
import re

from archlab.sandboxes.engine.contract import Clients, Ledger
from archlab.sandboxes.engine.values import Value, join, refused

_ASKED = re.compile(r"\{\{resolve:secretsmanager:(.+?):SecretString:([^:}]+)(?::[^}]*)?\}\}")
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a resource type


class Vault:
    """Looks secrets up and remembers them, so that they can be kept out of what is said."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._seen: set[str] = set()

    @property
    def seen(self) -> frozenset[str]:
        return frozenset(self._seen)

    def fill(self, value: Value, ledger: Ledger, path: str) -> Value:
        """The value with every `{{resolve:...}}` in it replaced, in the midst of a text too."""
        if isinstance(value, dict):
            return {name: self.fill(one, ledger, join(path, name)) for name, one in value.items()}
        if isinstance(value, list):
            return [self.fill(one, ledger, join(path, n)) for n, one in enumerate(value)]
        if not isinstance(value, str) or "{{resolve:" not in value:
            return value
        own = {made.physical_id for made in ledger.of(SECRET)}
        filled = _ASKED.sub(lambda found: self._secret(*found.groups(), own=own, path=path), value)
        if "{{resolve:" in filled:
            raise refused(path, "This reference to a secret is not understood.")
        return filled

    def _secret(self, arn: str, key: str, *, own: set[str], path: str) -> str:
        if arn not in own:
            raise refused(path, "Only a secret of this template can be resolved.")
        text = self._clients("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
        values = json.loads(text)
        if key not in values:
            raise refused(path, f"The secret has no key {key}.")
        if values[key]:
            self._seen.add(str(values[key]))
        return str(values[key])
