"""What a kind uses to say what it is in CloudFormation.

A kind names its resources by *parts* ("Group", "Listener"; "" is the thing itself) and asks the
`Site` for everything around it: the network it stands in, who calls it, what it calls. The site
makes the logical ids, so a kind never knows the names of others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from archlab.domain.architecture.component import Component

Json = str | int | bool | Sequence["Json"] | Mapping[str, "Json"]
Properties = Mapping[str, Json | None]
Need = Literal["network", "cluster"]
Found = TypeVar("Found", bound="Component")

HTTP = 80
HTTPS = 443


class NotDeployable(ValueError):
    """A component that no template can make; the sentence says why."""


class Outside(NotDeployable):
    """A component of somebody else: the system is deployed without it."""


@dataclass(frozen=True)
class Resource:
    """One resource of a template; a property that is None is left out.

    `after` holds the logical ids of what must stand first although nothing refers to it.
    """

    type: str
    properties: Properties = field(default_factory=dict)
    after: tuple[str, ...] = ()
    condition: str = ""
    keeps_data: bool = False
    """AWS keeps a snapshot or a copy when such a resource goes, unless it is told not to."""


Resources = Mapping[str, Resource]
"""Part -> resource of one component."""


@dataclass(frozen=True)
class Grant:
    """What a caller of a component must be allowed to do with it."""

    actions: tuple[str, ...]
    on: tuple[Json, ...]


@dataclass(frozen=True)
class Metric:
    """What an alarm watches: `at_least` is the threshold over so many periods of 60 s."""

    namespace: str
    name: str
    dimensions: Mapping[str, Json]
    at_least: int
    periods: int = 3
    statistic: str = "Average"


class Site(Protocol):
    """The ground on which the components of one architecture stand."""

    @property
    def region(self) -> str: ...

    @property
    def vpc(self) -> Json: ...

    @property
    def cluster(self) -> Json:
        """The one ECS cluster of the system."""

    @property
    def edge_prefix_list(self) -> str:
        """The addresses from which CloudFront calls, as AWS lists them for this region."""

    def parameter(self, name: str) -> Json:
        """A parameter of the template, declared in `domain/cloudformation/parameters.py`."""

    def id(self, component: Component, part: str = "") -> str:
        """The logical id."""

    def ref(self, component: Component, part: str = "") -> Json: ...

    def att(self, component: Component, part: str, attribute: str) -> Json: ...

    def subnets(self, zones: int, *, public: bool) -> Sequence[Json]:
        """One subnet in each of up to two zones."""

    def private_tables(self) -> Sequence[Json]:
        """The route tables of the private subnets."""

    def group(self, component: Component) -> Json:
        """The id of a component's own security group."""

    def firewall(self, component: Component, *, ports: Sequence[int] = ()) -> Resources:
        """The security group itself: open on these ports to its callers alone."""

    def callers(self, component: Component, kind: type[Found]) -> Sequence[Found]:
        """The components of a kind with a link to it or to a process on it."""

    def called(self, component: Component, kind: type[Found]) -> Sequence[Found]:
        """The components of a kind to which it, or a process on it, has a link."""

    def beside(self, component: Component, kind: type[Found]) -> Sequence[Found]:
        """Both, in the order of the architecture."""

    def on(self, component: Component, kind: type[Found]) -> Sequence[Found]:
        """The processes of a kind that run on it."""

    def all(self, kind: type[Found]) -> Sequence[Found]: ...

    def role(
        self,
        component: Component,
        service: str,
        *,
        part: str = "Role",
        policies: Sequence[str] = (),
        statements: Sequence[Grant] = (),
    ) -> Resources:
        """A role that a service takes on: AWS's own policies by name, and exactly these grants."""

    def grants(self, component: Component) -> Sequence[Grant]:
        """What it must be allowed to do with everything that it calls."""


CLUSTER, INTERNET = "Cluster", "InternetAttachment"
"""Logical ids of the ground that others must wait for."""
WRITE_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")


def policy(*statements: Mapping[str, Json]) -> Json:
    """A policy document of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def private() -> dict[str, Json]:
    """A bucket that nobody outside can be let into, encrypted."""
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    cipher = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    return {
        "PublicAccessBlockConfiguration": dict.fromkeys(closed, True),
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [cipher]},
    }
