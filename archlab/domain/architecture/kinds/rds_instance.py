"""A database server of RDS: class hours, storage per copy, read replicas and backups."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from archlab.domain.architecture.component import Component, Context, Glyph, delay
from archlab.domain.architecture.deployable import (
    Grant,
    Json,
    Metric,
    Need,
    Resource,
    Resources,
    Site,
)
from archlab.domain.architecture.failure import (
    FailureMode,
    database_lost,
    database_serviced,
    zone_impaired,
)
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.latency import Hop
from archlab.domain.pricing import Usage
from archlab.domain.units import Unit

FAILOVER_S = Decimal(90)
"""Middle of the 60 to 120 s that AWS states for a Multi-AZ instance."""

VERSIONS = {"postgres": "17.6", "mysql": "8.4.6", "mariadb": "11.8.3"}
"""As offered in November 2026; a test asks cfn-lint whether they still are."""
FAMILIES = {"postgres": "postgres17", "mysql": "mysql8.4", "mariadb": "mariadb11.8"}


class RdsInstance(Component):
    title: ClassVar[str] = "RDS database"
    category: ClassVar[Glyph] = "data"
    unmodelled: ClassVar[str] = "exhausted connections, a full disk"

    kind: Literal["rds_instance"] = "rds_instance"
    engine: Literal["postgres", "mysql", "mariadb"] = Field(
        "postgres", description="database engine"
    )
    class_: str = Field(alias="class", description="instance class, such as db.t4g.small")
    multi_az: bool = Field(default=False, description="a standby in another zone")
    storage_gib: int = Field(20, ge=20, le=65_536, description="storage in GiB, of each copy")
    storage_type: Literal["gp3", "gp2"] = Field("gp3", description="type of the storage")
    replicas: int = Field(0, ge=0, le=15, description="read replicas, each in one zone")
    backup_days: int = Field(7, ge=0, le=35, description="days that backups are kept; 0: none")
    max_connections: int = Field(100, ge=10, le=10_000, description="connections at once")
    public: bool = Field(default=False, description="reachable from the internet")
    encrypted: bool = Field(default=True, description="encrypted at rest")
    reserved: Literal["none", "1yr", "3yr"] = Field(
        "none", description="class hours reserved for a term, nothing paid upfront"
    )
    commitment_share: Decimal = Field(
        Decimal(0), ge=0, le=1, description="share that a commitment takes off the class hours"
    )
    backup_gb: Decimal = Field(
        Decimal(0), ge=0, description="GB of backups beyond the size of the database"
    )
    storage_usd_gb: Decimal | None = Field(
        None, ge=0, description="USD per GB-month of storage as stated; default: the price book"
    )
    off_hours_week: int = Field(
        0, ge=0, le=168, description="hours of each week in which a schedule stops it"
    )

    @field_validator("commitment_share")
    @classmethod
    def _is_the_only_saving(cls, share: Decimal, info: ValidationInfo) -> Decimal:
        if share and info.data.get("reserved") in ("1yr", "3yr"):
            raise ValueError("write 0: the reserved rate already holds what the term saves")
        return share

    @field_validator("off_hours_week")
    @classmethod
    def _has_no_replica(cls, off_hours_week: int, info: ValidationInfo) -> int:
        if off_hours_week and info.data.get("replicas"):
            raise ValueError("write 0: RDS does not stop an instance that has read replicas")
        return off_hours_week

    def usage(self, context: Context) -> list[Usage]:
        """The standby is in the Multi-AZ rows, which are not twice the others."""
        alone = self.replicas + (0 if self.multi_az else 1)
        used = []
        if self.multi_az:
            used += self._copies(context, 1, ".multi-az")
        if alone:
            used += self._copies(context, alone, "")
        return [*used, Usage("AmazonRDS:storage.backup", self.backup_gb)]

    def _copies(self, context: Context, count: int, deployment: str) -> list[Usage]:
        hours = count * self._paid_hours(context) * (1 - self.commitment_share)
        return [
            Usage(f"AmazonRDS:{self._class_key(deployment)}", hours),
            self._storage(Decimal(count * self.storage_gib), deployment or ".single-az"),
        ]

    def _storage(self, gb: Decimal, deployment: str) -> Usage:
        if self.storage_usd_gb is None:
            return Usage(f"AmazonRDS:storage.{self.storage_type}{deployment}", gb)
        return Usage(
            "stated:rds_instance.storage_usd_gb",
            gb,
            stated_usd=self.storage_usd_gb,
            unit=Unit.GB_MONTH,
            quantity_class=self.stated_class,
        )

    def _class_key(self, deployment: str) -> str:
        name = f"{self.engine}.{self.class_}{deployment}"
        if self.reserved == "none":
            return f"ondemand.{name}"
        return f"ri.{name}.{self.reserved}.noupfront"

    def _paid_hours(self, context: Context) -> Decimal:
        """A reservation is paid for every hour of the month."""
        if self.reserved != "none":
            return context.hours
        return context.running_hours(self.off_hours_week)

    def hop(self, context: Context, spec: FlowHop) -> Hop:
        """As many requests at once as there are connections."""
        return delay(self, spec, servers=self.max_connections)

    def failure_modes(self) -> list[FailureMode]:
        """With a standby, maintenance and failures last as long as a failover."""
        serviced_s = FAILOVER_S if self.multi_az else Decimal(600)
        lost_s = FAILOVER_S if self.multi_az else Decimal(10_800)
        return [
            database_serviced(length_s=serviced_s, hits=self.label),
            database_lost(length_s=lost_s, hits=self.label),
            zone_impaired(spread=self.multi_az, hits=self.label),
        ]

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network"})

    @property
    def port(self) -> int:
        return 5432 if self.engine == "postgres" else 3306

    def resources(self, site: Site) -> Resources:
        """The server with a password that nobody has seen, and its replicas."""
        replica = Resource(
            "AWS::RDS::DBInstance",
            {
                "SourceDBInstanceIdentifier": site.ref(self),
                "DBInstanceClass": self.class_,
                "PubliclyAccessible": self.public,
                "StorageType": self.storage_type,
            },
        )
        return {
            **site.firewall(self, ports=(self.port,)),
            "Subnets": Resource(
                "AWS::RDS::DBSubnetGroup",
                {
                    "DBSubnetGroupDescription": f"Where {self.id} stands",
                    "SubnetIds": site.subnets(2, public=self.public),
                },
            ),
            "Settings": self._settings(),
            "Secret": _password(),
            "": self._server(site),
            "Attachment": Resource(
                "AWS::SecretsManager::SecretTargetAttachment",
                {
                    "SecretId": site.ref(self, "Secret"),
                    "TargetId": site.ref(self),
                    "TargetType": "AWS::RDS::DBInstance",
                },
            ),
            **{f"Replica{number}": replica for number in range(1, self.replicas + 1)},
        }

    def _settings(self) -> Resource:
        return Resource(
            "AWS::RDS::DBParameterGroup",
            {
                "Description": f"Settings of {self.id}",
                "Family": FAMILIES[self.engine],
                "Parameters": {"max_connections": str(self.max_connections)},
            },
        )

    def _server(self, site: Site) -> Resource:
        secret = site.id(self, "Secret")
        return Resource(
            "AWS::RDS::DBInstance",
            {
                "Engine": self.engine,
                "EngineVersion": VERSIONS[self.engine],
                "DBInstanceClass": self.class_,
                "AllocatedStorage": str(self.storage_gib),
                "StorageType": self.storage_type,
                "StorageEncrypted": self.encrypted,
                "MultiAZ": self.multi_az,
                "BackupRetentionPeriod": self.backup_days,
                "PubliclyAccessible": self.public,
                "DBSubnetGroupName": site.ref(self, "Subnets"),
                "DBParameterGroupName": site.ref(self, "Settings"),
                "VPCSecurityGroups": [site.group(self)],
                "MasterUsername": _resolved(secret, "username"),
                "MasterUserPassword": _resolved(secret, "password"),
                "DeletionProtection": False,
            },
            keeps_data=True,
        )

    def grants(self, site: Site) -> tuple[Grant, ...]:
        return (Grant(("secretsmanager:GetSecretValue",), (site.ref(self, "Secret"),)),)

    def watched(self, site: Site) -> tuple[Metric, ...]:
        of = {"DBInstanceIdentifier": site.ref(self)}
        crowded = self.max_connections * 8 // 10
        return (
            Metric("AWS/RDS", "DatabaseConnections", of, crowded, statistic="Maximum"),
            Metric("AWS/RDS", "CPUUtilization", of, 80),
        )

    def detail(self) -> str:
        return f"{self.class_}, Multi-AZ" if self.multi_az else self.class_


def _password() -> Resource:
    drawn: Json = {
        "SecretStringTemplate": '{"username": "archlab"}',
        "GenerateStringKey": "password",
        "PasswordLength": 32,
        "ExcludePunctuation": True,
    }
    return Resource("AWS::SecretsManager::Secret", {"GenerateSecretString": drawn})


def _resolved(secret: str, key: str) -> Json:
    return {"Fn::Sub": f"{{{{resolve:secretsmanager:${{{secret}}}:SecretString:{key}}}}}"}
