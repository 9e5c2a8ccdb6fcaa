"""AWS by botocore's own Stubber: what is asked is checked, what is answered is of the right shape,
and the order over all services is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.stub import Stubber

from archlab.sandboxes.aws.allowed import Allowed
from archlab.sandboxes.aws.connection import Connection

ACCOUNT = "210987654321"
REGION = "eu-west-1"
EXTERNAL_ID = "canary-external-id-Yq7"
CREDENTIALS = {
    "AccessKeyId": "ASIACANARYCANARY1234",
    "SecretAccessKey": "canary-secret-key-Xw9",
    "SessionToken": "canary-session-token-Zk3",
    "Expiration": "2026-11-21T12:15:00Z",
}
KEYS = {
    "aws_access_key_id": CREDENTIALS["AccessKeyId"],
    "aws_secret_access_key": CREDENTIALS["SecretAccessKey"],
    "aws_session_token": CREDENTIALS["SessionToken"],
}
CANARIES = (ACCOUNT, EXTERNAL_ID, *KEYS.values())

ALLOWED = Allowed(enabled=True, accounts=frozenset({ACCOUNT}), regions=frozenset({REGION}))
CONNECTION = Connection(ACCOUNT, REGION, EXTERNAL_ID)
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/archlab-deploy/archlab"


class Desk:
    """Clients that answer what a test has laid out; a call that it did not expect is an error."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._made: dict[tuple[str, str], tuple[Any, Stubber]] = {}

    def client(self, service: str, region: str = REGION) -> Any:
        return self._of(service, region)[0]

    def answers(
        self,
        service: str,
        operation: str,
        answer: Mapping[str, Any] | None = None,
        asked: Mapping[str, Any] | None = None,
        region: str = REGION,
    ) -> None:
        self._of(service, region)[1].add_response(operation, dict(answer or {}), asked)

    def refuses(
        self, service: str, operation: str, code: str, message: str = "", region: str = REGION
    ) -> None:
        said = message or f"not for arn:aws:iam::{ACCOUNT}:role/x with {EXTERNAL_ID}"
        self._of(service, region)[1].add_client_error(operation, code, said)

    def done(self) -> None:
        """Everything that was laid out was asked for."""
        for _client, stubber in self._made.values():
            stubber.assert_no_pending_responses()

    def _of(self, service: str, region: str) -> tuple[Any, Stubber]:
        if (service, region) not in self._made:
            client = boto3.client(service, region_name=region, **KEYS)
            client.meta.events.register("before-parameter-build", self._note)
            stubber = Stubber(client)
            stubber.activate()
            self._made[service, region] = (client, stubber)
        return self._made[service, region]

    def _note(self, model: Any, **_: Any) -> None:
        self.calls.append(f"{model.service_model.service_name}:{model.name}")


def lays_out_preflight(
    desk: Desk,
    *,
    caller: str = CALLER,
    account: str = ACCOUNT,
    aliases: tuple[str, ...] = ("learning",),
    tags: tuple[str, ...] = (),
) -> None:
    identity = {"Arn": caller, "Account": account, "UserId": "AROA:archlab"}
    desk.answers("sts", "get_caller_identity", identity)
    desk.answers(
        "iam",
        "list_account_aliases",
        {"AccountAliases": list(aliases), "IsTruncated": False},
        region="us-east-1",
    )
    found = [{"Key": key, "Value": ""} for key in tags]
    desk.answers(
        "iam", "list_role_tags", {"Tags": found}, {"RoleName": "archlab-deploy"}, "us-east-1"
    )
