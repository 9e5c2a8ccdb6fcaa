"""Containers on Fargate: tasks billed by vCPU-hour and GB-hour, restarted when they die."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from archlab.domain.architecture.component import Component, Context, Glyph, delay, short
from archlab.domain.architecture.deployable import (
    CLUSTER,
    Grant,
    Json,
    Metric,
    Need,
    Resource,
    Resources,
    Site,
)
from archlab.domain.architecture.failure import FailureMode, task_dies, zone_impaired
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.architecture.kinds.alb import Alb
from archlab.domain.architecture.kinds.ecr_repository import EcrRepository
from archlab.domain.architecture.kinds.pgbouncer import Pgbouncer
from archlab.domain.architecture.kinds.rds_instance import RdsInstance
from archlab.domain.latency import Hop
from archlab.domain.pricing import Usage

SIZES: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
    8192: tuple(range(16384, 61441, 4096)),
    16384: tuple(range(32768, 122881, 8192)),
}
"""CPU units -> memory in MiB that may go with them (the task size table of Amazon ECS)."""

FREE_GIB = 20
"""Disk that comes with a task."""

CONTAINER_PORT = 8080
CALLS = {"wget": "wget -qO-", "curl": "curl -fsS"}
BASE_LABEL = "org.opencontainers.image.base.name"
"""The standard label that names what an image is built on."""


class FargateService(Component):
    title: ClassVar[str] = "Fargate service"
    category: ClassVar[Glyph] = "container"
    unmodelled: ClassVar[str] = "bad deployments, spot interruptions"
    scaled_by: ClassVar[str] = "tasks"
    averaged_by: ClassVar[str] = "average_tasks"

    kind: Literal["fargate_service"] = "fargate_service"
    cpu: Literal[256, 512, 1024, 2048, 4096, 8192, 16384] = Field(
        description="CPU units per task; 1024 are one vCPU"
    )
    memory_mib: int = Field(
        ge=512, le=122880, description="memory per task in MiB; the sizes depend on cpu"
    )
    tasks: int = Field(1, ge=0, le=5000, description="tasks that run all month")
    min: int = Field(1, ge=0, le=5000, description="fewest tasks under autoscaling")
    max: int = Field(4, ge=1, le=5000, description="most tasks under autoscaling")
    arch: Literal["x86_64", "arm64"] = Field("x86_64", description="processor architecture")
    spot_share: Decimal = Field(Decimal(0), ge=0, le=1, description="share of tasks on spot")
    public_ipv4: bool = Field(default=False, description="a public address on each task")
    workers: int = Field(16, ge=1, le=4096, description="requests that one task serves at once")
    circuit_breaker: bool = Field(default=True, description="a failing deployment is rolled back")
    zones: int = Field(1, ge=1, le=6, description="availability zones that the tasks spread over")
    subnet: Literal["private", "public"] = Field("private", description="where the tasks stand")
    image_tag: Literal["latest", "commit"] = Field("latest", description="how images are named")
    secrets_from: Literal["env", "store"] = Field("env", description="where secrets come from")
    health_interval_s: int = Field(
        0, ge=0, le=300, description="seconds between health checks; 0: only an exit is noticed"
    )
    health_timeout_s: int = Field(5, ge=2, le=60, description="seconds until a check has failed")
    health_retries: int = Field(3, ge=1, le=10, description="failed checks in a row that count")
    health_grace_s: int = Field(0, ge=0, le=300, description="seconds after start without checks")
    health_command: Literal["wget", "curl"] = Field(
        "wget", description="what the health check calls; curl is missing in Alpine"
    )
    image_base: Literal["debian", "alpine", "amazon_linux"] = Field(
        "debian", description="what the image is built on"
    )
    start_s: int = Field(45, ge=0, le=3600, description="seconds until a new task answers")
    spot_saving: Decimal = Field(
        Decimal(0), ge=0, le=1, description="share that spot takes off the rates as stated"
    )
    ephemeral_gib: int = Field(
        20, ge=20, le=200, description="disk per task in GiB; what is above 20 is paid"
    )
    off_hours_week: int = Field(
        0, ge=0, le=168, description="hours of each week in which a schedule stops all tasks"
    )
    average_tasks: Decimal = Field(
        Decimal(0), ge=0, le=5000, description="tasks on average under autoscaling; 0: tasks"
    )

    @field_validator("memory_mib")
    @classmethod
    def _fits_cpu(cls, memory_mib: int, info: ValidationInfo) -> int:
        sizes = SIZES.get(info.data.get("cpu", 0))
        if sizes is not None and memory_mib not in sizes:
            raise ValueError(
                f"{info.data['cpu']} CPU units go with {_words(sizes)} MiB, not {memory_mib}"
            )
        return memory_mib

    def usage(self, context: Context) -> list[Usage]:
        hours = (self.average_tasks or self.tasks) * context.running_hours(self.off_hours_week)
        paid = hours * (1 - self.spot_share * (self.spot_saving or 1))
        arch = "arm" if self.arch == "arm64" else "x86"
        used = [
            Usage(f"AmazonECS:fargate.{arch}.vcpu", paid * self.cpu / 1024),
            Usage(f"AmazonECS:fargate.{arch}.gb", paid * self.memory_mib / 1024),
        ]
        if self.spot_share and self.tasks and not self.spot_saving:
            reason = "the price book has no Fargate Spot rate"
            used.append(Usage("unpriced:fargate.spot", hours * self.spot_share, reason=reason))
        return used + self._beside_tasks(hours)

    def _beside_tasks(self, hours: Decimal) -> list[Usage]:
        """Disk above the free size, and addresses."""
        used = []
        if self.ephemeral_gib > FREE_GIB:
            extra = hours * (self.ephemeral_gib - FREE_GIB)
            used.append(Usage("AmazonECS:fargate.ephemeral-storage", extra))
        if self.public_ipv4:
            used.append(Usage("AmazonVPC:public-ipv4.in-use.hour", hours))
        return used

    def hop(self, context: Context, spec: FlowHop) -> Hop:
        """All workers of all tasks behind one queue: ideal balancing."""
        return delay(self, spec, servers=self.tasks * self.workers)

    @property
    def copies(self) -> int:
        return self.tasks

    @property
    def copy_vcpus(self) -> Decimal:
        return Decimal(self.cpu) / 1024

    @property
    def detection_s(self) -> int:
        """Worst-case seconds until a dead task is noticed by its own health check."""
        if not self.health_interval_s:
            return 0
        return self.health_retries * self.health_interval_s + self.health_timeout_s

    def failure_modes(self) -> list[FailureMode]:
        """With two tasks a dead one is not felt; with two zones a lost one is felt briefly."""
        if not self.tasks:
            return []
        spread = min(self.tasks, self.zones) > 1
        zone = zone_impaired(spread=spread, hits=self.label)
        return [zone] if self.tasks > 1 else [self._dies(), zone]

    def _dies(self) -> FailureMode:
        checks = f"{self.health_retries} checks every {self.health_interval_s} s"
        return task_dies(
            detection_s=Decimal(self.detection_s),
            start_s=Decimal(self.start_s),
            noticed=f"Detection: {checks} and a timeout of {self.health_timeout_s} s"
            if self.health_interval_s
            else "Detection: none needed, the process exits; one that hangs is never noticed",
            hits=self.label,
        )

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network", "cluster"})

    @property
    def port(self) -> int:
        return CONTAINER_PORT

    @property
    def balanced(self) -> Literal["address"]:
        return "address"

    def resources(self, site: Site) -> Resources:
        execution = "service-role/AmazonECSTaskExecutionRolePolicy"
        return {
            **site.firewall(self, ports=(self.port,)),
            "Logs": Resource("AWS::Logs::LogGroup", {"RetentionInDays": 30}),
            **site.role(
                self,
                "ecs-tasks.amazonaws.com",
                part="ExecutionRole",
                policies=[execution],
                statements=self._secret_grants(site),
            ),
            **site.role(self, "ecs-tasks.amazonaws.com", statements=site.grants(self)),
            "Task": self._task(site),
            "": self._service(site),
            **(self._scaling(site) if self.max > self.min and self.tasks else {}),
        }

    def _task(self, site: Site) -> Resource:
        containers = [self._container(site)]
        containers += [_pooler(pool.pool_size, pool.mode) for pool in site.on(self, Pgbouncer)]
        disk = {"SizeInGiB": self.ephemeral_gib} if self.ephemeral_gib > 20 else None
        return Resource(
            "AWS::ECS::TaskDefinition",
            {
                "Family": {"Fn::Sub": f"${{AWS::StackName}}-{self.id}"},
                "RequiresCompatibilities": ["FARGATE"],
                "NetworkMode": "awsvpc",
                "Cpu": str(self.cpu),
                "Memory": str(self.memory_mib),
                "RuntimePlatform": {
                    "CpuArchitecture": "ARM64" if self.arch == "arm64" else "X86_64",
                    "OperatingSystemFamily": "LINUX",
                },
                "ExecutionRoleArn": site.att(self, "ExecutionRole", "Arn"),
                "TaskRoleArn": site.att(self, "Role", "Arn"),
                "EphemeralStorage": disk,
                "ContainerDefinitions": containers,
            },
        )

    def _container(self, site: Site) -> dict[str, Json]:
        stream = {
            "awslogs-group": site.ref(self, "Logs"),
            "awslogs-region": {"Ref": "AWS::Region"},
            "awslogs-stream-prefix": self.id,
        }
        container: dict[str, Json] = {
            "Name": self.id,
            "Image": self._image(site),
            "Essential": True,
            "PortMappings": [{"ContainerPort": self.port, "Protocol": "tcp"}],
            "LogConfiguration": {"LogDriver": "awslogs", "Options": stream},
        }
        if self.health_interval_s:
            container["HealthCheck"] = {
                "Command": [
                    "CMD-SHELL",
                    f"{CALLS[self.health_command]} http://127.0.0.1:{self.port}/health || exit 1",
                ],
                "Interval": self.health_interval_s,
                "Timeout": self.health_timeout_s,
                "Retries": self.health_retries,
                "StartPeriod": self.health_grace_s,
            }
        if self.image_base != "debian":
            container["DockerLabels"] = {BASE_LABEL: self.image_base}
        if secrets := self._secrets(site):
            container["Secrets" if self.secrets_from == "store" else "Environment"] = secrets
        return container

    def _image(self, site: Site) -> Json:
        tag = "latest" if self.image_tag == "latest" else "${Commit}"
        for registry in site.callers(self, EcrRepository):
            return {"Fn::Sub": f"${{{site.id(registry)}.RepositoryUri}}:{tag}"}
        image = f"public.ecr.aws/nginx/nginx:{tag}"
        return image if self.image_tag == "latest" else {"Fn::Sub": image}

    def _secrets(self, site: Site) -> list[Json]:
        """The passwords of its databases: named in the store, or written out for all to read."""
        found: list[Json] = []
        for database in self._databases(site):
            secret, name = site.ref(database, "Secret"), _variable(database.id)
            if self.secrets_from == "store":
                found.append({"Name": name, "ValueFrom": secret})
            else:
                found.append({"Name": name, "Value": "written here for everybody to read"})
        return found

    def _databases(self, site: Site) -> Sequence[RdsInstance]:
        return site.called(self, RdsInstance)

    def _secret_grants(self, site: Site) -> list[Grant]:
        if self.secrets_from != "store":
            return []
        return [grant for database in self._databases(site) for grant in database.grants(site)]

    def _service(self, site: Site) -> Resource:
        balancers = site.callers(self, Alb)
        network: Json = {
            "AwsvpcConfiguration": {
                "Subnets": site.subnets(self.zones, public=self.subnet == "public"),
                "SecurityGroups": [site.group(self)],
                "AssignPublicIp": "ENABLED" if self.public_ipv4 else "DISABLED",
            }
        }
        breaker = {"Enable": self.circuit_breaker, "Rollback": self.circuit_breaker}
        return Resource(
            "AWS::ECS::Service",
            {
                "Cluster": site.cluster,
                "TaskDefinition": site.ref(self, "Task"),
                "DesiredCount": self.tasks,
                "DeploymentConfiguration": {"DeploymentCircuitBreaker": breaker},
                "NetworkConfiguration": network,
                "LoadBalancers": [self._behind(site, lb) for lb in balancers] or None,
                "HealthCheckGracePeriodSeconds": self.health_grace_s if balancers else None,
                **self._bought(),
            },
            after=tuple(balancer.entrance(site, self) for balancer in balancers),
        )

    def _behind(self, site: Site, balancer: Alb) -> Json:
        return {
            "ContainerName": self.id,
            "ContainerPort": self.port,
            "TargetGroupArn": site.ref(balancer, f"For{site.id(self)}"),
        }

    def _bought(self) -> dict[str, Json]:
        if not self.spot_share:
            return {"LaunchType": "FARGATE"}
        spot = int(self.spot_share * 100)
        shares = (("FARGATE_SPOT", spot), ("FARGATE", 100 - spot))
        strategy: list[Json] = [
            {"CapacityProvider": name, "Weight": weight} for name, weight in shares if weight
        ]
        return {"CapacityProviderStrategy": strategy}

    def _scaling(self, site: Site) -> Resources:
        """Out within a minute, in after five: a service that flaps serves nobody."""
        service = f"service/${{{CLUSTER}}}/${{{site.id(self)}.Name}}"
        return {
            "Range": Resource(
                "AWS::ApplicationAutoScaling::ScalableTarget",
                {
                    "ServiceNamespace": "ecs",
                    "ScalableDimension": "ecs:service:DesiredCount",
                    "ResourceId": {"Fn::Sub": service},
                    "MinCapacity": self.min,
                    "MaxCapacity": self.max,
                },
            ),
            "Scaling": Resource(
                "AWS::ApplicationAutoScaling::ScalingPolicy",
                {
                    "PolicyName": self.id,
                    "PolicyType": "TargetTrackingScaling",
                    "ScalingTargetId": site.ref(self, "Range"),
                    "TargetTrackingScalingPolicyConfiguration": {
                        "TargetValue": 60,
                        "ScaleOutCooldown": 60,
                        "ScaleInCooldown": 300,
                        "PredefinedMetricSpecification": {
                            "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
                        },
                    },
                },
            ),
        }

    def watched(self, site: Site) -> tuple[Metric, ...]:
        of = {"ClusterName": site.cluster, "ServiceName": site.att(self, "", "Name")}
        return (
            Metric("AWS/ECS", "CPUUtilization", of, 80),
            Metric("AWS/ECS", "MemoryUtilization", of, 80),
        )

    def detail(self) -> str:
        size = (
            f"{short(Decimal(self.cpu) / 1024)} vCPU, {short(Decimal(self.memory_mib) / 1024)} GB"
        )
        return size if self.tasks == 1 else f"{self.tasks} x {size}"


def _words(sizes: tuple[int, ...]) -> str:
    if len(sizes) > 4:
        return f"{sizes[0]} to {sizes[-1]} in steps of {sizes[1] - sizes[0]}"
    *others, last = map(str, sizes)
    return f"{', '.join(others)} or {last}"


def _pooler(pool_size: int, mode: str) -> dict[str, Json]:
    settings = {"POOL_MODE": mode, "DEFAULT_POOL_SIZE": str(pool_size)}
    return {
        "Name": "pgbouncer",
        "Image": "public.ecr.aws/bitnami/pgbouncer:1.24.1",
        "Essential": True,
        "Environment": [{"Name": name, "Value": value} for name, value in settings.items()],
    }


def _variable(id_: str) -> str:
    return f"{id_.upper().replace('-', '_')}_PASSWORD"
