"""Parameters of Systems Manager; standard ones are free, advanced ones are not."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
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

    def detail(self) -> str:
        return "1 parameter" if self.count == 1 else f"{self.count} parameters"
