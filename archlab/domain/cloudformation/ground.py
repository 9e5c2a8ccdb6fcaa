"""The network on which everything stands: two zones, a public and a private subnet in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archlab.domain.architecture.deployable import Json, Resource

ZONES = ("A", "B")
RANGE = "10.0.0.0/16"
OPEN = "0.0.0.0/0"

EDGE_PREFIX_LISTS = {
    "us-east-1": "pl-3b927c52",
    "eu-west-1": "pl-4fa04526",
    "ap-southeast-1": "pl-31a34658",
}
"""The addresses of CloudFront's edges that AWS keeps for each region."""


def subnet(zone: str, *, public: bool) -> str:
    return f"{'Public' if public else 'Private'}Subnet{zone}"


def table(zone: str) -> str:
    return f"PrivateTable{zone}"


def network(exits: Sequence[Mapping[str, Json]]) -> dict[str, Resource]:
    """The VPC with its subnets and tables; `exits` are the ways out of the private ones.

    With one exit all private subnets use it, with two each its own, with none they have no way out.
    """
    found = {
        "Vpc": Resource(
            "AWS::EC2::VPC",
            {"CidrBlock": RANGE, "EnableDnsSupport": True, "EnableDnsHostnames": True},
        ),
        "Internet": Resource("AWS::EC2::InternetGateway"),
        "InternetAttachment": Resource(
            "AWS::EC2::VPCGatewayAttachment",
            {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Internet"}},
        ),
        "PublicTable": Resource("AWS::EC2::RouteTable", {"VpcId": {"Ref": "Vpc"}}),
        "PublicRoute": Resource(
            "AWS::EC2::Route",
            {
                "RouteTableId": {"Ref": "PublicTable"},
                "DestinationCidrBlock": OPEN,
                "GatewayId": {"Ref": "Internet"},
            },
            after=("InternetAttachment",),
        ),
    }
    for number, zone in enumerate(ZONES):
        found |= _zone(number, zone)
        if exits:
            found[f"PrivateRoute{zone}"] = Resource(
                "AWS::EC2::Route",
                {
                    "RouteTableId": {"Ref": table(zone)},
                    "DestinationCidrBlock": OPEN,
                    **exits[min(number, len(exits) - 1)],
                },
            )
    return found


def _zone(number: int, zone: str) -> dict[str, Resource]:
    found: dict[str, Resource] = {table(zone): _table()}
    for public in (True, False):
        name = subnet(zone, public=public)
        found[name] = Resource(
            "AWS::EC2::Subnet",
            {
                "VpcId": {"Ref": "Vpc"},
                "CidrBlock": f"10.0.{number + (0 if public else 10)}.0/24",
                "AvailabilityZone": {"Fn::Select": [number, {"Fn::GetAZs": ""}]},
                "MapPublicIpOnLaunch": False,
            },
        )
        found[f"{name}Association"] = Resource(
            "AWS::EC2::SubnetRouteTableAssociation",
            {
                "SubnetId": {"Ref": name},
                "RouteTableId": {"Ref": "PublicTable" if public else table(zone)},
            },
        )
    return found


def _table() -> Resource:
    return Resource("AWS::EC2::RouteTable", {"VpcId": {"Ref": "Vpc"}})


def rule(protocol: str, port: int, **of: Json) -> dict[str, Json]:
    """One rule of a security group."""
    return {"IpProtocol": protocol, "FromPort": port, "ToPort": port, **of}


def egress(ports: Sequence[int]) -> Iterator[dict[str, Json]]:
    """Names, the web's own port, and inside the network the ports of what is called."""
    yield rule("tcp", 443, CidrIp=OPEN, Description="calls out")
    for protocol in ("udp", "tcp"):
        yield rule(protocol, 53, CidrIp=RANGE, Description="names")
    for port in sorted(set(ports) - {443}):
        yield rule("tcp", port, CidrIp=RANGE, Description="inside the network")
