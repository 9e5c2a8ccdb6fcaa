"""A learner's account, entered by a role and a secret of ours; keys are never asked for.

Credentials live in the memory of one step: what `entered` gives is not stored and prints nothing.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from archlab.sandboxes.aws.allowed import Allowed
from archlab.sandboxes.aws.calls import PATIENT, AwsFailed, AwsRefused, Clients, ask, pages
from archlab.sandboxes.aws.services import services_of

DEPLOY, SERVICE, TEARDOWN, SCHEDULER = (
    f"archlab-{name}" for name in ("deploy", "service", "teardown", "scheduler")
)
"""The roles of the bootstrap stack."""
BOUNDARY = "archlab-boundary"
SCHEDULES = "archlab"
"""The group of the expiry schedules."""
STACKS = "archlab-"
"""How the names of our stacks begin."""

FORBID = "archlab:forbid"
LONGEST_POLICY = 2_048
"""Characters that STS takes as a session policy."""
DURATION_S = 900
HOME = "us-east-1"
"""Where services without a region are asked."""

_ROLE = re.compile(rf"arn:aws:iam::(\d{{12}}):role/{DEPLOY}")
_NO_SECRET = frozenset({"AccessDenied", "AccessDeniedException"})


@dataclass(frozen=True)
class Connection:
    """One account in one region. `external_id` is drawn by us, one for each connection."""

    account: str = field(repr=False)
    region: str
    external_id: str = field(repr=False)

    def role(self, name: str) -> str:
        """The ARN of a role of the bootstrap stack."""
        return f"arn:aws:iam::{self.account}:role/{name}"

    @property
    def boundary(self) -> str:
        return f"arn:aws:iam::{self.account}:policy/{BOUNDARY}"


def new_external_id() -> str:
    return secrets.token_urlsafe(32)


def connected(role_arn: str, *, region: str, external_id: str, allowed: Allowed) -> Connection:
    """The connection that a learner asks for. Raises AwsRefused."""
    found = _ROLE.fullmatch(role_arn.strip())
    if not found:
        raise AwsRefused(
            "Paste the value that the stack's output DeployRoleArn shows: it begins with "
            f"arn:aws:iam:: and ends with :role/{DEPLOY}."
        )
    allowed.require(account=found[1], region=region)
    return Connection(found[1], region, external_id)


def own_identity(region: str) -> Any:
    """STS as the worker itself, which is who may take on the learners' roles."""
    import boto3  # 26 MB: jobs alone need it

    return boto3.client("sts", region_name=region, config=PATIENT)


def entered(connection: Connection, role: str, *, sts: Any, policy: str | None = None) -> Clients:
    """Clients with the rights of a role of the learner's, for a quarter of an hour.

    `policy` takes rights away for this session. Raises AwsFailed.
    """
    import boto3

    given = {"Policy": policy} if policy else {}
    answer = ask(
        sts,
        "assume_role",
        RoleArn=connection.role(role),
        RoleSessionName="archlab",
        ExternalId=connection.external_id,
        DurationSeconds=DURATION_S,
        **given,
    )
    keys = answer["Credentials"]
    session = boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    made: dict[tuple[str, str], Any] = {}

    def client(service: str, region: str) -> Any:
        if (service, region) not in made:
            made[service, region] = session.client(service, region_name=region, config=PATIENT)
        return made[service, region]

    return client


def require_secret(connection: Connection, *, sts: Any) -> None:
    """The role must not open without our secret: anybody who guessed its name could use it.

    Raises AwsRefused; asked once, when a connection is made.
    """
    try:
        ask(
            sts,
            "assume_role",
            RoleArn=connection.role(DEPLOY),
            RoleSessionName="archlab",
            DurationSeconds=DURATION_S,
        )
    except AwsFailed as refused:
        if refused.code in _NO_SECRET:
            return
        raise
    raise AwsRefused(
        "The role opens without its ExternalId. Install our bootstrap stack again as it is."
    )


def preflight(clients: Clients, connection: Connection, allowed: Allowed) -> None:
    """Read who we are and where, and refuse what must not be touched. Raises AwsRefused."""
    allowed.require(account=connection.account, region=connection.region)
    caller = ask(clients("sts", connection.region), "get_caller_identity")
    _require_caller(str(caller.get("Arn", "")), str(caller.get("Account", "")), connection)
    iam = clients("iam", HOME)
    for alias in pages(iam, "list_account_aliases", "AccountAliases"):
        if "prod" in alias.lower() or FORBID in alias.lower() or "archlab-forbid" in alias.lower():
            raise AwsRefused("The account's alias says that it is not for experiments.")
    tags = ask(iam, "list_role_tags", RoleName=DEPLOY).get("Tags", ())
    if any(tag["Key"] == FORBID for tag in tags):
        raise AwsRefused(f"The deploy role carries the tag {FORBID}.")


def _require_caller(arn: str, account: str, connection: Connection) -> None:
    if account != connection.account:
        raise AwsRefused("The role leads into another account than the connection's.")
    if arn.endswith(":root") or ":user/" in arn:
        raise AwsRefused("This would act as a user or as the root of the account; use the role.")
    if f":assumed-role/{DEPLOY}/" not in arn:
        raise AwsRefused("This would act as another role than the bootstrap stack's.")


def session_policy(types: Iterable[str], connection: Connection) -> str:
    """What one launch may do: its own stack and expiry, and look at what the template makes.

    CloudFormation makes the resources with its service role, so the session itself needs no right
    to make any. Raises ValueError above the 2,048 characters that STS takes.
    """
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": _statements(types, connection)},
        separators=(",", ":"),
    )
    if len(policy) > LONGEST_POLICY:
        raise ValueError(
            f"a session policy of {len(policy)} characters; STS takes {LONGEST_POLICY}"
        )
    return policy


def _statements(types: Iterable[str], connection: Connection) -> list[Mapping[str, Any]]:
    here = {"StringEquals": {"aws:RequestedRegion": connection.region}}
    services = services_of(types)
    placed = [
        f"{one.prefix}:{read}" for one in services if not one.everywhere for read in one.reads
    ]
    placeless = [f"{one.prefix}:{read}" for one in services if one.everywhere for read in one.reads]
    always = ["sts:GetCallerIdentity", "iam:ListAccountAliases", "iam:ListRoleTags"]
    where = f"{connection.region}:{connection.account}"
    return [
        _allow(["cloudformation:*"], [f"arn:aws:cloudformation:{where}:stack/{STACKS}*/*"]),
        _allow(["scheduler:*"], [f"arn:aws:scheduler:{where}:schedule/{SCHEDULES}/{STACKS}*"]),
        _allow(["iam:PassRole"], [connection.role(SERVICE), connection.role(SCHEDULER)]),
        _allow([*always, *placeless], ["*"]),
        {**_allow(["ssm:GetParameters", *placed], ["*"]), "Condition": here},
    ]


def _allow(actions: list[str], on: list[str]) -> Mapping[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": on}
