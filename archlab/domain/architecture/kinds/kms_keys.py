"""Customer keys of KMS; one that exists for half a month counts as 0.5."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, short
from archlab.domain.pricing import Usage


class KmsKeys(Component):
    title: ClassVar[str] = "KMS keys"
    category: ClassVar[Glyph] = "secret"

    kind: Literal["kms_keys"] = "kms_keys"
    keys: Decimal = Field(ge=0, description="customer keys, prorated over the month")
    requests: Decimal = Field(Decimal(0), ge=0, description="billed requests per month")

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage("awskms:customer-key", self.keys),
            Usage("awskms:request.symmetric", self.requests),
        ]

    def detail(self) -> str:
        return "1 key" if self.keys == 1 else f"{short(self.keys)} keys"
