"""A web ACL: the list itself, each of its rules, and the requests that it inspects."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Json, NotDeployable, Resource, Resources, Site
from archlab.domain.architecture.kinds.alb import Alb
from archlab.domain.architecture.kinds.cloudfront import Cloudfront
from archlab.domain.pricing import Usage

MANAGED = (
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesSQLiRuleSet",
)


class WafAcl(Component):
    title: ClassVar[str] = "Web firewall"
    category: ClassVar[Glyph] = "guard"

    guards: ClassVar[bool] = True

    kind: Literal["waf_acl"] = "waf_acl"
    rules: int = Field(1, ge=0, le=100, description="own rules and managed groups")
    requests: Decimal = Field(Decimal(0), ge=0, description="inspected requests per month")

    bot_control: bool = Field(default=False, description="managed bot control, common level")

    rate_limited: bool = Field(
        default=True, description="the first rule limits how often one address calls"
    )

    def usage(self, context: Context) -> list[Usage]:
        used = [
            Usage("awswaf:web-acl", Decimal(1)),
            Usage("awswaf:rule", Decimal(self.rules)),
            Usage("awswaf:request", self.requests),
        ]
        if self.bot_control:
            used += [
                Usage("awswaf:bot-control", Decimal(1)),
                Usage("awswaf:bot-control.request.common", self.requests),
            ]
        return used

    def resources(self, site: Site) -> Resources:
        """For the edge where one stands behind it, else for the balancers."""
        edges, balancers = site.beside(self, Cloudfront), site.beside(self, Alb)
        if edges and site.region != "us-east-1":
            raise NotDeployable("A firewall of the edge exists in us-east-1 alone.")
        acl = Resource(
            "AWS::WAFv2::WebACL",
            {
                "Scope": "CLOUDFRONT" if edges else "REGIONAL",
                "DefaultAction": {"Allow": {}},
                "VisibilityConfig": _seen(site.id(self)),
                "Rules": [self._rule(number) for number in range(self.rules)],
            },
        )
        shields = (
            {}
            if edges
            else {
                f"For{site.id(balancer)}": Resource(
                    "AWS::WAFv2::WebACLAssociation",
                    {"ResourceArn": site.ref(balancer), "WebACLArn": site.att(self, "", "Arn")},
                )
                for balancer in balancers
            }
        )
        return {"": acl, **shields}

    def _rule(self, number: int) -> Json:
        if number == 0 and self.rate_limited:
            limit: Json = {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}}
            return {
                "Name": "rate",
                "Priority": 0,
                "Action": {"Block": {}},
                "Statement": limit,
                "VisibilityConfig": _seen("rate"),
            }
        name = MANAGED[(number - 1) % len(MANAGED)]
        return {
            "Name": f"{name}-{number}",
            "Priority": number,
            "OverrideAction": {"None": {}},
            "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}},
            "VisibilityConfig": _seen(f"{name}{number}"),
        }

    def detail(self) -> str:
        return "1 rule" if self.rules == 1 else f"{self.rules} rules"


def _seen(name: str) -> Json:
    return {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": name}
