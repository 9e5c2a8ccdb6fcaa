"""Secrets Manager: secrets by the month and calls to read them."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Grant, Resource, Resources, Site
from archlab.domain.pricing import Usage


class Secrets(Component):
    title: ClassVar[str] = "Secrets Manager"
    category: ClassVar[Glyph] = "secret"

    kind: Literal["secrets"] = "secrets"
    count: int = Field(1, ge=0, le=10_000, description="secrets")
    requests: Decimal = Field(Decimal(0), ge=0, description="calls per month")

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage("AWSSecretsManager:secret", Decimal(self.count)),
            Usage("AWSSecretsManager:api-request", self.requests),
        ]

    def resources(self, site: Site) -> Resources:
        drawn = {"PasswordLength": 32, "ExcludePunctuation": True}
        secret = Resource("AWS::SecretsManager::Secret", {"GenerateSecretString": drawn})
        return {f"Secret{number}": secret for number in range(1, self.count + 1)}

    def grants(self, site: Site) -> tuple[Grant, ...]:
        arns = tuple(site.ref(self, f"Secret{number}") for number in range(1, self.count + 1))
        return (Grant(("secretsmanager:GetSecretValue",), arns),) if arns else ()

    def detail(self) -> str:
        return "1 secret" if self.count == 1 else f"{self.count} secrets"
