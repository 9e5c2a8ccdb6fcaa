"""The ground of one architecture, as its components see it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from archlab.domain.architecture import Architecture, Component
from archlab.domain.architecture.deployable import (
    CLUSTER,
    Grant,
    Json,
    Resource,
    Resources,
    policy,
)
from archlab.domain.architecture.kinds.client import Client
from archlab.domain.architecture.kinds.cloudfront import Cloudfront
from archlab.domain.architecture.kinds.security_group import SecurityGroup
from archlab.domain.architecture.model import Link
from archlab.domain.cloudformation import ground

Found = TypeVar("Found", bound=Component)
_WORDS = re.compile(r"[^a-zA-Z0-9]+")
NO_VALUE: Json = {"Ref": "AWS::NoValue"}
_MANAGED = "arn:${AWS::Partition}:iam::aws:policy/"


class Ground:
    """The `Site` of an architecture. Links to a process are links to the host that it runs on."""

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture

    @property
    def region(self) -> str:
        return self.architecture.region

    @property
    def vpc(self) -> Json:
        return {"Ref": "Vpc"}

    @property
    def cluster(self) -> Json:
        return {"Ref": CLUSTER}

    @property
    def edge_prefix_list(self) -> str:
        return ground.EDGE_PREFIX_LISTS[self.region]

    def parameter(self, name: str) -> Json:
        return {"Ref": name}

    def id(self, component: Component, part: str = "") -> str:
        words = _WORDS.split(component.id)
        return "".join(word[:1].upper() + word[1:] for word in words) + part

    def ref(self, component: Component, part: str = "") -> Json:
        return {"Ref": self.id(component, part)}

    def att(self, component: Component, part: str, attribute: str) -> Json:
        return {"Fn::GetAtt": [self.id(component, part), attribute]}

    def subnets(self, zones: int, *, public: bool) -> Sequence[Json]:
        return [{"Ref": ground.subnet(zone, public=public)} for zone in ground.ZONES[:zones]]

    def private_tables(self) -> Sequence[Json]:
        return [{"Ref": ground.table(zone)} for zone in ground.ZONES]

    def group(self, component: Component) -> Json:
        return self.att(component, "Group", "GroupId")

    def callers(self, component: Component, kind: type[Found]) -> Sequence[Found]:
        return self._of(kind, (a for a, b in self._links if b == component.id))

    def called(self, component: Component, kind: type[Found]) -> Sequence[Found]:
        return self._of(kind, (b for a, b in self._links if a == component.id))

    def beside(self, component: Component, kind: type[Found]) -> Sequence[Found]:
        near = {a for a, b in self._links if b == component.id}
        near |= {b for a, b in self._links if a == component.id}
        return self._of(kind, (id_ for id_ in self.architecture.components if id_ in near))

    def on(self, component: Component, kind: type[Found]) -> Sequence[Found]:
        return [one for one in self.all(kind) if one.runs_on == component.id]

    def all(self, kind: type[Found]) -> Sequence[Found]:
        return self._of(kind, list(self.architecture.components))

    @cached_property
    def _links(self) -> Sequence[tuple[str, str]]:
        """Every ordered pair once, processes taken for their hosts."""
        return self._pairs(self.architecture.links)

    @cached_property
    def _connections(self) -> Sequence[tuple[str, str]]:
        """The pairs of which the first opens connections to the second: what is asynchronous is
        fetched by whoever receives it."""
        return self._pairs([link for link in self.architecture.links if link.kind != "async"])

    def _pairs(self, links: Sequence[Link]) -> Sequence[tuple[str, str]]:
        pairs = ((self._host(link.from_), self._host(link.to)) for link in links)
        return list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))

    def _host(self, id_: str) -> str:
        component = self.architecture.components.get(id_)
        return (component.runs_on if component else None) or id_

    def _of(self, kind: type[Found], ids: Iterator[str] | Sequence[str]) -> Sequence[Found]:
        found = (self.architecture.components.get(id_) for id_ in ids)
        return [one for one in found if isinstance(one, kind)]

    def firewall(self, component: Component, *, ports: Sequence[int] = ()) -> Resources:
        own = next(iter(self.beside(component, SecurityGroup)), None)
        out: list[dict[str, Json]] = list(ground.egress(self._ports_called(component)))
        if own and own.egress == "all":
            out = [{"IpProtocol": "-1", "CidrIp": ground.OPEN, "Description": "anywhere"}]
        allowed = [rule for port in ports for rule in self._ingress(component, port, own)]
        return {
            "Group": Resource(
                "AWS::EC2::SecurityGroup",
                {
                    "GroupDescription": f"Who reaches {component.id} and where it goes",
                    "VpcId": self.vpc,
                    "SecurityGroupIngress": allowed or None,
                    "SecurityGroupEgress": out,
                },
            )
        }

    def _ports_called(self, component: Component) -> list[int]:
        called = self._of(Component, (b for a, b in self._connections if a == component.id))
        return [one.port for one in called if one.port]

    def _ingress(
        self, component: Component, port: int, own: SecurityGroup | None
    ) -> Iterator[dict[str, Json]]:
        if own and own.ingress == "internet_all":
            yield ground.rule("tcp", port, CidrIp=ground.OPEN, Description="anybody")
            return
        callers = self._of(Component, (a for a, b in self._connections if b == component.id))
        if any(isinstance(caller, Client) for caller in callers):
            yield ground.rule("tcp", port, CidrIp=ground.OPEN, Description="visitors")
        if any(isinstance(caller, Cloudfront) for caller in callers):
            edge = self.edge_prefix_list
            yield ground.rule("tcp", port, SourcePrefixListId=edge, Description="the edge")
        for caller in callers:
            if "network" in caller.needs:
                group = self.group(caller)
                yield ground.rule("tcp", port, SourceSecurityGroupId=group, Description=caller.id)

    def role(
        self,
        component: Component,
        service: str,
        *,
        part: str = "Role",
        policies: Sequence[str] = (),
        statements: Sequence[Grant] = (),
    ) -> Resources:
        trust: dict[str, Json] = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
        }
        allowed: list[dict[str, Json]] = [
            {"Effect": "Allow", "Action": list(grant.actions), "Resource": list(grant.on)}
            for grant in statements
        ]
        own: Json = [{"PolicyName": "own", "PolicyDocument": policy(*allowed)}]
        boundary = {"Fn::If": ["HasBoundary", self.parameter("PermissionsBoundary"), NO_VALUE]}
        return {
            part: Resource(
                "AWS::IAM::Role",
                {
                    "AssumeRolePolicyDocument": policy(trust),
                    "ManagedPolicyArns": [{"Fn::Sub": _MANAGED + name} for name in policies]
                    or None,
                    "Policies": own if allowed else None,
                    "PermissionsBoundary": boundary,
                },
            )
        }

    def grants(self, component: Component) -> Sequence[Grant]:
        return [grant for one in self.called(component, Component) for grant in one.grants(self)]
