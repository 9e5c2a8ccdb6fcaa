"""A group of virtual machines that grows, shrinks and replaces what it has lost."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from archlab.domain.architecture.component import Component, Context, Glyph, delay
from archlab.domain.architecture.deployable import (
    Json,
    Metric,
    Need,
    NotDeployable,
    Resource,
    Resources,
    Site,
)
from archlab.domain.architecture.failure import (
    FailureMode,
    host_replaced,
    spot_taken_back,
    zone_impaired,
)
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.architecture.kinds.alb import Alb
from archlab.domain.architecture.kinds.ec2_instance import beside_compute, spot_hours
from archlab.domain.architecture.kinds.lambda_function import LambdaFunction
from archlab.domain.architecture.machines import image_of, instance_profile, root_disk
from archlab.domain.latency import Hop
from archlab.domain.pricing import Usage

WARNING = "EC2 Spot Instance Interruption Warning"


class Ec2Group(Component):
    title: ClassVar[str] = "EC2 group"
    category: ClassVar[Glyph] = "compute"
    unmodelled: ClassVar[str] = "failures of its process"
    scaled_by: ClassVar[str] = "desired"

    kind: Literal["ec2_group"] = "ec2_group"
    type: str = Field(description="instance type, such as t4g.small")
    min: int = Field(1, ge=0, le=1000, description="fewest instances")
    max: int = Field(ge=1, le=1000, description="most instances")
    desired: int = Field(ge=0, le=1000, description="instances that run, on average")
    purchase: Literal["on_demand", "spot", "mixed"] = Field(
        "on_demand", description="how the hours are bought"
    )
    spot_share: Decimal = Field(
        Decimal(0), ge=0, le=1, description="share of spot hours in a mixed purchase"
    )
    spot_usd_hour: Decimal = Field(
        Decimal(0), ge=0, description="USD per spot hour as stated; 0: the row of the price book"
    )
    root_gib: int = Field(8, ge=1, le=16384, description="root disk in GiB")
    root_type: Literal["gp3", "gp2"] = Field("gp3", description="type of the root disk")
    public_ipv4: bool = Field(default=False, description="a public address on each instance")
    health: Literal["ec2", "elb"] = Field("ec2", description="whose health check counts")
    zones: int = Field(2, ge=1, le=6, description="availability zones that it spreads over")
    workers: int = Field(8, ge=1, le=4096, description="requests that one instance serves at once")
    imdsv2: bool = Field(default=True, description="metadata only with a session token")
    off_hours_week: int = Field(
        0, ge=0, le=168, description="hours of each week in which a schedule stops all instances"
    )
    surplus_vcpu_hours: Decimal = Field(
        Decimal(0), ge=0, description="vCPU-hours per month beyond the credits of a T type, in all"
    )
    spot_warning: bool = Field(
        default=False, description="the two-minute warning of spot goes to the linked functions"
    )
    repoint_s: int = Field(
        180, ge=0, le=86_400, description="seconds until a replacement is reached; 3600 by hand"
    )

    @field_validator("max")
    @classmethod
    def _not_below_min(cls, most: int, info: ValidationInfo) -> int:
        least = info.data.get("min")
        if least is not None and most < least:
            raise ValueError(f"write at least {least}, the fewest instances, not {most}")
        return most

    @field_validator("desired")
    @classmethod
    def _between(cls, desired: int, info: ValidationInfo) -> int:
        least, most = info.data.get("min"), info.data.get("max")
        if least is not None and most is not None and not least <= desired <= most:
            raise ValueError(f"write {least} to {most}, between min and max, not {desired}")
        return desired

    def usage(self, context: Context) -> list[Usage]:
        hours = self.desired * context.running_hours(self.off_hours_week)
        on_spot = hours * self._spot_share()
        used = []
        if self._spot_share() < 1:
            used.append(Usage(f"AmazonEC2:ondemand.linux.{self.type}", hours - on_spot))
        if self._spot_share():
            used.append(spot_hours(self, self.type, on_spot, self.spot_usd_hour))
        return used + beside_compute(self, self.desired, hours)

    def _spot_share(self) -> Decimal:
        return self.spot_share if self.purchase == "mixed" else Decimal(self.purchase == "spot")

    def hop(self, context: Context, spec: FlowHop) -> Hop:
        """All workers of all instances behind one queue: ideal balancing."""
        return delay(self, spec, servers=self.desired * self.workers)

    def failure_modes(self) -> list[FailureMode]:
        """With two instances a lost one is not felt; with two zones a lost one is felt briefly."""
        if not self.desired:
            return []
        zone = zone_impaired(spread=min(self.desired, self.zones) > 1, hits=self.label)
        if self.desired > 1:
            return [zone]
        back_s = Decimal(self.repoint_s)
        lost = host_replaced(back_s=back_s, hits=self.label)
        taken = spot_taken_back(back_s=back_s, hits=self.label)
        return [lost, taken, zone] if self._spot_share() else [lost, zone]

    @property
    def copies(self) -> int:
        return self.desired

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network"})

    @property
    def port(self) -> int:
        return 80

    @property
    def balanced(self) -> Literal["instance"]:
        return "instance"

    def resources(self, site: Site) -> Resources:
        return {
            **site.firewall(self, ports=(self.port,)),
            **instance_profile(self, site),
            "Template": self._template(site),
            "": self._group(site),
            **(self._warning(site) if self.spot_warning else {}),
        }

    def _warning(self, site: Site) -> Resources:
        """The rule, and for each function the permission to be called by it."""
        functions = site.called(self, LambdaFunction)
        if not functions:
            raise NotDeployable("The warning of spot needs somebody: link the group to a function.")
        pattern: Json = {"source": ["aws.ec2"], "detail-type": [WARNING]}
        targets: Json = [
            {"Arn": site.att(function, "", "Arn"), "Id": function.id} for function in functions
        ]
        rule: dict[str, Json | None] = {
            "Description": "A machine is taken back in two minutes",
            "EventPattern": pattern,
            "State": "ENABLED",
            "Targets": targets,
        }
        return {
            "Warning": Resource("AWS::Events::Rule", rule),
            **{
                f"May{site.id(function)}": Resource(
                    "AWS::Lambda::Permission",
                    {
                        "Action": "lambda:InvokeFunction",
                        "FunctionName": site.ref(function),
                        "Principal": "events.amazonaws.com",
                        "SourceArn": site.att(self, "Warning", "Arn"),
                    },
                )
                for function in functions
            },
        }

    def _template(self, site: Site) -> Resource:
        tokens = "required" if self.imdsv2 else "optional"
        return Resource(
            "AWS::EC2::LaunchTemplate",
            {
                "LaunchTemplateData": {
                    "ImageId": site.parameter(image_of(self.type)),
                    "InstanceType": self.type,
                    "IamInstanceProfile": {"Arn": site.att(self, "Profile", "Arn")},
                    "MetadataOptions": {"HttpTokens": tokens},
                    "BlockDeviceMappings": root_disk(self.root_gib, self.root_type),
                    "NetworkInterfaces": [
                        {
                            "DeviceIndex": 0,
                            "AssociatePublicIpAddress": self.public_ipv4,
                            "Groups": [site.group(self)],
                        }
                    ],
                }
            },
        )

    def _group(self, site: Site) -> Resource:
        launch: Json = {
            "LaunchTemplateId": site.ref(self, "Template"),
            "Version": site.att(self, "Template", "LatestVersionNumber"),
        }
        targets = [site.ref(lb, f"For{site.id(self)}") for lb in site.callers(self, Alb)]
        bought: dict[str, Json] = {"LaunchTemplate": launch}
        if self.purchase != "on_demand":
            bought = {"MixedInstancesPolicy": self._mixed(launch)}
        return Resource(
            "AWS::AutoScaling::AutoScalingGroup",
            {
                "MinSize": str(self.min),
                "MaxSize": str(self.max),
                "DesiredCapacity": str(min(max(self.desired, self.min), self.max)),
                "VPCZoneIdentifier": site.subnets(self.zones, public=self.public_ipv4),
                "HealthCheckType": "ELB" if self.health == "elb" else "EC2",
                "HealthCheckGracePeriod": 120,
                "TargetGroupARNs": targets or None,
                **bought,
            },
        )

    def _mixed(self, launch: Json) -> Json:
        spot = 100 if self.purchase == "spot" else int(self.spot_share * 100)
        return {
            "LaunchTemplate": {"LaunchTemplateSpecification": launch},
            "InstancesDistribution": {
                "OnDemandBaseCapacity": 0,
                "OnDemandPercentageAboveBaseCapacity": 100 - spot,
                "SpotAllocationStrategy": "capacity-optimized",
            },
        }

    def watched(self, site: Site) -> tuple[Metric, ...]:
        of = {"AutoScalingGroupName": site.ref(self)}
        return (Metric("AWS/EC2", "CPUUtilization", of, 80),)

    def detail(self) -> str:
        return f"{self.desired} x {self.type}" if self.desired != 1 else self.type
