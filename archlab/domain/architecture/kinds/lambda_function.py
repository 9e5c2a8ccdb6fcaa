"""A function on Lambda: requests and GB-seconds, and a cold start when no copy is warm."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, delay, short
from archlab.domain.architecture.deployable import (
    WRITE_LOGS,
    Grant,
    Json,
    Metric,
    Need,
    Resource,
    Resources,
    Site,
)
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.architecture.kinds.xray import Xray
from archlab.domain.latency import ColdStart, Hop, cold_share
from archlab.domain.pricing import Usage

HANDLER = "exports.handler = async () => ({ statusCode: 200, body: 'it answers' })"


class LambdaFunction(Component):
    title: ClassVar[str] = "Lambda function"
    category: ClassVar[Glyph] = "function"

    kind: Literal["lambda_function"] = "lambda_function"
    memory_mib: int = Field(ge=128, le=10240, description="memory in MiB; CPU grows with it")
    avg_ms: Decimal = Field(ge=0, le=900_000, description="average billed duration in ms")
    arch: Literal["x86_64", "arm64"] = Field("x86_64", description="processor architecture")
    init_ms: Decimal = Field(Decimal(0), ge=0, le=60_000, description="a cold start in ms")
    keep_alive_s: int = Field(
        600, ge=60, le=7200, description="seconds that an idle copy stays warm; not promised"
    )
    provisioned: int = Field(0, ge=0, le=10_000, description="copies kept warm for a fee")
    vpc: bool = Field(default=False, description="attached to subnets of a VPC")
    calls_per_request: Decimal = Field(
        Decimal(1), ge=0, description="calls of this function per request of the demand"
    )
    ping_minutes: int = Field(
        0, ge=0, le=60, description="minutes between calls that only keep one copy warm; 0: none"
    )

    reserved_concurrency: int | None = Field(
        None, ge=1, le=1000, description="most copies at once; default: what the account has left"
    )
    traced: bool = Field(default=True, description="records traces where the system has traces")

    def usage(self, context: Context) -> list[Usage]:
        arch = "arm64" if self.arch == "arm64" else "x86"
        calls = self.calls(context)
        gb = Decimal(self.memory_mib) / 1024
        billed_s = self.avg_ms.to_integral_value(ROUND_CEILING) / 1000
        duration = "provisioned-duration" if self.provisioned else "duration"
        return [
            Usage("AWSLambda:request", calls),
            Usage(f"AWSLambda:{duration}.{arch}", calls * billed_s * gb),
            Usage(
                f"AWSLambda:provisioned-concurrency.{arch}",
                self.provisioned * gb * context.hours * 3600,
            ),
        ]

    def calls(self, context: Context) -> Decimal:
        """Billed calls of the month: those of the demand and the pings."""
        pings = context.hours * 60 / self.ping_minutes if self.ping_minutes else Decimal(0)
        return context.requests * self.calls_per_request + pings

    def hop(self, context: Context, spec: FlowHop) -> Hop:
        """No queue forms in front of a function: a call finds a warm copy or starts one."""
        share = 0.0
        if not self.provisioned:
            rate = float(context.demand.per_second * self.calls_per_request)
            share = cold_share(rate, self.keep_alive_s, self.ping_minutes * 60)
        return replace(delay(self, spec), cold=ColdStart(share, float(self.init_ms) / 1000))

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network"}) if self.vpc else frozenset()

    def resources(self, site: Site) -> Resources:
        """A function that answers; its own code is not part of the model."""
        network = ("service-role/AWSLambdaVPCAccessExecutionRole",) if self.vpc else ()
        function: dict[str, Json | None] = {
            "Runtime": "nodejs22.x",
            "Handler": "index.handler",
            "Code": {"ZipFile": HANDLER},
            "Architectures": [self.arch],
            "MemorySize": self.memory_mib,
            "Timeout": 30,
            "Role": site.att(self, "Role", "Arn"),
            "LoggingConfig": {"LogGroup": site.ref(self, "Logs")},
            "TracingConfig": {"Mode": self._tracing(site)},
            "ReservedConcurrentExecutions": self.reserved_concurrency,
        }
        if self.vpc:
            function["VpcConfig"] = {
                "SubnetIds": site.subnets(2, public=False),
                "SecurityGroupIds": [site.group(self)],
            }
        write = Grant(WRITE_LOGS, (site.att(self, "Logs", "Arn"),))
        return {
            "Logs": Resource("AWS::Logs::LogGroup", {"RetentionInDays": 30}),
            **site.role(
                self,
                "lambda.amazonaws.com",
                policies=network,
                statements=[write, *site.grants(self)],
            ),
            **(site.firewall(self) if self.vpc else {}),
            "": Resource("AWS::Lambda::Function", function),
        }

    def _tracing(self, site: Site) -> str:
        return "Active" if self.traced and site.all(Xray) else "PassThrough"

    def watched(self, site: Site) -> tuple[Metric, ...]:
        of = {"FunctionName": site.ref(self)}
        return (Metric("AWS/Lambda", "Errors", of, 5, statistic="Sum"),)

    def detail(self) -> str:
        return f"{self.memory_mib} MiB, {short(self.avg_ms)} ms"
