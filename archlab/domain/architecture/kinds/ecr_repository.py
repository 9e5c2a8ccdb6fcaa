"""A private image registry, billed by the GB-month of all images kept."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, short
from archlab.domain.architecture.deployable import Resource, Resources, Site
from archlab.domain.pricing import Usage

KEPT_IMAGES = 5


class EcrRepository(Component):
    title: ClassVar[str] = "Image registry"
    category: ClassVar[Glyph] = "store"
    serves: ClassVar[bool] = False

    kind: Literal["ecr_repository"] = "ecr_repository"
    gb: Decimal = Field(Decimal(0), ge=0, description="GB of images kept, old ones included")
    immutable_tags: bool = Field(default=False, description="a tag can be given once")

    kept_images: int = Field(
        KEPT_IMAGES, ge=1, le=1000, description="images that the lifecycle rule leaves"
    )
    scan_on_push: bool = Field(default=True, description="images are scanned when they arrive")

    def usage(self, context: Context) -> list[Usage]:
        return [Usage("AmazonECR:private-storage", self.gb)]

    def resources(self, site: Site) -> Resources:
        keep = {
            "rulePriority": 1,
            "description": f"keep the last {self.kept_images} images",
            "selection": {
                "tagStatus": "any",
                "countType": "imageCountMoreThan",
                "countNumber": self.kept_images,
            },
            "action": {"type": "expire"},
        }
        return {
            "": Resource(
                "AWS::ECR::Repository",
                {
                    "RepositoryName": {"Fn::Sub": f"${{AWS::StackName}}/{self.id}"},
                    "ImageTagMutability": "IMMUTABLE" if self.immutable_tags else "MUTABLE",
                    "ImageScanningConfiguration": {"ScanOnPush": self.scan_on_push},
                    "LifecyclePolicy": {
                        "LifecyclePolicyText": json.dumps({"rules": [keep]}, sort_keys=True)
                    },
                    "EmptyOnDelete": True,
                },
            )
        }

    def detail(self) -> str:
        return f"{short(self.gb)} GB" if self.gb else ""
