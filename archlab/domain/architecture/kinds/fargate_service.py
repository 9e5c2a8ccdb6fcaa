"""Containers on Fargate: tasks billed by vCPU-hour and GB-hour, restarted when they die."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from archlab.domain.architecture.component import Component, Context, Glyph, delay, short
from archlab.domain.architecture.failure import FailureMode, task_dies, zone_impaired
from archlab.domain.architecture.flow import FlowHop
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
