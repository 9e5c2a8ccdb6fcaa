"""Customer keys of KMS; one that exists for half a month counts as 0.5."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, short
from archlab.domain.architecture.deployable import Grant, Resource, Resources, Site, policy
from archlab.domain.pricing import Usage


class KmsKeys(Component):
    title: ClassVar[str] = "KMS keys"
    category: ClassVar[Glyph] = "secret"

    kind: Literal["kms_keys"] = "kms_keys"
    keys: Decimal = Field(ge=0, description="customer keys, prorated over the month")
    requests: Decimal = Field(Decimal(0), ge=0, description="billed requests per month")

    rotated: bool = Field(default=True, description="each key is rotated every year")

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage("awskms:customer-key", self.keys),
            Usage("awskms:request.symmetric", self.requests),
        ]

    def resources(self, site: Site) -> Resources:
        """Whole keys: a key that lived for a part of the month is a key."""
        count = int(self.keys.to_integral_value(ROUND_CEILING))
        found: dict[str, Resource] = {}
        for number in range(1, count + 1):
            found[f"Key{number}"] = Resource(
                "AWS::KMS::Key",
                {
                    "EnableKeyRotation": self.rotated,
                    "PendingWindowInDays": 7,
                    "KeyPolicy": policy(
                        {
                            "Effect": "Allow",
                            "Principal": {
                                "AWS": {
                                    "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"
                                }
                            },
                            "Action": "kms:*",
                            "Resource": "*",
                        }
                    ),
                },
            )
            found[f"Alias{number}"] = Resource(
                "AWS::KMS::Alias",
                {
                    "AliasName": {"Fn::Sub": f"alias/${{AWS::StackName}}-{self.id}-{number}"},
                    "TargetKeyId": site.ref(self, f"Key{number}"),
                },
            )
        return found

    def grants(self, site: Site) -> tuple[Grant, ...]:
        count = int(self.keys.to_integral_value(ROUND_CEILING))
        arns = tuple(site.att(self, f"Key{number}", "Arn") for number in range(1, count + 1))
        return (Grant(("kms:Decrypt",), arns),) if arns else ()

    def detail(self) -> str:
        return "1 key" if self.keys == 1 else f"{short(self.keys)} keys"
