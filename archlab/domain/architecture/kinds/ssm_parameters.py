"""Parameters of Systems Manager; standard ones are free, advanced ones are not."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Grant, Resource, Resources, Site
from archlab.domain.pricing import Usage


class SsmParameters(Component):
    title: ClassVar[str] = "Parameter store"
    category: ClassVar[Glyph] = "secret"

    kind: Literal["ssm_parameters"] = "ssm_parameters"
    count: int = Field(1, ge=0, le=10_000, description="parameters")
    advanced: bool = Field(default=False, description="above 4 KB each, with policies, for a fee")

    def usage(self, context: Context) -> list[Usage]:
        if not self.advanced or not self.count:
            return []
        reason = "the price book has no rate for advanced parameters"
        return [Usage("unpriced:ssm.advanced", Decimal(self.count), reason=reason)]

    def resources(self, site: Site) -> Resources:
        return {
            f"Parameter{number}": Resource(
                "AWS::SSM::Parameter",
                {
                    "Name": {"Fn::Sub": f"/${{AWS::StackName}}/{self.id}/{number}"},
                    "Type": "String",
                    "Value": "set me after the deployment",
                    "Tier": "Advanced" if self.advanced else "Standard",
                },
            )
            for number in range(1, self.count + 1)
        }

    def grants(self, site: Site) -> tuple[Grant, ...]:
        path = f"parameter/${{AWS::StackName}}/{self.id}/*"
        arn = {
            "Fn::Sub": f"arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:{path}"
        }
        return (Grant(("ssm:GetParameter", "ssm:GetParameters"), (arn,)),) if self.count else ()

    def detail(self) -> str:
        return "1 parameter" if self.count == 1 else f"{self.count} parameters"
