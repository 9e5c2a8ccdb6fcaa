"""An error of a call, as it may be shown and stored."""

from __future__ import annotations

from botocore.exceptions import ClientError

from archlab.sandboxes.engine.values import Refused, Value

LONGEST = 400


def failure(error: Exception, secrets: frozenset[str] = frozenset()) -> dict[str, Value]:
    """Code and message of an error, without the secrets that went into the call."""
    code, message = type(error).__name__, str(error)
    if isinstance(error, ClientError):
        code = str(error.response["Error"].get("Code", code))
        message = str(error.response["Error"].get("Message", message))
    if isinstance(error, Refused):
        code = "PROPERTY_REFUSED"
    for secret in sorted(secrets, key=len, reverse=True):
        message = message.replace(secret, "***")
    return {"code": code[:80], "message": message[:LONGEST]}
