"""The gate before a launch: each rule refuses what it is for, and a small system passes all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aws_systems import altered, fits, part, small, system

from archlab.domain.architecture import Link
from archlab.domain.cloudformation import Template, template_of
from archlab.sandboxes.aws.gate import linted, objections, require_gate
from archlab.sandboxes.aws.plan import Objected, Objection, Plan

DIGEST = "public.ecr.aws/nginx/nginx@sha256:" + "0" * 64
OWN = "me@learner.example"
ALARM_TO: dict[str, Any] = {"Protocol": "email", "Endpoint": {"Ref": "AlertEmail"}, "TopicArn": "x"}


def silent(_text: str, _region: str) -> Iterator[Objection]:
    return iter(())


def said(template: Template, region: str = "eu-west-1", **more: Any) -> list[str]:
    found = objections(Plan(template, region, **more), linter=silent)
    return [f"{one.place}: {one.said}" for one in found]


def tagged(**properties: Any) -> dict[str, Any]:
    tags = [{"Key": "archlab:run", "Value": "r"}, {"Key": "archlab:expires", "Value": "e"}]
    return {"Tags": tags, **properties}


def small_with(name: str, type_: str, *, keeps: bool = False, **properties: Any) -> Template:
    deleted = {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"} if keeps else {}
    one = {"Type": f"AWS::{type_}", "Properties": properties, **deleted}
    return altered(template_of(small()), **{name: one})


def database(**properties: Any) -> Template:
    given = {"DBInstanceClass": "db.t4g.small", "PubliclyAccessible": False, **properties}
    return small_with("Db", "RDS::DBInstance", keeps=True, **tagged(**given))


def service(count: Any = 1, image: str = DIGEST) -> Template:
    task = {"Type": "AWS::ECS::TaskDefinition", "Properties": tagged(
        ContainerDefinitions=[{"Name": "api", "Image": image}]
    )}  # fmt: skip
    run = {"Type": "AWS::ECS::Service", "Properties": tagged(
        DesiredCount=count, TaskDefinition={"Ref": "Task"}
    )}  # fmt: skip
    return altered(template_of(small()), Task=task, Api=run)


def test_a_small_system_passes_and_cfn_lint_agrees() -> None:
    require_gate(Plan(template_of(small()), "eu-west-1"))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: small_with("Big", "EKS::Cluster"), "AWS::EKS::Cluster is not launched"),
        (lambda: small_with("Own", "CloudFormation::CustomResource"), "is not launched"),
        (lambda: database(DBInstanceClass="db.r6g.large"), "Db/DBInstanceClass: db.r6g.large"),
        (lambda: database(PubliclyAccessible=True), "internet can reach"),
        (lambda: database(PubliclyAccessible="false"), "internet can reach"),
        (lambda: database(MultiAZ=True), "A standby takes"),
        (lambda: database(DeletionProtection=True), "Db/DeletionProtection: It must be false"),
        (lambda: service(3), "3 copies; a launch takes 2"),
        (lambda: service({"Ref": "Many"}), "copies; a launch takes 2"),
        (lambda: service(1, "public.ecr.aws/nginx/nginx:latest"), "public image by its digest"),
        (lambda: service(1, "evil.example/x@sha256:" + "0" * 64), "public image by its digest"),
        (
            lambda: small_with("Box", "EC2::Instance", **tagged(InstanceType="p5.48xlarge")),
            "p5.48xlarge is not among t3.nano",
        ),
        (
            lambda: small_with(
                "Box", "EC2::Instance", **tagged(InstanceType="t4g.nano", ImageId="ami-0abc1234")
            ),
            "by its SSM parameter",
        ),
        (
            lambda: small_with("Images", "ECR::Repository", **tagged(EmptyOnDelete=False)),
            "with images cannot be deleted",
        ),
        (lambda: small_with("Files", "S3::Bucket", **tagged()), "block all public access"),
        (lambda: small_with("Edge", "CloudFront::Distribution", **tagged()), "many minutes"),
        (lambda: small_with("More", "SQS::Queue"), "More/Tags: It needs the tags archlab:run"),
        (
            lambda: small_with("Waf", "WAFv2::WebACL", **tagged(Scope="CLOUDFRONT")),
            "exists in us-east-1 alone",
        ),
        (
            lambda: small_with("Loud", "SNS::Topic", **tagged(KmsMasterKeyId="alias/aws/sns")),
            "under AWS's own key",
        ),
        (
            lambda: small_with("Lb", "ElasticLoadBalancingV2::LoadBalancer", **tagged(Subnets=[1])),
            "subnets in two zones",
        ),
        (
            lambda: small_with(
                "Lb",
                "ElasticLoadBalancingV2::LoadBalancer",
                **tagged(
                    Subnets=[1, 2],
                    LoadBalancerAttributes=[
                        {"Key": "deletion_protection.enabled", "Value": "true"}
                    ],
                ),
            ),
            "deletion protection must be off",
        ),
        (lambda: small_with("Sub", "SNS::Subscription", **ALARM_TO), "your own verified address"),
        (lambda: small_with("Group", "EC2::SecurityGroup", **tagged()), "where it may call"),
    ],
)
def test_what_may_not_be_launched_is_named(make: Callable[[], Template], expected: str) -> None:
    found = said(make())
    assert len(found) == 1, found
    assert expected in found[0]


def test_a_harmless_database_and_service_pass() -> None:
    assert said(database()) == []
    assert said(service(2)) == []
    assert said(service(0, "own:latest")) == []


def test_one_of_a_costly_thing_passes_and_two_do_not() -> None:
    gateways = {
        name: {"Type": "AWS::EC2::NatGateway", "Properties": tagged()} for name in ("One", "Two")
    }
    template = template_of(small())
    assert said(altered(template, One=gateways["One"])) == []
    assert said(altered(template, **gateways)) == [
        "Resources: 2 x AWS::EC2::NatGateway; a launch takes 1 at most."
    ]


def test_a_database_without_a_word_on_deletion_would_leave_a_snapshot() -> None:
    template = database()
    db = json.loads(template.text)["Resources"]["Db"]
    kept = {key: value for key, value in db.items() if not key.endswith("Policy")}
    assert [one.split(":")[0] for one in said(altered(template, Db=kept))] == [
        "Resources/Db/DeletionPolicy",
        "Resources/Db/UpdateReplacePolicy",
    ]


def test_slow_services_pass_where_they_are_asked_for() -> None:
    assert said(database(MultiAZ=True), slow=True) == []


def test_a_certificate_for_a_domain_would_hang_and_none_is_made_without() -> None:
    template = fits()["spot-mvp/with-balancer"]
    place = "ap-southeast-1"
    found = said(template, place, slow=True, parameters={"DomainName": "learner.example"})
    assert len([one for one in found if "Leave DomainName empty" in one]) == 1
    assert said(template, place, slow=True) == []


def test_alarms_may_go_to_the_learner() -> None:
    template = small_with("Sub", "SNS::Subscription", **{**ALARM_TO, "Endpoint": OWN})
    assert said(template, own_email=OWN) == []
    assert len(said(template, own_email="other@learner.example")) == 1


def test_a_parameter_that_the_template_has_not_is_refused() -> None:
    found = said(template_of(small()), parameters={"Size": "huge"})
    assert found == ["Parameters/Size: The template has no such parameter."]


def test_cfn_lint_is_asked_where_our_rules_hold() -> None:
    bad = small_with("More", "SQS::Queue", **tagged(DelaySeconds=901))
    with pytest.raises(Objected, match="901 is greater than the maximum of 900") as refused:
        require_gate(Plan(bad, "eu-west-1"))
    assert refused.value.objections[0].place == "Resources/More/Properties/DelaySeconds"


def test_an_engine_version_that_rds_no_longer_takes_is_refused() -> None:
    db = part("rds_instance", "db", **{"class": "db.t4g.small"})
    template = template_of(system(db, part("client", "user"), links=(Link("user", "db"),)))
    old = json.loads(template.text)["Resources"]["Db"]
    old["Properties"]["EngineVersion"] = "12.9"
    assert list(linted(template.text, "eu-west-1")) == []
    assert list(linted(altered(template, Db=old).text, "eu-west-1")) != []


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"Fn::Equals": [{"Ref": "Run"}, "by-hand"]}, True),
        ({"Fn::Not": [{"Fn::Equals": [{"Ref": "Run"}, "by-hand"]}]}, False),
        ({"Fn::And": [{"Condition": "Yes"}, {"Fn::Equals": ["a", "b"]}]}, False),
        ({"Fn::Or": [{"Condition": "Yes"}, {"Fn::Equals": ["a", "b"]}]}, True),
    ],
)
def test_conditions_are_decided_by_the_parameters(condition: Any, *, holds: bool) -> None:
    template = template_of(small())
    body = {**json.loads(template.text), "Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}}}
    assert Plan(Template(body, {}), "eu-west-1").holds(condition) is holds
