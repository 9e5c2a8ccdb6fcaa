"""Roles and what carries them onto a machine."""

from __future__ import annotations

import json

from archlab.sandboxes.engine.contract import Context, Created, Made, handler, once, tag_list
from archlab.sandboxes.engine.handlers.calls import seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GONE = "NoSuchEntity"


def _role(context: Context, properties: Properties) -> Created:
    iam = context.client("iam")
    name = properties.text("RoleName", context.name)
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
        **properties.pick("Description", "MaxSessionDuration", "Path", "PermissionsBoundary"),
        **tag_list(properties),
    )["Role"]
    for arn in properties.texts("ManagedPolicyArns"):
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    for policy in properties.lists("Policies"):
        iam.put_role_policy(
            RoleName=name,
            PolicyName=policy.text("PolicyName"),
            PolicyDocument=json.dumps(policy["PolicyDocument"]),
        )
    return Created(name, {"Arn": made["Arn"], "RoleId": made["RoleId"]})


def _delete_role(context: Context, made: Made) -> None:
    """A role goes only when nothing is attached to it, whoever attached it."""
    iam = context.client("iam")
    name = made.physical_id

    def delete() -> None:
        for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
            for one in page["AttachedPolicies"]:
                iam.detach_role_policy(RoleName=name, PolicyArn=one["PolicyArn"])
        for page in iam.get_paginator("list_role_policies").paginate(RoleName=name):
            for policy in page["PolicyNames"]:
                iam.delete_role_policy(RoleName=name, PolicyName=policy)
        iam.delete_role(RoleName=name)

    once(delete, _GONE)


def _profile(context: Context, properties: Properties) -> Created:
    iam = context.client("iam")
    name = properties.text("InstanceProfileName", context.name)
    made = iam.create_instance_profile(InstanceProfileName=name, **properties.pick("Path"))
    for role in properties.texts("Roles"):
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
    return Created(name, {"Arn": made["InstanceProfile"]["Arn"]})


def _delete_profile(context: Context, made: Made) -> None:
    iam = context.client("iam")
    name = made.physical_id

    def delete() -> None:
        profile = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
        for role in profile["Roles"]:
            iam.remove_role_from_instance_profile(
                InstanceProfileName=name, RoleName=role["RoleName"]
            )
        iam.delete_instance_profile(InstanceProfileName=name)

    once(delete, _GONE)


HANDLERS = (
    handler(
        "AWS::IAM::Role",
        "AssumeRolePolicyDocument* Description ManagedPolicyArns[] MaxSessionDuration Path"
        f" PermissionsBoundary Policies[PolicyName PolicyDocument*] RoleName {TAGS}",
        _role,
        _delete_role,
        seen_by("iam", "get_role", "RoleName", "Role", _GONE, one=True),
        "Arn RoleId",
    ),
    handler(
        "AWS::IAM::InstanceProfile",
        "InstanceProfileName Path Roles[]",
        _profile,
        _delete_profile,
        seen_by(
            "iam", "get_instance_profile", "InstanceProfileName", "InstanceProfile", _GONE, one=True
        ),
        "Arn",
    ),
)
