"""Architecture -> template: what stands where, who may what, and what cannot be deployed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import builders
import pytest
from cfnlint.api import ManualArgs, lint
from sampling import sampled

from archlab.domain.architecture import KINDS, Architecture, Component, Link
from archlab.domain.cloudformation import Undeployable, compile_template, template_of
from archlab.domain.cloudformation.compiler import LONGEST, REGIONS

SLUGS = ("lambda-to-fargate", "spot-mvp", "ec2-to-lambda", "vps-to-aws", "eight-services")
DOCUMENTED = [
    ("lambda-to-fargate", "serverless"),
    ("lambda-to-fargate", "fargate"),
    ("spot-mvp", "spot"),
    ("ec2-to-lambda", "ec2"),
    ("ec2-to-lambda", "lambda"),
    ("vps-to-aws", "aws"),
    ("eight-services", "minimum"),
    ("eight-services", "documented"),
]


def architecture(slug: str, name: str) -> Architecture:
    return builders.pack(slug)[0].architectures[name]


@cache
def deployable() -> list[tuple[str, str]]:
    return [*_deployable()]


def _deployable() -> Iterator[tuple[str, str]]:
    for slug in SLUGS:
        for name, system in builders.pack(slug)[0].architectures.items():
            try:
                compile_template(system)
            except Undeployable:
                continue
            yield slug, name


def small(*components: Component, links: tuple[Link, ...] = ()) -> Architecture:
    parts = {one.id: one for one in components}
    return Architecture("small", "Small", "us-east-1", parts, links=links)


def part(kind: str, id_: str, **parameters: object) -> Component:
    return KINDS[kind].model_validate({"kind": kind, "id": id_, **parameters})


def resources(system: Architecture) -> Any:
    return compile_template(system)["Resources"]


def service(**more: object) -> Component:
    return part("fargate_service", "api", cpu=256, memory_mib=512, **more)


@pytest.mark.parametrize(("slug", "name"), DOCUMENTED)
def test_every_documented_system_on_aws_has_a_template(slug: str, name: str) -> None:
    template = template_of(architecture(slug, name))
    assert len(template.text.encode()) <= LONGEST
    owners = set(template.component_of.values())
    assert owners <= set(architecture(slug, name).components)


def test_cfn_lint_finds_nothing_in_any_template_in_any_region() -> None:
    found = []
    for slug, name in sampled(deployable(), 6):
        text = template_of(architecture(slug, name)).text
        matches = lint(text, config=ManualArgs(regions=[architecture(slug, name).region]))
        found += [f"{slug}/{name}: {match.rule.id} {match.message}" for match in matches]
    assert found == []


def test_cfn_lint_would_find_something() -> None:
    body = compile_template(architecture("lambda-to-fargate", "serverless"))
    bad = json.loads(json.dumps(body))
    bad["Resources"]["Function"]["Properties"]["MemorySize"] = 1
    assert lint(json.dumps(bad), config=ManualArgs(regions=["us-east-1"]))


def test_the_same_architecture_gives_the_same_bytes() -> None:
    once, again = (template_of(architecture("vps-to-aws", "aws")) for _ in range(2))
    assert once.text == again.text
    assert once.sha256 == again.sha256


@pytest.mark.parametrize(
    ("slug", "name", "component", "reason"),
    [
        ("vps-to-aws", "vps", "box", "another provider"),
        ("spot-mvp", "eks", "plane", "quarter of an hour"),
        ("lambda-to-fargate", "small-vps", "cdn", "needs something behind it"),
        ("vps-to-aws", "aurora-one", "db", "by price alone"),
        ("lambda-to-fargate", "idea", "laptop", "belongs to somebody else"),
    ],
)
def test_what_cannot_be_deployed_is_named_with_the_reason(
    slug: str, name: str, component: str, reason: str
) -> None:
    with pytest.raises(Undeployable) as raised:
        compile_template(architecture(slug, name))
    said = {one.component: one.reason for one in raised.value.reasons}
    assert reason in said[component]


def test_the_services_of_others_stand_outside_and_are_named() -> None:
    template = template_of(architecture("spot-mvp", "spot"))
    assert [one.component for one in template.outside] == ["front", "db", "worker"]


def test_a_region_that_the_sandbox_does_not_know_is_refused() -> None:
    system = Architecture("far", "Far", "ap-south-1", {"q": part("sqs_queue", "q")})
    with pytest.raises(Undeployable, match=", ".join(REGIONS)):
        compile_template(system)


def test_two_components_with_one_name_in_a_template_are_refused() -> None:
    system = small(part("sqs_queue", "to-do"), part("sqs_queue", "toDo"))
    with pytest.raises(Undeployable, match="makes ToDo as well"):
        compile_template(system)


def test_a_service_is_reached_by_its_callers_alone() -> None:
    lb, api, other = part("alb", "lb"), service(), part("elasticache", "cache", **CACHE)
    system = small(lb, api, other, links=(Link("lb", "api"), Link("api", "cache")))
    group = resources(system)["ApiGroup"]["Properties"]
    assert [rule["SourceSecurityGroupId"] for rule in group["SecurityGroupIngress"]] == [
        {"Fn::GetAtt": ["LbGroup", "GroupId"]}
    ]
    ports = {(rule["IpProtocol"], rule["FromPort"]) for rule in group["SecurityGroupEgress"]}
    assert ports == {("tcp", 443), ("udp", 53), ("tcp", 53), ("tcp", 6379)}


CACHE = {"class": "cache.t4g.micro"}


def test_a_group_beside_a_service_opens_its_way_out() -> None:
    system = small(
        service(), part("security_group", "sg", egress="all"), links=(Link("sg", "api"),)
    )
    rules = resources(system)["ApiGroup"]["Properties"]["SecurityGroupEgress"]
    assert [rule["IpProtocol"] for rule in rules] == ["-1"]


def test_a_function_may_do_what_its_links_say_and_nothing_else() -> None:
    function = part("lambda_function", "fn", memory_mib=256, avg_ms=20)
    table = part("dynamodb_table", "table")
    roles = resources(small(function, table, links=(Link("fn", "table"),)))["FnRole"]["Properties"]
    statements = roles["Policies"][0]["PolicyDocument"]["Statement"]
    assert {action for one in statements for action in one["Action"]} == {
        *("logs:CreateLogStream", "logs:PutLogEvents"),
        *(f"dynamodb:{one}Item" for one in ("Get", "Put", "Update", "Delete")),
        "dynamodb:Query",
    }
    assert not any("*" in str(one["Resource"]) for one in statements)


@pytest.mark.parametrize(("gateways", "routes"), [(0, []), (1, [1, 1]), (2, [1, 2])])
def test_private_subnets_go_out_through_the_gateway_of_their_zone(
    gateways: int, routes: list[int]
) -> None:
    nat = [part("nat_gateway", "nat", zones=gateways)] if gateways else []
    found = resources(small(service(), *nat))
    ways = [
        found[f"PrivateRoute{zone}"]["Properties"]["NatGatewayId"]["Ref"]
        for zone in "AB"
        if f"PrivateRoute{zone}" in found
    ]
    assert ways == [f"NatGateway{number}" for number in routes]


@pytest.mark.parametrize(("source", "key"), [("store", "Secrets"), ("env", "Environment")])
def test_a_password_comes_from_where_the_service_says(source: str, key: str) -> None:
    db = part("rds_instance", "db", **{"class": "db.t4g.micro"})
    found = resources(small(service(secrets_from=source), db, links=(Link("api", "db"),)))
    container = found["ApiTask"]["Properties"]["ContainerDefinitions"][0]
    assert [one["Name"] for one in container[key]] == ["DB_PASSWORD"]


def test_nothing_survives_the_deletion_of_a_stack() -> None:
    found = resources(architecture("vps-to-aws", "aws"))
    kept = {"AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::EC2::Volume"}
    for name, resource in found.items():
        if resource["Type"] in kept:
            assert resource["DeletionPolicy"] == "Delete", name
    assert all(
        not one["Properties"].get("DeletionProtection")
        for one in found.values()
        if one["Type"] == "AWS::RDS::DBInstance"
    )


def test_every_taggable_resource_names_its_run_and_its_end() -> None:
    found = resources(architecture("vps-to-aws", "aws"))
    keys = {tag["Key"] for tag in found["Db"]["Properties"]["Tags"]}
    assert keys == {"archlab:run", "archlab:expires"}


def test_every_role_has_the_boundary_that_the_account_asks_for() -> None:
    found = resources(architecture("vps-to-aws", "aws"))
    roles = [one["Properties"] for one in found.values() if one["Type"] == "AWS::IAM::Role"]
    assert roles
    assert all(role["PermissionsBoundary"]["Fn::If"][0] == "HasBoundary" for role in roles)
