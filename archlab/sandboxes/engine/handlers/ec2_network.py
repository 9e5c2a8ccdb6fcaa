"""The network: VPC, subnets, tables, and what leads in and out."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, Made, handler, keyed, once, present
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by, state_is_not
from archlab.sandboxes.engine.strict import Properties

TAGS = "Tags[Key Value]"
_WAYS = ("GatewayId", "NatGatewayId", "InstanceId", "NetworkInterfaceId")


def tagged(kind: str, properties: Properties) -> dict[str, Any]:
    """The tags of a template as EC2 takes them when it makes something."""
    tags = keyed(properties)
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def _vpc(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    made = ec2.create_vpc(CidrBlock=properties["CidrBlock"], **tagged("vpc", properties))["Vpc"]
    id_ = made["VpcId"]
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        if name in properties:
            ec2.modify_vpc_attribute(VpcId=id_, **{name: {"Value": properties.flag(name)}})
    return Created(id_, {"VpcId": id_, "CidrBlock": made["CidrBlock"]})


def _internet(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    made = ec2.create_internet_gateway(**tagged("internet-gateway", properties))
    id_ = made["InternetGateway"]["InternetGatewayId"]
    return Created(id_, {"InternetGatewayId": id_})


def _attach(context: Context, properties: Properties) -> Created:
    handle = {name: properties.text(name) for name in ("InternetGatewayId", "VpcId")}
    context.client("ec2").attach_internet_gateway(**handle)
    return Created(f"IGW|{handle['VpcId']}", handle=handle)


def _detach(context: Context, made: Made) -> None:
    ec2 = context.client("ec2")
    gone = ("Gateway.NotAttached", "InvalidInternetGatewayID.NotFound")
    once(lambda: ec2.detach_internet_gateway(**made.handle), *gone)


def _attached(context: Context, made: Made) -> bool:
    vpc, gateway = made.handle["VpcId"], made.handle["InternetGatewayId"]
    ec2 = context.client("ec2")

    def read() -> bool:
        found = ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"]
        return any(place["VpcId"] == vpc for one in found for place in one["Attachments"])

    return present(read, "InvalidInternetGatewayID.NotFound")


def _subnet(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    given = properties.pick("VpcId", "CidrBlock", "AvailabilityZone")
    made = ec2.create_subnet(**given, **tagged("subnet", properties))["Subnet"]
    id_ = made["SubnetId"]
    if "MapPublicIpOnLaunch" in properties:
        public = properties.flag("MapPublicIpOnLaunch")
        ec2.modify_subnet_attribute(SubnetId=id_, MapPublicIpOnLaunch={"Value": public})
    zone = made["AvailabilityZone"]
    return Created(id_, {"SubnetId": id_, "AvailabilityZone": zone, "VpcId": made["VpcId"]})


def _table(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    made = ec2.create_route_table(VpcId=properties["VpcId"], **tagged("route-table", properties))
    id_ = made["RouteTable"]["RouteTableId"]
    return Created(id_, {"RouteTableId": id_})


def _table_has(context: Context, made: Made, part: str, key: str, wanted: str) -> bool:
    table = made.handle["RouteTableId"]
    ec2 = context.client("ec2")

    def read() -> bool:
        found = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        return any(row.get(key) == wanted for one in found for row in one[part])

    return present(read, "InvalidRouteTableID.NotFound")


def _associate(context: Context, properties: Properties) -> Created:
    handle = {name: properties.text(name) for name in ("SubnetId", "RouteTableId")}
    id_ = context.client("ec2").associate_route_table(**handle)["AssociationId"]
    return Created(id_, {"Id": id_}, handle)


def _associated(context: Context, made: Made) -> bool:
    key = "RouteTableAssociationId"
    return _table_has(context, made, "Associations", key, made.physical_id)


def _route(context: Context, properties: Properties) -> Created:
    handle = {name: properties.text(name) for name in ("RouteTableId", "DestinationCidrBlock")}
    context.client("ec2").create_route(**handle, **properties.pick(*_WAYS))
    return Created("|".join(handle.values()), handle=handle)


def _delete_route(context: Context, made: Made) -> None:
    ec2 = context.client("ec2")
    gone = ("InvalidRoute.NotFound", "InvalidRouteTableID.NotFound")
    once(lambda: ec2.delete_route(**made.handle), *gone)


def _routed(context: Context, made: Made) -> bool:
    key = "DestinationCidrBlock"
    return _table_has(context, made, "Routes", key, made.handle[key])


def _address(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    made = ec2.allocate_address(
        Domain=properties.text("Domain", "vpc"), **tagged("elastic-ip", properties)
    )
    ids = {name: made[name] for name in ("AllocationId", "PublicIp")}
    return Created(made["PublicIp"], ids, ids)


def _nat(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    given = properties.pick("AllocationId", "ConnectivityType", "SubnetId")
    made = ec2.create_nat_gateway(**given, **tagged("natgateway", properties))["NatGateway"]
    return Created(made["NatGatewayId"], {"NatGatewayId": made["NatGatewayId"]})


def _endpoint(context: Context, properties: Properties) -> Created:
    names = ("RouteTableIds", "ServiceName", "VpcEndpointType", "VpcId")
    made = context.client("ec2").create_vpc_endpoint(**properties.pick(*names))["VpcEndpoint"]
    return Created(made["VpcEndpointId"], {"Id": made["VpcEndpointId"]})


def _flow_log(context: Context, properties: Properties) -> Created:
    names = ("DeliverLogsPermissionArn", "LogDestination", "LogDestinationType", "LogGroupName")
    more = properties.pick("MaxAggregationInterval", "ResourceType", "TrafficType", *names)
    made = context.client("ec2").create_flow_logs(
        ResourceIds=[properties["ResourceId"]], **more, **tagged("vpc-flow-log", properties)
    )
    if made.get("Unsuccessful"):
        error = made["Unsuccessful"][0]["Error"]
        raise ValueError(f"{error['Code']}: {error['Message']}")
    return Created(made["FlowLogIds"][0], {"Id": made["FlowLogIds"][0]})


HANDLERS = (
    handler(
        "AWS::EC2::VPC",
        f"CidrBlock EnableDnsSupport EnableDnsHostnames {TAGS}",
        _vpc,
        deleted_by("ec2", "delete_vpc", "VpcId", "InvalidVpcID.NotFound"),
        seen_by("ec2", "describe_vpcs", "VpcIds", "Vpcs", "InvalidVpcID.NotFound"),
        "VpcId CidrBlock",
    ),
    handler(
        "AWS::EC2::InternetGateway",
        TAGS,
        _internet,
        deleted_by(
            "ec2",
            "delete_internet_gateway",
            "InternetGatewayId",
            "InvalidInternetGatewayID.NotFound",
        ),
        seen_by(
            "ec2",
            "describe_internet_gateways",
            "InternetGatewayIds",
            "InternetGateways",
            "InvalidInternetGatewayID.NotFound",
        ),
        "InternetGatewayId",
    ),
    handler(
        "AWS::EC2::VPCGatewayAttachment", "InternetGatewayId VpcId", _attach, _detach, _attached
    ),
    handler(
        "AWS::EC2::Subnet",
        f"VpcId CidrBlock AvailabilityZone MapPublicIpOnLaunch {TAGS}",
        _subnet,
        deleted_by("ec2", "delete_subnet", "SubnetId", "InvalidSubnetID.NotFound"),
        seen_by("ec2", "describe_subnets", "SubnetIds", "Subnets", "InvalidSubnetID.NotFound"),
        "SubnetId AvailabilityZone VpcId",
    ),
    handler(
        "AWS::EC2::RouteTable",
        f"VpcId {TAGS}",
        _table,
        deleted_by("ec2", "delete_route_table", "RouteTableId", "InvalidRouteTableID.NotFound"),
        seen_by(
            "ec2",
            "describe_route_tables",
            "RouteTableIds",
            "RouteTables",
            "InvalidRouteTableID.NotFound",
        ),
        "RouteTableId",
    ),
    handler(
        "AWS::EC2::SubnetRouteTableAssociation",
        "SubnetId RouteTableId",
        _associate,
        deleted_by(
            "ec2", "disassociate_route_table", "AssociationId", "InvalidAssociationID.NotFound"
        ),
        _associated,
        "Id",
    ),
    handler(
        "AWS::EC2::Route",
        "RouteTableId DestinationCidrBlock " + " ".join(_WAYS),
        _route,
        _delete_route,
        _routed,
    ),
    handler(
        "AWS::EC2::EIP",
        f"Domain {TAGS}",
        _address,
        deleted_by(
            "ec2",
            "release_address",
            "AllocationId",
            "InvalidAllocationID.NotFound",
            handle="AllocationId",
        ),
        seen_by(
            "ec2",
            "describe_addresses",
            "AllocationIds",
            "Addresses",
            "InvalidAllocationID.NotFound",
            handle="AllocationId",
        ),
        "AllocationId PublicIp",
    ),
    handler(
        "AWS::EC2::NatGateway",
        f"AllocationId ConnectivityType SubnetId {TAGS}",
        _nat,
        deleted_by("ec2", "delete_nat_gateway", "NatGatewayId", "NatGatewayNotFound"),
        seen_by(
            "ec2",
            "describe_nat_gateways",
            "NatGatewayIds",
            "NatGateways",
            "NatGatewayNotFound",
            lives=state_is_not("State", "deleted", "deleting"),
        ),
        "NatGatewayId",
    ),
    handler(
        "AWS::EC2::VPCEndpoint",
        "RouteTableIds[] ServiceName VpcEndpointType VpcId",
        _endpoint,
        lambda context, made: once(
            lambda: context.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[made.physical_id]),
            "InvalidVpcEndpointId.NotFound",
            "InvalidRouteTableID.NotFound",
        ),
        seen_by(
            "ec2",
            "describe_vpc_endpoints",
            "VpcEndpointIds",
            "VpcEndpoints",
            "InvalidVpcEndpointId.NotFound",
            lives=state_is_not("State", "deleted", "deleting"),
        ),
        "Id",
    ),
    handler(
        "AWS::EC2::FlowLog",
        "DeliverLogsPermissionArn LogDestination LogDestinationType LogGroupName "
        f"MaxAggregationInterval ResourceId ResourceType TrafficType {TAGS}",
        _flow_log,
        lambda context, made: once(
            lambda: context.client("ec2").delete_flow_logs(FlowLogIds=[made.physical_id]),
            "InvalidFlowLogId.NotFound",
        ),
        seen_by("ec2", "describe_flow_logs", "FlowLogIds", "FlowLogs", "InvalidFlowLogId.NotFound"),
        "Id",
    ),
)
