"""Who may do what in a learner's account: the policies of the bootstrap stack.

The boundary lies around everything but the teardown, which must be able to look into every region.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archlab.sandboxes.aws.connection import (
    BOUNDARY,
    DEPLOY,
    SCHEDULER,
    SCHEDULES,
    SERVICE,
    STACKS,
    TEARDOWN,
)
from archlab.sandboxes.aws.services import CACHES, DATABASES, MACHINES, SERVICES, TYPES

Statement = Mapping[str, Any]

OWN_ROLES = (DEPLOY, SCHEDULER, SERVICE, TEARDOWN)
NOT_OURS = ("account", "aws-marketplace", "billing", "organizations", "payments", "savingsplans")
NO_PEOPLE = (
    *("iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachUserPolicy"),
    *("iam:CreateAccessKey", "iam:CreateGroup", "iam:CreateLoginProfile", "iam:CreatePolicy*"),
    *("iam:CreateUser", "iam:*AccountAlias", "iam:*OpenIDConnectProvider*", "iam:*SAMLProvider*"),
    *("iam:PutGroupPolicy", "iam:PutUserPolicy", "iam:UpdateLoginProfile"),
)
NO_PURCHASE = tuple(f"{one}:Purchase*" for one in ("dynamodb", "ec2", "elasticache", "rds"))
CHANGES_OF_ROLES = tuple(
    f"iam:{verb}*" for verb in ("Attach", "Delete", "Detach", "Put", "Tag", "Untag", "Update")
)


def boundary() -> Mapping[str, Any]:
    """At most this, whatever a role's own policy says."""
    services = sorted({f"{one.prefix}:*" for one in SERVICES.values()})
    placeless = sorted({f"{one.prefix}:*" for one in SERVICES.values() if one.everywhere})
    return _policy(
        _allow([*services, "cloudformation:*", "scheduler:*", "sts:*", "xray:Put*"], "*"),
        _deny([f"{service}:*" for service in NOT_OURS], "*"),
        _deny([*NO_PEOPLE, *NO_PURCHASE], "*"),
        {
            "Effect": "Deny",
            "NotAction": [*placeless, "sts:*"],
            "Resource": "*",
            "Condition": _unless("aws:RequestedRegion", {"Ref": "AWS::Region"}),
        },
        _deny(
            ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
            "*",
            _unless("iam:PermissionsBoundary", _policy_arn()),
        ),
        _deny(["iam:DeleteRolePermissionsBoundary"], "*"),
        _deny(CHANGES_OF_ROLES, [*map(_role, OWN_ROLES), _policy_arn()]),
        _deny(
            ["ec2:RunInstances"],
            _arn("ec2", "instance/*"),
            _unless("ec2:InstanceType", list(MACHINES)),
        ),
        _deny(
            ["rds:CreateDBInstance", "rds:ModifyDBInstance"],
            _arn("rds", "db:*"),
            _unless_given("rds:DatabaseClass", list(DATABASES)),
        ),
        _deny(
            ["elasticache:CreateCacheCluster", "elasticache:CreateReplicationGroup"],
            "*",
            _unless_given("elasticache:CacheNodeType", list(CACHES)),
        ),
    )


def deploy() -> Mapping[str, Any]:
    """Propose and execute change sets with the service role alone, set the end, and look."""
    reads = sorted({f"{one.prefix}:{read}" for one in SERVICES.values() for read in one.reads})
    stacks = _arn("cloudformation", f"stack/{STACKS}*/*")
    machine_images = "arn:${AWS::Partition}:ssm:*::parameter/aws/service/ami-amazon-linux-latest/*"
    proposes = {
        "StringEquals": {"cloudformation:RoleArn": _role(SERVICE)},
        "ForAllValues:StringEquals": {"cloudformation:ResourceTypes": sorted(TYPES)},
        "Null": {"cloudformation:ResourceTypes": "false"},
    }
    return _policy(
        {**_allow(["cloudformation:CreateChangeSet"], stacks), "Condition": proposes},
        _allow(
            [
                *("cloudformation:DeleteChangeSet", "cloudformation:Describe*"),
                *("cloudformation:ExecuteChangeSet", "cloudformation:TagResource"),
            ],
            stacks,
        ),
        _allow(
            [f"scheduler:{verb}Schedule" for verb in ("Create", "Delete", "Get", "Update")],
            _arn("scheduler", f"schedule/{SCHEDULES}/{STACKS}*"),
        ),
        _passes(SERVICE, "cloudformation.amazonaws.com"),
        _passes(SCHEDULER, "scheduler.amazonaws.com"),
        _allow(["ssm:GetParameters"], {"Fn::Sub": machine_images}),
        _allow([*reads, "iam:ListAccountAliases", "iam:ListRoleTags"], "*"),
    )


def service() -> Mapping[str, Any]:
    """Make and delete what a template names; of roles, those that carry our name alone."""
    others = sorted({f"{one.prefix}:*" for one in SERVICES.values()} - {"iam:*"})
    roles = ("AttachRolePolicy", "CreateRole", "DeleteRole", "DeleteRolePolicy", "DetachRolePolicy")
    more = ("GetRole*", "ListRole*", "PassRole", "PutRole*", "TagRole", "UntagRole", "UpdateRole*")
    profiles = ("*InstanceProfile", "ListInstanceProfiles*", "UpdateAssumeRolePolicy")
    ours = [_global("iam", f"{kind}/{STACKS}*") for kind in ("role", "instance-profile")]
    return _policy(
        _allow(others, "*"),
        _allow([f"iam:{verb}" for verb in (*roles, *more, *profiles)], ours),
        _allow(["iam:CreateServiceLinkedRole", "iam:ListAttachedRole*"], "*"),
    )


def teardown() -> Mapping[str, Any]:
    """Look everywhere, delete what carries our name or our tag, and nothing else."""
    tagged = {"StringLike": {"aws:ResourceTag/archlab:run": "*"}}
    stacks = [
        {"Fn::Sub": f"arn:${{AWS::Partition}}:cloudformation:*:${{AWS::AccountId}}:stack/{STACKS}*"}
    ]
    schedules = _arn("scheduler", f"schedule/{SCHEDULES}/{STACKS}*", region="*")
    looks = (
        *("cloudformation:ListStacks", "ec2:Describe*", "ecs:Describe*", "iam:ListRoles"),
        *("kms:DescribeKey", "logs:DescribeLogGroups", "rds:Describe*", "scheduler:ListSchedules"),
        *("secretsmanager:DescribeSecret", "tag:GetResources"),
    )
    return _policy(
        _allow(looks, "*"),
        _allow(
            [
                *("cloudformation:DeleteChangeSet", "cloudformation:DeleteStack"),
                *("cloudformation:Describe*", "cloudformation:ListStackResources"),
            ],
            stacks,
        ),
        _allow(["scheduler:DeleteSchedule"], schedules),
        _passes(SERVICE, "cloudformation.amazonaws.com"),
        _allow(["logs:DeleteLogGroup"], _arn("logs", f"log-group:*{STACKS}*", region="*")),
        {**_allow(["rds:DeleteDBInstanceAutomatedBackup"], "*"), "Condition": tagged},
        _allow(
            ["s3:DeleteObject*", "s3:GetBucketTagging", "s3:ListBucketVersions"],
            [_bucket(f"{STACKS}*"), _bucket(f"{STACKS}*/*")],
        ),
    )


def scheduler() -> Mapping[str, Any]:
    return _policy(
        _allow(["cloudformation:DeleteStack"], _arn("cloudformation", f"stack/{STACKS}*/*"))
    )


def trusts_service(name: str) -> Mapping[str, Any]:
    """Only for this account: the service may not be talked into it by another one."""
    return _policy(
        {
            "Effect": "Allow",
            "Principal": {"Service": f"{name}.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
        }
    )


def trusts_site() -> Mapping[str, Any]:
    return _policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": {"Ref": "TrustedPrincipal"}},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
        }
    )


def _policy(*statements: Statement) -> Mapping[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(actions: Sequence[str], on: Any) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


def _deny(actions: Sequence[str], on: Any, condition: Any = None) -> Statement:
    found = {"Effect": "Deny", "Action": list(actions), "Resource": on}
    return found | ({"Condition": condition} if condition else {})


def _passes(role: str, to: str) -> Statement:
    condition = {"StringEquals": {"iam:PassedToService": to}}
    return {**_allow(["iam:PassRole"], _role(role)), "Condition": condition}


def _unless(key: str, value: Any) -> Mapping[str, Any]:
    return {"StringNotEquals": {key: value}}


def _unless_given(key: str, value: Any) -> Mapping[str, Any]:
    """A change that does not speak of the size may pass."""
    return {"StringNotEqualsIfExists": {key: value}}


def _arn(service_: str, rest: str, *, region: str = "${AWS::Region}") -> Any:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{service_}:{region}:${{AWS::AccountId}}:{rest}"}


def _global(service_: str, rest: str) -> Any:
    return _arn(service_, rest, region="")


def _role(name: str) -> Any:
    return _global("iam", f"role/{name}")


def _policy_arn() -> Any:
    return _global("iam", f"policy/{BOUNDARY}")


def _bucket(name: str) -> Any:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{name}"}
