"""A table of DynamoDB: request units or provisioned capacity, storage and recovery."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Grant, Json, Resource, Resources, Site
from archlab.domain.pricing import Usage


class DynamodbTable(Component):
    title: ClassVar[str] = "DynamoDB table"
    category: ClassVar[Glyph] = "data"

    kind: Literal["dynamodb_table"] = "dynamodb_table"
    mode: Literal["on_demand", "provisioned"] = Field(
        "on_demand", description="units per request, or capacity per hour"
    )
    storage_gb: Decimal = Field(Decimal(0), ge=0, description="GB stored")
    rru_per_request: Decimal = Field(
        Decimal(0), ge=0, description="read units of 4 KB per request; eventual reads count half"
    )
    wru_per_request: Decimal = Field(
        Decimal(0), ge=0, description="write units of 1 KB per request"
    )
    pitr: bool = Field(default=False, description="point-in-time recovery")
    rcu: int | None = Field(
        None, ge=0, le=40_000, description="provisioned reads per second; default: the peak's"
    )
    wcu: int | None = Field(
        None, ge=0, le=40_000, description="provisioned writes per second; default: the peak's"
    )

    def usage(self, context: Context) -> list[Usage]:
        used = [
            *(self._provisioned(context) if self.mode == "provisioned" else self._units(context)),
            Usage("AmazonDynamoDB:storage", self.storage_gb),
        ]
        if self.pitr:
            used.append(Usage("AmazonDynamoDB:pitr", self.storage_gb))
        return used

    def _units(self, context: Context) -> list[Usage]:
        return [
            Usage("AmazonDynamoDB:ondemand.rru", context.requests * self.rru_per_request),
            Usage("AmazonDynamoDB:ondemand.wru", context.requests * self.wru_per_request),
        ]

    def _provisioned(self, context: Context) -> list[Usage]:
        reads = _capacity(context, self.rcu, self.rru_per_request)
        writes = _capacity(context, self.wcu, self.wru_per_request)
        return [
            Usage("AmazonDynamoDB:provisioned.rcu", reads * context.hours),
            Usage("AmazonDynamoDB:provisioned.wcu", writes * context.hours),
        ]

    def resources(self, site: Site) -> Resources:
        table: dict[str, Json | None] = {
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": self.pitr},
            "SSESpecification": {"SSEEnabled": True},
        }
        if self.mode == "on_demand":
            table["BillingMode"] = "PAY_PER_REQUEST"
        else:
            table["ProvisionedThroughput"] = {
                "ReadCapacityUnits": self.rcu or 1,
                "WriteCapacityUnits": self.wcu or 1,
            }
        return {"": Resource("AWS::DynamoDB::Table", table, keeps_data=True)}

    def grants(self, site: Site) -> tuple[Grant, ...]:
        actions = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query")
        return (Grant(tuple(f"dynamodb:{one}" for one in actions), (site.att(self, "", "Arn"),)),)

    def detail(self) -> str:
        return self.mode.replace("_", " ")


def _capacity(context: Context, written: int | None, per_request: Decimal) -> Decimal:
    """Units per second all month long: as written, else enough for the peak of the demand."""
    if written is not None:
        return Decimal(written)
    return (context.demand.peak_per_second * per_request).to_integral_value(ROUND_CEILING)
