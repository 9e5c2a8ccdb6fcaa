"""Flow logs of a VPC: a fee per GB to take them in; where they are kept is paid there."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import (
    WRITE_LOGS,
    Grant,
    Json,
    Need,
    Resource,
    Resources,
    Site,
    private,
)
from archlab.domain.pricing import Usage

FLOW_LOG = "AWS::EC2::FlowLog"


class FlowLogs(Component):
    title: ClassVar[str] = "Flow logs"
    category: ClassVar[Glyph] = "observe"
    serves: ClassVar[bool] = False

    kind: Literal["flow_logs"] = "flow_logs"
    gb: Decimal = Field(Decimal(0), ge=0, description="GB per month taken in")
    destination: Literal["cloudwatch", "s3"] = Field("cloudwatch", description="where they go")

    def usage(self, context: Context) -> list[Usage]:
        return [Usage(f"AmazonCloudWatch:vended-logs.vpc-flow.{self.destination}", self.gb)]

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network"})

    def resources(self, site: Site) -> Resources:
        flow: dict[str, Json] = {
            "ResourceId": site.vpc,
            "ResourceType": "VPC",
            "TrafficType": "ALL",
        }
        if self.destination == "s3":
            flow |= {"LogDestinationType": "s3", "LogDestination": site.att(self, "Bucket", "Arn")}
            return {"Bucket": Resource("AWS::S3::Bucket", private()), "": Resource(FLOW_LOG, flow)}
        flow |= {
            "LogDestinationType": "cloud-watch-logs",
            "LogGroupName": site.ref(self, "Logs"),
            "DeliverLogsPermissionArn": site.att(self, "Role", "Arn"),
        }
        write = Grant(WRITE_LOGS, (site.att(self, "Logs", "Arn"),))
        return {
            "Logs": Resource("AWS::Logs::LogGroup", {"RetentionInDays": 30}),
            **site.role(self, "vpc-flow-logs.amazonaws.com", statements=[write]),
            "": Resource(FLOW_LOG, flow),
        }

    def detail(self) -> str:
        return "to a bucket" if self.destination == "s3" else "to a log group"
