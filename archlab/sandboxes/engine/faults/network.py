"""Mistakes in the network."""

from __future__ import annotations

from archlab.sandboxes.engine.acts import rule
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.faults.planting import plants
from archlab.sandboxes.engine.readers.ec2 import ANYWHERE
from archlab.sandboxes.engine.scene import Scene


@plants("sg_egress_restricted", Scene.app_groups, "The application's group lets everything out.")
def open_egress(scene: Scene, made: Made) -> None:
    scene.client("ec2").authorize_security_group_egress(
        GroupId=made.attributes["GroupId"], IpPermissions=rule("-1", 0, ANYWHERE)
    )


@plants("vpc_flow_logs", "AWS::EC2::FlowLog", "The flow log of the network is gone.")
def delete_flow_logs(scene: Scene, made: Made) -> None:
    scene.client("ec2").delete_flow_logs(FlowLogIds=[made.physical_id])


@plants("private_route_via_nat", Scene.private_tables, "A private table has lost its way out.")
def delete_private_route(scene: Scene, made: Made) -> None:
    scene.client("ec2").delete_route(RouteTableId=made.physical_id, DestinationCidrBlock=ANYWHERE)


@plants("s3_gateway_endpoint", "AWS::EC2::VPCEndpoint", "The endpoint for S3 is gone.")
def delete_endpoint(scene: Scene, made: Made) -> None:
    scene.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[made.physical_id])


@plants("no_nat_gateway", Scene.private_tables, "A private table leads to the internet gateway.")
def open_private_table(scene: Scene, made: Made) -> None:
    gateway = scene.helper("AWS::EC2::InternetGateway").physical_id
    scene.client("ec2").create_route(
        RouteTableId=made.physical_id,
        DestinationCidrBlock=ANYWHERE,
        GatewayId=gateway,
    )


@plants(
    "sg_ingress_cdn_only",
    Scene.machine_groups,
    "The machine answers anybody who knows its address.",
)
def open_machine(scene: Scene, made: Made) -> None:
    scene.client("ec2").authorize_security_group_ingress(
        GroupId=made.attributes["GroupId"], IpPermissions=rule("tcp", 80, ANYWHERE)
    )
