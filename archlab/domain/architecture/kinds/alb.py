"""Application load balancer: hours, capacity units and one public address per zone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import (
    HTTP,
    HTTPS,
    Json,
    Metric,
    Need,
    NotDeployable,
    Resource,
    Resources,
    Site,
)
from archlab.domain.pricing import Usage

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"


class Alb(Component):
    title: ClassVar[str] = "Load balancer"
    category: ClassVar[Glyph] = "network"

    kind: Literal["alb"] = "alb"
    lcu: Decimal = Field(Decimal(0), ge=0, description="capacity units in use, on average")
    zones: int = Field(2, ge=2, le=6, description="availability zones; at least two")
    public_ipv4: bool = Field(default=True, description="faces the internet: one address per zone")
    idle_s: int = Field(60, ge=1, le=4000, description="seconds until an idle connection is cut")
    https: bool = Field(default=True, description="listens with a certificate")
    sticky: bool = Field(default=False, description="a visitor stays with one target")

    health_path: str = Field(
        "/health", pattern=r"^/[\w./-]*$", description="path that the balancer asks for health"
    )
    health_interval_s: int = Field(10, ge=5, le=300, description="seconds between health checks")
    single_zone: bool = Field(
        default=False, description="one zone, which AWS refuses: a mistake that a lab may plant"
    )
    health_failures: int = Field(3, ge=2, le=10, description="failures in a row that count")

    def usage(self, context: Context) -> list[Usage]:
        used = [
            Usage("AWSELB:alb.hour", context.hours),
            Usage("AWSELB:alb.lcu", self.lcu * context.hours),
        ]
        if self.public_ipv4:
            used.append(Usage("AmazonVPC:public-ipv4.in-use.hour", self.zones * context.hours))
        return used

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network"})

    @property
    def port(self) -> int:
        return HTTPS if self.https else HTTP

    def resources(self, site: Site) -> Resources:
        targets = self._targets_of(site)
        if not targets:
            raise NotDeployable("The balancer needs a target: link it to a service or a group.")
        forward = site.ref(self, f"For{site.id(targets[0])}")
        return {
            **site.firewall(self, ports=(HTTP, HTTPS) if self.https else (HTTP,)),
            "": self._balancer(site),
            **{f"For{site.id(target)}": self._targets(site, target) for target in targets},
            **self._listeners(site, forward),
            **{
                f"RuleFor{site.id(target)}": self._rule(site, target, path, number)
                for number, (target, path) in enumerate(_paths(targets), 1)
            },
        }

    def _balancer(self, site: Site) -> Resource:
        idle = {"Key": "idle_timeout.timeout_seconds", "Value": str(self.idle_s)}
        return Resource(
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            {
                "Type": "application",
                "Scheme": "internet-facing" if self.public_ipv4 else "internal",
                "Subnets": site.subnets(
                    1 if self.single_zone else self.zones, public=self.public_ipv4
                ),
                "SecurityGroups": [site.group(self)],
                "LoadBalancerAttributes": [idle],
            },
        )

    def _targets(self, site: Site, target: Component) -> Resource:
        sticky = {"Key": "stickiness.enabled", "Value": "true" if self.sticky else "false"}
        return Resource(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            {
                "VpcId": site.vpc,
                "Protocol": "HTTP",
                "Port": target.port,
                "TargetType": "ip" if target.balanced == "address" else "instance",
                "HealthCheckPath": self.health_path,
                "HealthCheckIntervalSeconds": self.health_interval_s,
                "UnhealthyThresholdCount": self.health_failures,
                "TargetGroupAttributes": [sticky, {"Key": "stickiness.type", "Value": "lb_cookie"}],
            },
        )

    def _listeners(self, site: Site, forward: Json) -> Resources:
        """Plain HTTP redirects where there is a certificate, and serves where there is none."""
        onward = [{"Type": "forward", "TargetGroupArn": forward}]
        plain: dict[str, Json] = {
            "LoadBalancerArn": site.ref(self),
            "Protocol": "HTTP",
            "Port": HTTP,
        }
        if not self.https:
            return {"Plain": Resource(LISTENER, {**plain, "DefaultActions": onward})}
        redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
        away: Json = [{"Type": "redirect", "RedirectConfig": redirect}]
        return {
            "Certificate": Resource(
                "AWS::CertificateManager::Certificate",
                {"DomainName": {"Ref": "DomainName"}, "ValidationMethod": "DNS"},
                condition="MakesCertificate",
            ),
            "Plain": Resource(
                LISTENER, {**plain, "DefaultActions": {"Fn::If": ["HasCertificate", away, onward]}}
            ),
            "Secure": Resource(
                LISTENER,
                {
                    "LoadBalancerArn": site.ref(self),
                    "Protocol": "HTTPS",
                    "Port": HTTPS,
                    "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                    "Certificates": [{"CertificateArn": self._certificate(site)}],
                    "DefaultActions": onward,
                },
                condition="HasCertificate",
            ),
        }

    def _certificate(self, site: Site) -> Json:
        own, given = site.ref(self, "Certificate"), {"Ref": "CertificateArn"}
        return {"Fn::If": ["MakesCertificate", own, given]}

    def entrance(self, site: Site, target: Component) -> str:
        """The logical id of what must stand before a service may register there."""
        return site.id(self, f"RuleFor{site.id(target)}")

    def _targets_of(self, site: Site) -> list[Component]:
        return [one for one in site.called(self, Component) if one.port and one.balanced]

    def _rule(self, site: Site, target: Component, path: str, number: int) -> Resource:
        secure, plain = site.ref(self, "Secure"), site.ref(self, "Plain")
        listener: Json = {"Fn::If": ["HasCertificate", secure, plain]} if self.https else plain
        return Resource(
            "AWS::ElasticLoadBalancingV2::ListenerRule",
            {
                "ListenerArn": listener,
                "Priority": number,
                "Conditions": [{"Field": "path-pattern", "Values": [path]}],
                "Actions": [
                    {"Type": "forward", "TargetGroupArn": site.ref(self, f"For{site.id(target)}")}
                ],
            },
        )

    def watched(self, site: Site) -> tuple[Metric, ...]:
        of = {"LoadBalancer": site.att(self, "", "LoadBalancerFullName")}
        return (
            Metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", of, 10, statistic="Sum"),
            Metric("AWS/ApplicationELB", "TargetResponseTime", of, 1),
        )

    def detail(self) -> str:
        return f"{self.zones} zones"


def _paths(targets: Sequence[Component]) -> list[tuple[Component, str]]:
    """Each target with its path: the first one takes what the others leave."""
    first, *others = targets
    return [*((other, f"/{other.id}/*") for other in others), (first, "/*")]
