"""Repairs of the network."""

from __future__ import annotations

from archlab.sandboxes.engine.acts import rule
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.edits.editing import edits
from archlab.sandboxes.engine.readers.ec2 import ANYWHERE
from archlab.sandboxes.engine.scene import Scene

VPC = "AWS::EC2::VPC"


@edits(
    "close_egress", "Take back the rule for everything", Scene.app_groups, "sg_egress_restricted"
)
def close_egress(scene: Scene, made: Made) -> None:
    scene.client("ec2").revoke_security_group_egress(
        GroupId=made.attributes["GroupId"], IpPermissions=rule("-1", 0, ANYWHERE)
    )


@edits("create_flow_log", "Record all connections of the network", VPC, "vpc_flow_logs")
def create_flow_log(scene: Scene, made: Made) -> None:
    """To the log group and with the role that the template made for the old one."""
    old = scene.helper("AWS::EC2::FlowLog")
    role = scene.helper("AWS::IAM::Role", old).attributes["Arn"]
    group = scene.helper("AWS::Logs::LogGroup", old).physical_id
    scene.client("ec2").create_flow_logs(
        ResourceIds=[made.physical_id],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName=group,
        DeliverLogsPermissionArn=role,
    )


@edits(
    "route_through_nat",
    "Lead a private table to the NAT gateway",
    Scene.private_tables,
    "private_route_via_nat",
)
def route_through_nat(scene: Scene, made: Made) -> None:
    scene.client("ec2").create_route(
        RouteTableId=made.physical_id,
        DestinationCidrBlock=ANYWHERE,
        NatGatewayId=scene.helper("AWS::EC2::NatGateway").physical_id,
    )


@edits("create_s3_endpoint", "Make a gateway endpoint for S3", VPC, "s3_gateway_endpoint")
def create_s3_endpoint(scene: Scene, made: Made) -> None:
    ec2 = scene.client("ec2")
    ec2.create_vpc_endpoint(
        VpcId=made.physical_id,
        ServiceName=f"com.amazonaws.{ec2.meta.region_name}.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=[one.physical_id for one in scene.private_tables()],
    )


@edits(
    "delete_default_route",
    "Take the way out of a private table",
    Scene.private_tables,
    "no_nat_gateway",
)
def delete_default_route(scene: Scene, made: Made) -> None:
    scene.client("ec2").delete_route(RouteTableId=made.physical_id, DestinationCidrBlock=ANYWHERE)


@edits(
    "close_machine",
    "Take back the rule that lets anybody in",
    Scene.machine_groups,
    "sg_ingress_cdn_only",
)
def close_machine(scene: Scene, made: Made) -> None:
    scene.client("ec2").revoke_security_group_ingress(
        GroupId=made.attributes["GroupId"], IpPermissions=rule("tcp", 80, ANYWHERE)
    )
