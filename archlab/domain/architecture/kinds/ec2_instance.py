"""Virtual machines, billed by the hour with their root disks and public addresses."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal, Protocol

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import (
    Metric,
    Need,
    NotDeployable,
    Resource,
    Resources,
    Site,
)
from archlab.domain.architecture.failure import FailureMode, host_lost, zone_impaired
from archlab.domain.architecture.machines import image_of, instance_profile, root_disk
from archlab.domain.pricing import Usage
from archlab.domain.units import Unit

RESERVED = {"reserved_1y": "std.1yr.noupfront", "reserved_3y": "std.3yr.noupfront"}


class Ec2Instance(Component):
    title: ClassVar[str] = "EC2 instance"
    category: ClassVar[Glyph] = "compute"
    unmodelled: ClassVar[str] = "failures of its process, spot interruptions"

    kind: Literal["ec2_instance"] = "ec2_instance"
    type: str = Field(description="instance type, such as t4g.small")
    count: int = Field(1, ge=1, le=1000, description="instances, in one zone")
    purchase: Literal["on_demand", "spot", "reserved_1y", "reserved_3y"] = Field(
        "on_demand", description="how the hours are bought"
    )
    spot_usd_hour: Decimal = Field(
        Decimal(0), ge=0, description="USD per spot hour as stated; 0: the row of the price book"
    )
    root_gib: int = Field(8, ge=1, le=16384, description="root disk in GiB")
    root_type: Literal["gp3", "gp2"] = Field("gp3", description="type of the root disk")
    public_ipv4: bool = Field(default=True, description="a public address on each instance")
    imdsv2: bool = Field(default=True, description="metadata only with a session token")
    off_hours_week: int = Field(
        0, ge=0, le=168, description="hours of each week in which a schedule stops all instances"
    )
    surplus_vcpu_hours: Decimal = Field(
        Decimal(0), ge=0, description="vCPU-hours per month beyond the credits of a T type, in all"
    )

    def usage(self, context: Context) -> list[Usage]:
        """A reservation is paid for every hour of the month, also while the instance is stopped."""
        hours = self.count * context.running_hours(self.off_hours_week)
        compute = self._compute(hours, self.count * context.hours)
        return [compute, *beside_compute(self, self.count, hours)]

    def _compute(self, hours: Decimal, whole_month: Decimal) -> Usage:
        if self.purchase == "spot":
            return spot_hours(self, self.type, hours, self.spot_usd_hour)
        if self.purchase in RESERVED:
            return Usage(f"AmazonEC2:ri.linux.{self.type}.{RESERVED[self.purchase]}", whole_month)
        return Usage(f"AmazonEC2:ondemand.linux.{self.type}", hours)

    def failure_modes(self) -> list[FailureMode]:
        """A single one is lost now and then; with several, the others go on."""
        zone = zone_impaired(spread=False, hits=self.label)
        return [zone] if self.count > 1 else [host_lost(hits=self.label), zone]

    @property
    def copies(self) -> int:
        return self.count

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
        """Every instance by itself; the one that a balancer needs is its first."""
        if self.purchase == "spot":
            raise NotDeployable("A spot instance without a group is not deployed: use ec2_group.")
        machine = Resource(
            "AWS::EC2::Instance",
            {
                "ImageId": site.parameter(image_of(self.type)),
                "InstanceType": self.type,
                "SubnetId": site.subnets(1, public=self.public_ipv4)[0],
                "SecurityGroupIds": [site.group(self)],
                "IamInstanceProfile": site.ref(self, "Profile"),
                "MetadataOptions": {"HttpTokens": "required" if self.imdsv2 else "optional"},
                "BlockDeviceMappings": root_disk(self.root_gib, self.root_type),
            },
        )
        return {
            **site.firewall(self, ports=(self.port,)),
            **instance_profile(self, site),
            **{f"Machine{number}": machine for number in range(1, self.count + 1)},
        }

    def watched(self, site: Site) -> tuple[Metric, ...]:
        of = {"InstanceId": site.ref(self, "Machine1")}
        return (Metric("AWS/EC2", "CPUUtilization", of, 80),)

    def detail(self) -> str:
        return f"{self.count} x {self.type}" if self.count > 1 else self.type


class Machines(Protocol):
    """What instances and groups of them have in common."""

    @property
    def type(self) -> str: ...

    @property
    def root_gib(self) -> int: ...

    @property
    def root_type(self) -> str: ...

    @property
    def public_ipv4(self) -> bool: ...

    @property
    def surplus_vcpu_hours(self) -> Decimal: ...


def spot_hours(component: Component, type_: str, hours: Decimal, usd_hour: Decimal) -> Usage:
    """Spot hours at the rate that a source states, else at the price book's."""
    if not usd_hour:
        return Usage(f"AmazonEC2:spot.linux.{type_}", hours)
    return Usage(
        f"stated:{component.kind}.spot_usd_hour",
        hours,
        stated_usd=usd_hour,
        unit=Unit.HOUR,
        quantity_class="documented",
    )


def beside_compute(machines: Machines, count: int, hours: Decimal) -> list[Usage]:
    """What comes with so many instances: root disks, addresses while they run, surplus credits."""
    used = [Usage(f"AmazonEBS:{machines.root_type}", Decimal(count * machines.root_gib))]
    if machines.public_ipv4:
        used.append(Usage("AmazonVPC:public-ipv4.in-use.hour", hours))
    if machines.surplus_vcpu_hours:
        family = machines.type.partition(".")[0]
        used.append(Usage(f"AmazonEC2:cpu-credits.{family}", machines.surplus_vcpu_hours))
    return used
