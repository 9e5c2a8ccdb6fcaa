"""The one door to AWS: whatever goes wrong leaves here as a name and a code.

botocore writes ARNs, account ids and parameters into its messages, and an exception's cause is
printed with it. So no message of botocore passes, and every cause is cut off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

Clients = Callable[[str, str], Any]
"""(service, region) -> a boto3 client."""

PATIENT = Config(
    connect_timeout=3, read_timeout=8, retries={"total_max_attempts": 2, "mode": "standard"}
)
"""One call takes 22 s at the very worst, and a step makes one to four; a look, one a reader."""

ABSENT = "absent"
_NOT_FOUND = ("NotFound", "NotFoundException", "NotFoundFault", "NoSuchEntity")
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b")


class AwsRefused(ValueError):
    """We say no, and nothing was written. The message is for the learner."""


class AwsFailed(Exception):
    """AWS said no, or nothing. `code` is AWS's own word, such as AccessDenied."""

    def __init__(self, operation: str, code: str) -> None:
        self.operation, self.code = operation, code
        super().__init__(f"AWS answered {operation} with {code}.")

    @property
    def is_absence(self) -> bool:
        """What was asked for does not exist."""
        return self.code == ABSENT or self.code.endswith(_NOT_FOUND)


def ask(client: Any, operation: str, **given: Any) -> Mapping[str, Any]:
    """Call one operation (in boto3's spelling). Raises AwsFailed."""
    try:
        answer: Mapping[str, Any] = getattr(client, operation)(**given)
    except ClientError as error:
        raise AwsFailed(operation, _code(error)) from None
    except BotoCoreError as error:
        raise AwsFailed(operation, type(error).__name__) from None
    return answer


def pages(client: Any, operation: str, key: str, **given: Any) -> Iterator[Any]:
    """Every entry under `key` of every page. Raises AwsFailed."""
    try:
        for page in client.get_paginator(operation).paginate(**given):
            yield from page.get(key, ())
    except ClientError as error:
        raise AwsFailed(operation, _code(error)) from None
    except BotoCoreError as error:
        raise AwsFailed(operation, type(error).__name__) from None


def without_identity(text: str) -> str:
    """A text of AWS as others may see it: no account id, no key id."""
    return _KEY.sub("(key)", _ACCOUNT.sub("(account)", text))


def _code(error: ClientError) -> str:
    """CloudFormation says that a stack does not exist with the code of any bad request."""
    said = error.response.get("Error", {})
    code = str(said.get("Code", "an unknown error"))
    if code == "ValidationError" and "does not exist" in str(said.get("Message", "")):
        return ABSENT
    return without_identity(code)
