"""A web ACL: the list itself, each of its rules, and the requests that it inspects."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.pricing import Usage


class WafAcl(Component):
    title: ClassVar[str] = "Web firewall"
    category: ClassVar[Glyph] = "guard"

    kind: Literal["waf_acl"] = "waf_acl"
    rules: int = Field(1, ge=0, le=100, description="own rules and managed groups")
    requests: Decimal = Field(Decimal(0), ge=0, description="inspected requests per month")

    bot_control: bool = Field(default=False, description="managed bot control, common level")

    def usage(self, context: Context) -> list[Usage]:
        used = [
            Usage("awswaf:web-acl", Decimal(1)),
            Usage("awswaf:rule", Decimal(self.rules)),
            Usage("awswaf:request", self.requests),
        ]
        if self.bot_control:
            used += [
                Usage("awswaf:bot-control", Decimal(1)),
                Usage("awswaf:bot-control.request.common", self.requests),
            ]
        return used

    def detail(self) -> str:
        return "1 rule" if self.rules == 1 else f"{self.rules} rules"
