"""A deployed system as readers, faults and edits look at it: by its ledger, never by chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from archlab.sandboxes.engine.contract import Clients, Ledger, Made
from archlab.sandboxes.engine.values import Value, refused

QUEUE, DEAD = "AWS::SQS::Queue", "Dead"
"""A queue, and how the logical id of its dead-letter queue ends."""
PRIVATE_TABLE = "PrivateTable"
"""How the logical ids of the private route tables begin."""
RUNS_THE_APPLICATION = frozenset(
    {
        "AWS::AutoScaling::AutoScalingGroup",
        "AWS::EC2::Instance",
        "AWS::ECS::Service",
        "AWS::Lambda::Function",
    }
)


@dataclass(frozen=True)
class Scene:
    """`component` narrows the view to the resources of one component; the ground stays in view."""

    clients: Clients
    ledger: Ledger
    component: str = ""

    def client(self, service: str) -> Any:
        return self.clients(service)

    def of(self, type_: str) -> Sequence[Made]:
        return self.ledger.of(type_, self.component)

    def ground(self, type_: str) -> Sequence[Made]:
        """The resources of a type that belong to nobody."""
        return [one for one in self.ledger.of(type_) if not one.component]

    def helper(self, type_: str, beside: Made | None = None) -> Made:
        """What an act needs besides its resource: of the same component, else of any."""
        own = self.ledger.of(type_, beside.component) if beside and beside.component else []
        found = own or self.ledger.of(type_)
        if not found:
            raise refused("Resources", f"There is no {type_}, which this needs.")
        return found[0]

    def candidates(self, on: Pick) -> Sequence[Made]:
        """The resources that an act could be about."""
        return on(self) if callable(on) else self.of(on) or self.ground(on)

    def picked(self, on: Pick) -> Made:
        """The resource that an act is about."""
        found = self.candidates(on)
        if not found:
            raise refused("Resources", "Nothing was deployed that this concerns.")
        return found[0]

    def private_tables(self) -> Sequence[Made]:
        tables = self.ground("AWS::EC2::RouteTable")
        return [one for one in tables if one.logical_id.startswith(PRIVATE_TABLE)]

    def machine_groups(self) -> Sequence[Made]:
        """The security groups of virtual machines."""
        return self._groups_beside("AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::Instance")

    def app_groups(self) -> Sequence[Made]:
        """The security groups of whatever runs the application."""
        return self._groups_beside(*RUNS_THE_APPLICATION)

    def _groups_beside(self, *types: str) -> Sequence[Made]:
        owners = {one.component for one in self.ledger.values() if one.type in types}
        return [one for one in self.of("AWS::EC2::SecurityGroup") if one.component in owners]


Pick: TypeAlias = str | Callable[[Scene], Sequence[Made]]
"""A resource type, or how to find the resource; the first one is meant."""
Act: TypeAlias = Callable[[Scene, Made], None]
ACCOUNT = Made("account", "", "", "")


def account(_scene: Scene) -> Sequence[Made]:
    """For what concerns no resource of the ledger."""
    return [ACCOUNT]


def working_queues(scene: Scene) -> Sequence[Made]:
    """The queues that are not the dead-letter queue of another one of the same component."""
    names = {one.logical_id for one in scene.ledger.of(QUEUE)}
    return [
        one
        for one in scene.of(QUEUE)
        if not (one.logical_id.endswith(DEAD) and one.logical_id.removesuffix(DEAD) in names)
    ]


def scene_of(clients: Clients, ledger: Ledger, args: Mapping[str, Value]) -> Scene:
    return Scene(clients, ledger, str(args.get("component", "")))


def pages(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """All items of a list call, whatever the number of its pages."""
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**arguments).get(key, [])
        return
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(key, [])


def unless_absent(absent: Sequence[str], call: Callable[..., Any], **arguments: Any) -> Any:
    """What a call finds, or None where its error code says that there is none."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] in absent:
            return None
        raise


def taken(answer: Mapping[str, Any], **names: str) -> dict[str, Any]:
    """Those fields of an answer that it has, under names of ours: what is missing stays missing."""
    return {ours: answer[theirs] for ours, theirs in names.items() if theirs in answer}


def subject(made: Made, **fields: Any) -> dict[str, Any]:
    """The facts of one resource."""
    return {"id": made.logical_id, **fields}
