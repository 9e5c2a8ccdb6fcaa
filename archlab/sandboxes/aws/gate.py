"""What a template must be before it may cost money: few, small, private, tagged, easily deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from archlab.domain.cloudformation.compiler import LONGEST, MOST_RESOURCES
from archlab.domain.cloudformation.tags import EXPIRES, RUN, tags_of
from archlab.sandboxes.aws.hidden import HIDDEN
from archlab.sandboxes.aws.plan import Objected, Objection, Plan
from archlab.sandboxes.aws.services import CACHES, DATABASES, MACHINES, TYPES

Rule = Callable[[Plan], Iterator[Objection]]
Linter = Callable[[str, str], Iterator[Objection]]

MOST = {
    "AWS::EC2::EIP": 2,
    "AWS::EC2::Instance": 2,
    "AWS::EC2::NatGateway": 1,
    "AWS::EC2::VPC": 1,
    "AWS::ElastiCache::ReplicationGroup": 1,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 1,
    "AWS::RDS::DBInstance": 1,
}
COPIES = (
    ("ECS::Service", "DesiredCount"),
    ("AutoScaling::AutoScalingGroup", "MaxSize"),
    ("ApplicationAutoScaling::ScalableTarget", "MaxCapacity"),
    ("ElastiCache::ReplicationGroup", "NumCacheClusters"),
)
MOST_COPIES = 2
SIZES = (
    ("EC2::Instance", "InstanceType", MACHINES),
    ("RDS::DBInstance", "DBInstanceClass", DATABASES),
    ("ElastiCache::ReplicationGroup", "CacheNodeType", CACHES),
)
SLOW = ("AWS::CloudFront::Distribution",)
KEEP_DATA = frozenset(
    {
        "AWS::EC2::Volume",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
    }
)
"""Without a word of ours CloudFormation keeps a snapshot of these, which costs on."""
PROTECTED = (
    ("RDS::DBInstance", "DeletionProtection"),
    ("DynamoDB::Table", "DeletionProtectionEnabled"),
)
OUTDATED = frozenset({"W3690", "W3691"})
"""An engine version that RDS no longer takes is a warning there, and a failed launch here."""


def require_gate(plan: Plan, *, linter: Linter | None = None) -> None:
    """Raises Objected with all reasons against this plan."""
    found = tuple(objections(plan, linter=linter))
    if found:
        raise Objected(found)


def objections(plan: Plan, *, linter: Linter | None = None) -> Iterator[Objection]:
    """Every reason against a launch; cfn-lint is asked only where our own rules hold."""
    own = tuple(chain.from_iterable(rule(plan) for rule in (*RULES, *HIDDEN)))
    yield from own or (linter or linted)(plan.template.text, plan.region)


def linted(text: str, region: str) -> Iterator[Objection]:
    """What cfn-lint holds to be an error in this region."""
    from cfnlint.api import ManualArgs, lint  # 0.3 s and 67 MB: jobs alone need it

    for match in lint(text, config=ManualArgs(regions=[region])):
        if match.rule.id.startswith("E") or match.rule.id in OUTDATED:
            yield Objection("/".join(str(word) for word in match.path or ()), match.message)


def _known(plan: Plan) -> Iterator[Objection]:
    for name, one in plan.resources.items():
        if one["Type"] not in TYPES:
            yield Objection(_at(name), f"{one['Type']} is not launched in a real account.")
    for name in plan.parameters:
        if name not in plan.values:
            yield Objection(f"Parameters/{name}", "The template has no such parameter.")


def _sized(plan: Plan) -> Iterator[Objection]:
    if len(plan.template.text.encode()) > LONGEST or len(plan.resources) > MOST_RESOURCES:
        yield Objection(
            "Resources", f"At most {LONGEST:,} bytes and {MOST_RESOURCES} resources are launched."
        )
    for type_, most in MOST.items():
        count = sum(1 for one in plan.resources.values() if one["Type"] == type_)
        if count > most:
            yield Objection("Resources", f"{count} x {type_}; a launch takes {most} at most.")
    for type_, key in COPIES:
        for name, given in plan.of(type_):
            if _number(given.get(key, 0)) > MOST_COPIES:
                said = f"{given[key]} copies; a launch takes {MOST_COPIES} at most."
                yield Objection(_at(name, key), said)


def _number(value: Any) -> int:
    """What cannot be read as a number counts as too many."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else MOST_COPIES + 1


def _small(plan: Plan) -> Iterator[Objection]:
    for type_, key, sizes in SIZES:
        for name, given in plan.of(type_):
            yield from _size(_at(name, key), given.get(key), sizes)
    for name, given in plan.of("EC2::LaunchTemplate"):
        size = given.get("LaunchTemplateData", {}).get("InstanceType")
        yield from _size(_at(name), size, MACHINES)
    for name, given in plan.of("AutoScaling::AutoScalingGroup"):
        for size in _overrides(given):
            yield from _size(_at(name), size, MACHINES)


def _size(place: str, size: Any, sizes: tuple[str, ...]) -> Iterator[Objection]:
    if size not in sizes:
        yield Objection(place, f"{size} is not among {', '.join(sizes)}.")


def _overrides(group: Mapping[str, Any]) -> Iterator[Any]:
    mixed = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    for one in mixed.get("Overrides", ()):
        yield one.get("InstanceType")


def _private(plan: Plan) -> Iterator[Objection]:
    for name, given in plan.of("RDS::DBInstance"):
        if given.get("PubliclyAccessible") is not False:
            said = "A database that the internet can reach is not launched."
            yield Objection(_at(name, "PubliclyAccessible"), said)
    for name, given in plan.of("S3::Bucket"):
        closed = given.get("PublicAccessBlockConfiguration", {})
        if len(closed) < 4 or not all(value is True for value in closed.values()):
            yield Objection(_at(name), "A bucket must block all public access.")


def _quick(plan: Plan) -> Iterator[Objection]:
    if plan.slow:
        return
    for name, one in plan.resources.items():
        if one["Type"] in SLOW:
            yield Objection(_at(name), "It takes many minutes to make and to delete: leave it out.")
    for name, given in plan.of("RDS::DBInstance"):
        if given.get("MultiAZ") not in (None, False):
            said = "A standby takes many minutes more: launch without it."
            yield Objection(_at(name, "MultiAZ"), said)


def _deletable(plan: Plan) -> Iterator[Objection]:
    for name, one in plan.resources.items():
        for key in ("DeletionPolicy", "UpdateReplacePolicy"):
            default = "Snapshot" if one["Type"] in KEEP_DATA else "Delete"
            if one.get(key, default) != "Delete":
                yield Objection(_at(name, key), "It must be Delete, or something stays and costs.")
    for name, given in plan.of("ECR::Repository"):
        if given.get("EmptyOnDelete") is not True:
            said = "It must be true: a repository with images cannot be deleted."
            yield Objection(_at(name, "EmptyOnDelete"), said)


def _unprotected(plan: Plan) -> Iterator[Objection]:
    for type_, key in PROTECTED:
        for name, given in plan.of(type_):
            if given.get(key) not in (None, False):
                yield Objection(_at(name, key), "It must be false, or nothing can delete it.")
    for name, given in plan.of("ElasticLoadBalancingV2::LoadBalancer"):
        set_ = {one["Key"]: str(one["Value"]) for one in given.get("LoadBalancerAttributes", ())}
        if set_.get("deletion_protection.enabled", "false") != "false":
            yield Objection(_at(name), "Its deletion protection must be off.")


def _tagged(plan: Plan) -> Iterator[Objection]:
    for name, one in plan.resources.items():
        given = one.get("Properties", {})
        for key in tags_of(str(one["Type"])):
            if not {RUN, EXPIRES} <= set(_keys(given.get(key))):
                yield Objection(_at(name, key), f"It needs the tags {RUN} and {EXPIRES}.")


def _keys(tags: Any) -> Iterator[str]:
    """The keys of tags in any of CloudFormation's forms."""
    if isinstance(tags, Mapping):
        yield from tags
    for one in tags if isinstance(tags, list) else ():
        yield from _keys(one["Tags"]) if "Tags" in one else (str(one.get("Key")),)


def _at(name: str, key: str = "") -> str:
    return f"Resources/{name}" + (f"/{key}" if key else "")


RULES: tuple[Rule, ...] = (
    _known,
    _sized,
    _small,
    _private,
    _quick,
    _deletable,
    _unprotected,
    _tagged,
)
