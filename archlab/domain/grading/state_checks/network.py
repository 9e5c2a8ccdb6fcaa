"""Checks of the network: what goes out, what comes in, what is written down."""

from __future__ import annotations

from archlab.domain.grading.state_checks.check import Check, Finding, Subject, said

HTTPS, NAMES = 443, 53
ANYWHERE = ("0.0.0.0/0", "::/0")
TABLES = ("ec2:DescribeRouteTables",)
GROUPS = ("ec2:DescribeSecurityGroups",)


def _egress(subject: Subject) -> Finding:
    if subject["all_protocols"]:
        return Finding("everything", "every protocol to every port")
    known = {NAMES, *subject["answered_ports"]}
    for way in subject["rules"]:
        ports = f"ports {way['from']} to {way['to']} of {way['range']}"
        if way["from"] != way["to"] or way["from"] not in (HTTPS, *known):
            return Finding("more_ports", ports)
        if way["range"] in ANYWHERE and way["from"] != HTTPS:
            return Finding("outside", ports)
    return Finding("", said("ports", sorted({HTTPS, *known})))


def _flow_logs(subject: Subject) -> Finding:
    traffic = subject["traffic"]
    if not traffic:
        return Finding("no_log", "no flow log")
    return Finding("" if "ALL" in traffic else "partial", said("traffic", traffic))


def _via_nat(subject: Subject) -> Finding:
    way = subject["default_route"]
    if way is None:
        return Finding("no_way", "no way out")
    return Finding("" if way.startswith("nat-") else "other_way", f"through {way}")


def _endpoint(subject: Subject) -> Finding:
    services = subject["gateway_endpoints"]
    found = any(name.endswith(".s3") for name in services)
    return Finding("" if found else "no_endpoint", said("gateway endpoints", services))


def _no_nat(subject: Subject) -> Finding:
    gateways, routed = subject["nat_gateways"], subject["tables_with_exit"]
    if gateways:
        return Finding("gateway", said("nat gateways", gateways))
    if routed:
        return Finding("way_out", f"a way out of {', '.join(routed)}")
    return Finding("", "no NAT gateway, no way out")


def _edge_only(subject: Subject) -> Finding:
    ranges, known = subject["ranges"], subject["prefix_lists"]
    strangers = sorted({*subject["groups"], *known} - set(subject["edge_lists"]))
    if ranges:
        return Finding("open_ranges", f"open to {', '.join(ranges)}")
    if strangers:
        return Finding("strangers", f"open to {', '.join(strangers)}")
    return Finding("" if known else "nobody", said("open to", known))


CHECKS = (
    Check(
        id="sg_egress_restricted",
        title="The application connects only where it must",
        expected="HTTPS, names, and the ports on which this system answers; nothing else",
        lesson="The intruder of this story was noticed by what went out, not by what came in.",
        origin="seed",
        seeds=("003",),
        kinds=("fargate_service", "ec2_group", "ec2_instance"),
        reader="app_groups",
        reads=GROUPS,
        look=_egress,
        reasons={
            "everything": "The group lets everything out.",
            "more_ports": "The group opens ports on which nothing of this system answers.",
            "outside": "The group opens a port of this system to the whole internet.",
        },
    ),
    Check(
        id="vpc_flow_logs",
        title="The network keeps a record of its connections",
        expected="a flow log on the network for all traffic",
        lesson="Without a record nobody can say after an incident what left the network.",
        origin="seed",
        seeds=("003",),
        kinds=("flow_logs",),
        reader="networks",
        reads=("ec2:DescribeFlowLogs",),
        look=_flow_logs,
        reasons={
            "no_log": "Nothing records the connections of the network.",
            "partial": "Only a part of the traffic is recorded.",
        },
    ),
    Check(
        id="private_route_via_nat",
        title="Private subnets go out through a NAT gateway",
        expected="the default route of every private table leads to a NAT gateway",
        lesson="A private subnet needs a way out for images and calls, and the way is on the bill.",
        origin="seed",
        seeds=("000",),
        kinds=("nat_gateway",),
        reader="private_tables",
        reads=TABLES,
        look=_via_nat,
        reasons={
            "no_way": "A private subnet has no way out.",
            "other_way": "A private subnet goes out by another way.",
        },
    ),
    Check(
        id="s3_gateway_endpoint",
        title="Traffic to S3 stays inside",
        expected="a gateway endpoint for S3 on every private table",
        lesson="The endpoint is free; without it every image layer is paid at the NAT gateway.",
        origin="seed",
        seeds=("000",),
        kinds=("vpc_endpoint",),
        reader="table_endpoints",
        reads=(*TABLES, "ec2:DescribeVpcEndpoints"),
        look=_endpoint,
        reasons={"no_endpoint": "A private table has no gateway endpoint for S3."},
    ),
    Check(
        id="no_nat_gateway",
        title="The network does without a NAT gateway",
        expected="no NAT gateway and no default route in a private table",
        lesson="What needs nothing from outside needs no way out, and none has to be paid.",
        origin="seed",
        seeds=("000",),
        kinds=("vpc_endpoint", "fargate_service", "lambda_function"),
        reader="network_exits",
        reads=("ec2:DescribeNatGateways", *TABLES),
        look=_no_nat,
        reasons={
            "gateway": "The network has a NAT gateway.",
            "way_out": "A private table has a default route.",
        },
    ),
    Check(
        id="sg_ingress_cdn_only",
        title="Only the edge may call the machine",
        expected="every rule names the address list of the CDN",
        lesson="Whoever knows the address of the machine passes by the firewall at the edge.",
        origin="adapted",
        seeds=("001",),
        kinds=("ec2_group", "ec2_instance"),
        reader="machine_groups",
        reads=GROUPS,
        look=_edge_only,
        reasons={
            "open_ranges": "The group lets in a range of addresses.",
            "strangers": "The group lets in others than the edge.",
            "nobody": "The group lets in nobody, so the edge cannot call either.",
        },
    ),
)
