"""What a handler of a resource type promises, and what the executor gives it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from botocore.exceptions import ClientError

from archlab.sandboxes.engine.shape import Shape, shape
from archlab.sandboxes.engine.strict import Properties
from archlab.sandboxes.engine.values import Value

Target = Literal["embedded", "aws"]
Clients: TypeAlias = Callable[[str], Any]
"""Service name of boto3 -> its client; boto3's clients have no static types."""

LONGEST_NAME = 32


@dataclass(frozen=True)
class Stack:
    """Where a template is deployed."""

    name: str
    account_id: str
    region: str
    partition: str = "aws"

    @property
    def id(self) -> str:
        digest = hashlib.sha1(f"{self.account_id}/{self.name}".encode(), usedforsecurity=False)
        place = f"{self.partition}:cloudformation:{self.region}:{self.account_id}"
        return f"arn:{place}:stack/{self.name}/{digest.hexdigest()[:12]}"

    def arn(self, service: str, rest: str, *, region: str | None = None) -> str:
        place = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{place}:{self.account_id}:{rest}"


@dataclass(frozen=True)
class Context:
    """One resource's way to AWS: the clients, the stack and its own logical id."""

    clients: Clients
    stack: Stack
    logical_id: str

    def client(self, service: str) -> Any:
        return self.clients(service)

    @property
    def name(self) -> str:
        """The name of a resource that its template does not name."""
        return generated_name(self.stack.name, self.logical_id)


def generated_name(stack: str, logical_id: str) -> str:
    """Lower case, at most 32 characters, and unlike that of any other logical id of the stack.

    Cutting alone would make two long ids one name, hence six digits of a digest.
    """
    whole = f"{stack}-{logical_id}".lower()
    digest = hashlib.sha1(f"{stack}-{logical_id}".encode(), usedforsecurity=False).hexdigest()
    return f"{whole[: LONGEST_NAME - 7].rstrip('-')}-{digest[:6]}"


@dataclass(frozen=True)
class Created:
    """What a create call made: `physical_id` is what `Ref` returns.

    `attributes` are what `Fn::GetAtt` may ask for. `handle` has what the handler needs beside them
    to find the thing again. None of them ever holds a secret: they are written to the ledger.
    """

    physical_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    handle: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """One resource of the ledger; `component` is empty for the ground."""

    logical_id: str
    type: str
    component: str
    physical_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    handle: Mapping[str, str] = field(default_factory=dict)


class Ledger(Mapping[str, Made]):
    """Logical id -> what stands, in the order in which it was made.

    Readers, faults and edits find their subjects here and never by "the first one": every account
    has resources of its own.
    """

    def __init__(self, made: Mapping[str, Made] | None = None) -> None:
        self._made = dict(made or {})

    def __getitem__(self, logical_id: str) -> Made:
        return self._made[logical_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def of(self, type_: str, component: str = "") -> Sequence[Made]:
        """All resources of a type; of one component, where it is named."""
        return [
            one
            for one in self._made.values()
            if one.type == type_ and component in ("", one.component)
        ]

    def having(self, made: Made) -> Ledger:
        return Ledger({**self._made, made.logical_id: made})

    def without(self, logical_id: str) -> Ledger:
        return Ledger({name: one for name, one in self._made.items() if name != logical_id})


Create: TypeAlias = Callable[[Context, Properties], Created]
Delete: TypeAlias = Callable[[Context, Made], None]
Exists: TypeAlias = Callable[[Context, Made], bool]


@dataclass(frozen=True)
class Handler:
    """One resource type.

    `properties` says every property that it understands, in the notation of `shape.py`.
    `exists` reads back: after `create` it must be true, after `delete` false, where "deleted",
    "pending deletion" and "inactive" are as good as gone.
    """

    type: str
    properties: str
    create: Create
    delete: Delete
    exists: Exists
    attributes: frozenset[str] = frozenset()

    @property
    def shape(self) -> Shape:
        return shape(self.properties)


def handler(
    type_: str,
    properties: str,
    create: Create,
    delete: Delete,
    exists: Exists,
    attributes: str = "",
) -> Handler:
    """A handler; `attributes` are the names that `Fn::GetAtt` may ask for, with blanks between."""
    return Handler(type_, properties, create, delete, exists, frozenset(attributes.split()))


def present(read: Callable[[], object], *absent: str) -> bool:
    """Whether a read finds something; the codes in `absent` mean that it is not there.

    Every other error is raised: "we could not see" is not "it is gone".
    """
    try:
        return bool(read())
    except ClientError as error:
        if error.response["Error"]["Code"] in absent:
            return False
        raise


def once(delete: Callable[[], object], *absent: str) -> None:
    """Delete; the codes in `absent` mean that somebody did it before."""
    present(delete, *absent)


def keyed(properties: Properties, name: str = "Tags") -> list[dict[str, str]]:
    """CloudFormation's list of tags, as most services take it."""
    return [{"Key": str(tag["Key"]), "Value": str(tag["Value"])} for tag in properties.lists(name)]


def tag_list(properties: Properties) -> dict[str, Any]:
    """The argument with the tags; none where there are none: some services refuse an empty list."""
    tags = keyed(properties)
    return {"Tags": tags} if tags else {}


def as_map(properties: Properties, name: str = "Tags") -> dict[str, str]:
    """CloudFormation's list of tags as the mapping that some services take."""
    return {tag["Key"]: tag["Value"] for tag in keyed(properties, name)}


def lower(value: Value) -> Value:
    """The same value with keys that begin with a small letter, as the newer services want."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: lower(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [lower(inner) for inner in value]
    return value
