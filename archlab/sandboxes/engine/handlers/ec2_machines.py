"""Machines, their disks and templates, and the groups around them."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, handler, keyed
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by, state_is_not
from archlab.sandboxes.engine.handlers.ec2_network import TAGS, tagged
from archlab.sandboxes.engine.strict import Properties

_RULE = "CidrIp CidrIpv6 Description FromPort IpProtocol ToPort"
_SOURCES = "SourceSecurityGroupId SourcePrefixListId"
_TARGETS = "DestinationSecurityGroupId DestinationPrefixListId"
_DISKS = (
    "BlockDeviceMappings[DeviceName"
    " Ebs{DeleteOnTermination Encrypted Iops Throughput VolumeSize VolumeType}]"
)
_METADATA = "MetadataOptions{HttpTokens HttpPutResponseHopLimit HttpEndpoint}"


def _group(context: Context, properties: Properties) -> Created:
    ec2 = context.client("ec2")
    id_ = ec2.create_security_group(
        GroupName=properties.text("GroupName", context.name),
        Description=properties["GroupDescription"],
        VpcId=properties["VpcId"],
        **tagged("security-group", properties),
    )["GroupId"]
    if "SecurityGroupEgress" in properties:
        # every new group lets everything out until its own rules are told
        ec2.revoke_security_group_egress(
            GroupId=id_,
            IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        )
    inward = [_permission(one) for one in properties.lists("SecurityGroupIngress")]
    outward = [_permission(one) for one in properties.lists("SecurityGroupEgress")]
    if inward:
        ec2.authorize_security_group_ingress(GroupId=id_, IpPermissions=inward)
    if outward:
        ec2.authorize_security_group_egress(GroupId=id_, IpPermissions=outward)
    return Created(id_, {"GroupId": id_, "VpcId": properties.text("VpcId")})


_PEERS = {
    "CidrIp": ("IpRanges", "CidrIp"),
    "CidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "SourceSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    "DestinationSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    "SourcePrefixListId": ("PrefixListIds", "PrefixListId"),
    "DestinationPrefixListId": ("PrefixListIds", "PrefixListId"),
}


def _permission(rule: Properties) -> dict[str, Any]:
    """One rule of a template as one permission of the API."""
    found: dict[str, Any] = {"IpProtocol": rule.text("IpProtocol")}
    found |= {name: rule.number(name) for name in ("FromPort", "ToPort") if name in rule}
    note = rule.pick("Description")
    for name, (list_, key) in _PEERS.items():
        if name in rule:
            found[list_] = [{key: rule.text(name), **note}]
    return found


def _instance(context: Context, properties: Properties) -> Created:
    names = ("ImageId", "InstanceType", "SecurityGroupIds", "SubnetId", "MetadataOptions")
    more: dict[str, Any] = properties.pick("BlockDeviceMappings", "UserData", *names)
    if "IamInstanceProfile" in properties:
        more["IamInstanceProfile"] = {"Name": properties["IamInstanceProfile"]}
    made = context.client("ec2").run_instances(
        MinCount=1, MaxCount=1, **more, **tagged("instance", properties)
    )["Instances"][0]
    attributes = {
        "InstanceId": made["InstanceId"],
        "PrivateIp": made["PrivateIpAddress"],
        "PrivateDnsName": made["PrivateDnsName"],
        "AvailabilityZone": made["Placement"]["AvailabilityZone"],
    }
    return Created(made["InstanceId"], attributes)


def _instance_lives(found: Any) -> bool:
    gone = ("terminated", "shutting-down")
    return any(one["State"]["Name"] not in gone for one in found["Instances"])


def _volume(context: Context, properties: Properties) -> Created:
    names = ("AvailabilityZone", "Encrypted", "Iops", "Size", "Throughput", "VolumeType")
    made = context.client("ec2").create_volume(
        **properties.pick(*names), **tagged("volume", properties)
    )
    return Created(made["VolumeId"], {"VolumeId": made["VolumeId"]})


def _launch_template(context: Context, properties: Properties) -> Created:
    kinds = [
        {"ResourceType": one.text("ResourceType"), "Tags": keyed(one)}
        for one in properties.lists("TagSpecifications")
    ]
    made = context.client("ec2").create_launch_template(
        LaunchTemplateName=properties.text("LaunchTemplateName", context.name),
        LaunchTemplateData=properties["LaunchTemplateData"],
        **({"TagSpecifications": kinds} if kinds else {}),
    )["LaunchTemplate"]
    id_ = made["LaunchTemplateId"]
    attributes = {
        "LaunchTemplateId": id_,
        "LatestVersionNumber": str(made["LatestVersionNumber"]),
        "DefaultVersionNumber": str(made["DefaultVersionNumber"]),
    }
    return Created(id_, attributes)


_NO_TEMPLATE = (
    "InvalidLaunchTemplateId.NotFound",
    "InvalidLaunchTemplateId.NotFoundException",
    "InvalidLaunchTemplateName.NotFoundException",
)
_INTERFACE = (
    "NetworkInterfaces[AssociatePublicIpAddress DeleteOnTermination DeviceIndex Groups[] SubnetId]"
)

HANDLERS = (
    handler(
        "AWS::EC2::SecurityGroup",
        f"GroupName GroupDescription VpcId SecurityGroupIngress[{_RULE} {_SOURCES}]"
        f" SecurityGroupEgress[{_RULE} {_TARGETS}] {TAGS}",
        _group,
        deleted_by("ec2", "delete_security_group", "GroupId", "InvalidGroup.NotFound"),
        seen_by(
            "ec2", "describe_security_groups", "GroupIds", "SecurityGroups", "InvalidGroup.NotFound"
        ),
        "GroupId VpcId",
    ),
    handler(
        "AWS::EC2::Instance",
        f"{_DISKS} IamInstanceProfile ImageId InstanceType {_METADATA} SecurityGroupIds[]"
        f" SubnetId UserData {TAGS}",
        _instance,
        lambda context, made: context.client("ec2").terminate_instances(
            InstanceIds=[made.physical_id]
        ),
        seen_by(
            "ec2",
            "describe_instances",
            "InstanceIds",
            "Reservations",
            "InvalidInstanceID.NotFound",
            lives=_instance_lives,
        ),
        "InstanceId PrivateIp PrivateDnsName AvailabilityZone",
    ),
    handler(
        "AWS::EC2::Volume",
        f"AvailabilityZone Encrypted Iops Size Throughput VolumeType {TAGS}",
        _volume,
        deleted_by("ec2", "delete_volume", "VolumeId", "InvalidVolume.NotFound"),
        seen_by(
            "ec2",
            "describe_volumes",
            "VolumeIds",
            "Volumes",
            "InvalidVolume.NotFound",
            lives=state_is_not("State", "deleting", "deleted"),
        ),
        "VolumeId",
    ),
    handler(
        "AWS::EC2::LaunchTemplate",
        f"LaunchTemplateName LaunchTemplateData{{{_DISKS} IamInstanceProfile{{Arn Name}} ImageId"
        f" InstanceType {_METADATA} {_INTERFACE} SecurityGroupIds[] UserData"
        " InstanceMarketOptions{MarketType SpotOptions{SpotInstanceType}}}"
        " TagSpecifications[ResourceType Tags[Key Value]]",
        _launch_template,
        deleted_by("ec2", "delete_launch_template", "LaunchTemplateId", *_NO_TEMPLATE),
        seen_by(
            "ec2",
            "describe_launch_templates",
            "LaunchTemplateIds",
            "LaunchTemplates",
            *_NO_TEMPLATE,
        ),
        "LaunchTemplateId LatestVersionNumber DefaultVersionNumber",
    ),
)
