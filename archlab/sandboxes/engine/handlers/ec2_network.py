"""The network: VPC, subnets, ways in and out."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import (
    Context,
    Created,
    Made,
    handler,
    keyed,
    once,
    present,
)
from archlab.sandboxes.engine.strict import Properties
from archlab.sandboxes.engine.values import Value

TAGS = "Tags[Key Value]"


def tagged(kind: str, properties: Properties) -> dict[str, Any]:
    """The tags of a template as EC2 takes them when it makes something."""
    tags = keyed(properties)
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def _create_vpc(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    made = ec2.create_vpc(CidrBlock=properties["CidrBlock"], **tagged("vpc", properties))["Vpc"]
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        if name in properties:
            ec2.modify_vpc_attribute(
                VpcId=made["VpcId"], **{name: {"Value": properties.flag(name)}}
            )
    return Created(made["VpcId"], {"VpcId": made["VpcId"], "CidrBlock": made["CidrBlock"]})


def _delete_vpc(context: Context, made: Made) -> None:
    ec2 = context.client("ec2")
    once(lambda: ec2.delete_vpc(VpcId=made.physical_id), "InvalidVpcID.NotFound")


def _vpc_exists(context: Context, made: Made) -> bool:
    ec2 = context.client("ec2")
    return present(
        lambda: ec2.describe_vpcs(VpcIds=[made.physical_id])["Vpcs"], "InvalidVpcID.NotFound"
    )


def _create_internet(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    made = ec2.create_internet_gateway(**tagged("internet-gateway", properties))
    id_ = made["InternetGateway"]["InternetGatewayId"]
    return Created(id_, {"InternetGatewayId": id_})


def _delete_internet(context: Context, made: Made) -> None:
    ec2 = context.client("ec2")
    once(
        lambda: ec2.delete_internet_gateway(InternetGatewayId=made.physical_id),
        "InvalidInternetGatewayID.NotFound",
    )


def _internet_exists(context: Context, made: Made) -> bool:
    ec2 = context.client("ec2")
    return present(
        lambda: ec2.describe_internet_gateways(InternetGatewayIds=[made.physical_id])[
            "InternetGateways"
        ],
        "InvalidInternetGatewayID.NotFound",
    )


def _attach(context: Context, properties: Properties) -> Created:
    handle = {name: properties.text(name) for name in ("InternetGatewayId", "VpcId")}
    context.client("ec2").attach_internet_gateway(**handle)
    return Created("|".join(("IGW", handle["VpcId"])), handle=handle)


def _detach(context: Context, made: Made) -> None:
    ec2 = context.client("ec2")
    once(lambda: ec2.detach_internet_gateway(**made.handle), "Gateway.NotAttached")


def _attached(context: Context, made: Made) -> bool:
    ec2 = context.client("ec2")

    def attachments() -> list[str]:
        found = ec2.describe_internet_gateways(
            InternetGatewayIds=[made.handle["InternetGatewayId"]]
        )
        gateways = found["InternetGateways"]
        return [
            one["VpcId"]
            for gateway in gateways
            for one in gateway["Attachments"]
            if one["VpcId"] == made.handle["VpcId"]
        ]

    return present(attachments, "InvalidInternetGatewayID.NotFound")


def _create_subnet(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    given = properties.pick("VpcId", "CidrBlock", "AvailabilityZone")
    made = ec2.create_subnet(**given, **tagged("subnet", properties))["Subnet"]
    id_ = made["SubnetId"]
    if "MapPublicIpOnLaunch" in properties:
        public = properties.flag("MapPublicIpOnLaunch")
        ec2.modify_subnet_attribute(SubnetId=id_, MapPublicIpOnLaunch={"Value": public})
    zone = made["AvailabilityZone"]
    return Created(id_, {"SubnetId": id_, "AvailabilityZone": zone, "VpcId": made["VpcId"]})


def _delete_subnet(context: Context, made: Made) -> None:
    ec2 = context.client("ec2")
    once(lambda: ec2.delete_subnet(SubnetId=made.physical_id), "InvalidSubnetID.NotFound")


def _subnet_exists(context: Context, made: Made) -> bool:
    ec2 = context.client("ec2")
    return present(
        lambda: ec2.describe_subnets(SubnetIds=[made.physical_id])["Subnets"],
        "InvalidSubnetID.NotFound",
    )


def _create_table(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    made = ec2.create_route_table(VpcId=properties["VpcId"], **tagged("route-table", properties))
    id_ = made["RouteTable"]["RouteTableId"]
    return Created(id_, {"RouteTableId": id_})


def _delete_table(context: Context, made: Made) -> None:
    ec2 = context.client("ec2")
    once(
        lambda: ec2.delete_route_table(RouteTableId=made.physical_id),
        "InvalidRouteTableID.NotFound",
    )


def _tables(context: Context, id_: str) -> list[dict[str, Any]]:
    found = context.client("ec2").describe_route_tables(RouteTableIds=[id_])["RouteTables"]
    return list(found)


def _table_exists(context: Context, made: Made) -> bool:
    return present(lambda: _tables(context, made.physical_id), "InvalidRouteTableID.NotFound")


def _associate(context: Context, properties: Properties) -> Created:
    handle = {name: properties.text(name) for name in ("SubnetId", "RouteTableId")}
    id_ = context.client("ec2").associate_route_table(**handle)["AssociationId"]
    return Created(id_, {"Id": id_}, handle)


def _disassociate(context: Context, made: Made) -> None:
    ec2 = context.client("ec2")
    once(
        lambda: ec2.disassociate_route_table(AssociationId=made.physical_id),
        "InvalidAssociationID.NotFound",
    )


def _associated(context: Context, made: Made) -> bool:
    def associations() -> list[str]:
        return [
            one["RouteTableAssociationId"]
            for table in _tables(context, made.handle["RouteTableId"])
            for one in table["Associations"]
            if one["RouteTableAssociationId"] == made.physical_id
        ]

    return present(associations, "InvalidRouteTableID.NotFound")


_WAYS = ("GatewayId", "NatGatewayId", "InstanceId", "NetworkInterfaceId")


def _create_route(context: Context, properties: Properties) -> Created:
    given: dict[str, Value] = properties.pick("RouteTableId", "DestinationCidrBlock", *_WAYS)
    context.client("ec2").create_route(**given)
    handle = {name: str(given[name]) for name in ("RouteTableId", "DestinationCidrBlock")}
    return Created("|".join(handle.values()), handle=handle)


def _delete_route(context: Context, made: Made) -> None:
    ec2 = context.client("ec2")
    once(
        lambda: ec2.delete_route(**made.handle),
        "InvalidRoute.NotFound",
        "InvalidRouteTableID.NotFound",
    )


def _route_exists(context: Context, made: Made) -> bool:
    def routes() -> list[str]:
        return [
            one["DestinationCidrBlock"]
            for table in _tables(context, made.handle["RouteTableId"])
            for one in table["Routes"]
            if one.get("DestinationCidrBlock") == made.handle["DestinationCidrBlock"]
        ]

    return present(routes, "InvalidRouteTableID.NotFound")


HANDLERS = (
    handler(
        "AWS::EC2::VPC",
        f"CidrBlock EnableDnsSupport EnableDnsHostnames {TAGS}",
        _create_vpc,
        _delete_vpc,
        _vpc_exists,
        "VpcId CidrBlock",
    ),
    handler(
        "AWS::EC2::InternetGateway",
        TAGS,
        _create_internet,
        _delete_internet,
        _internet_exists,
        "InternetGatewayId",
    ),
    handler(
        "AWS::EC2::VPCGatewayAttachment", "InternetGatewayId VpcId", _attach, _detach, _attached
    ),
    handler(
        "AWS::EC2::Subnet",
        f"VpcId CidrBlock AvailabilityZone MapPublicIpOnLaunch {TAGS}",
        _create_subnet,
        _delete_subnet,
        _subnet_exists,
        "SubnetId AvailabilityZone VpcId",
    ),
    handler(
        "AWS::EC2::RouteTable",
        f"VpcId {TAGS}",
        _create_table,
        _delete_table,
        _table_exists,
        "RouteTableId",
    ),
    handler(
        "AWS::EC2::SubnetRouteTableAssociation",
        "SubnetId RouteTableId",
        _associate,
        _disassociate,
        _associated,
        "Id",
    ),
    handler(
        "AWS::EC2::Route",
        "RouteTableId DestinationCidrBlock " + " ".join(_WAYS),
        _create_route,
        _delete_route,
        _route_exists,
    ),
)
