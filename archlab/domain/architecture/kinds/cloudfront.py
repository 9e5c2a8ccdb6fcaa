"""CloudFront: GB out and requests, or a flat plan instead of both."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import (
    Json,
    NotDeployable,
    Resource,
    Resources,
    Site,
    policy,
)
from archlab.domain.architecture.kinds.alb import Alb
from archlab.domain.architecture.kinds.http_api import HttpApi
from archlab.domain.architecture.kinds.s3_bucket import S3Bucket
from archlab.domain.pricing import Usage

CACHED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""AWS's own policy CachingOptimized."""
UNCACHED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""AWS's own policy CachingDisabled."""
HTTP_ONLY, HTTPS_ONLY = "http-only", "https-only"
ALL_METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]


class Cloudfront(Component):
    title: ClassVar[str] = "CloudFront"
    category: ClassVar[Glyph] = "edge"

    kind: Literal["cloudfront"] = "cloudfront"
    out_gb: Decimal = Field(Decimal(0), ge=0, description="GB per month to visitors")
    requests: Decimal = Field(Decimal(0), ge=0, description="HTTPS requests per month")
    plan: Literal["pay_as_you_go", "free", "pro", "business"] = Field(
        "pay_as_you_go", description="a flat plan throttles instead of charging more"
    )

    def usage(self, context: Context) -> list[Usage]:
        if self.plan != "pay_as_you_go":
            return [Usage(f"CloudFrontPlans:flat-rate.{self.plan}", Decimal(1))]
        return [
            Usage("AmazonCloudFront:data-out.us-eu", self.out_gb),
            Usage("AmazonCloudFront:https-request.us", self.requests),
        ]

    def _arn(self, site: Site) -> Json:
        path = f"distribution/${{{site.id(self)}}}"
        return {"Fn::Sub": f"arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:{path}"}

    def resources(self, site: Site) -> Resources:
        """Files first if there is a bucket, with the API below `/api/`; else all to the API."""
        buckets = site.called(self, S3Bucket)
        origins = [self._files(site, bucket) for bucket in buckets]
        servers = self._servers(site)
        origins += servers
        if not origins:
            raise NotDeployable("The edge needs something behind it: link it to what it delivers.")
        first, api = origins[0], servers[0] if servers and buckets else None
        config: dict[str, Json] = {
            "Enabled": True,
            "HttpVersion": "http2",
            "PriceClass": "PriceClass_100",
            "Origins": origins,
            "DefaultCacheBehavior": _behaviour(first, CACHED if buckets else UNCACHED),
        }
        if api:
            config["CacheBehaviors"] = [{"PathPattern": "/api/*", **_behaviour(api, UNCACHED)}]
        for guard in (one for one in site.called(self, Component) if one.guards):
            config["WebACLId"] = site.att(guard, "", "Arn")
        found = {"": Resource("AWS::CloudFront::Distribution", {"DistributionConfig": config})}
        if buckets:
            found["Access"] = _access(site.id(self))
        return found | {f"Read{site.id(one)}": self._may_read(site, one) for one in buckets}

    def _may_read(self, site: Site, bucket: S3Bucket) -> Resource:
        """The bucket's policy: this distribution and nobody else."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": bucket.objects(site),
            "Condition": {"StringEquals": {"AWS:SourceArn": self._arn(site)}},
        }
        return Resource(
            "AWS::S3::BucketPolicy",
            {"Bucket": site.ref(bucket), "PolicyDocument": policy(statement)},
        )

    def _files(self, site: Site, bucket: S3Bucket) -> dict[str, Json]:
        return {
            "Id": bucket.id,
            "DomainName": site.att(bucket, "", "RegionalDomainName"),
            "OriginAccessControlId": site.att(self, "Access", "Id"),
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }

    def _servers(self, site: Site) -> list[dict[str, Json]]:
        """Balancers and APIs by their own names; for a machine the template asks."""
        named = [(b.id, site.att(b, "", "DNSName"), HTTP_ONLY) for b in site.called(self, Alb)]
        named += [(api.id, api.host(site), HTTPS_ONLY) for api in site.called(self, HttpApi)]
        others = [c for c in site.called(self, Component) if c.port and not isinstance(c, Alb)]
        named += [(other.id, site.parameter("OriginDomain"), HTTP_ONLY) for other in others]
        return [
            {
                "Id": id_,
                "DomainName": name,
                "CustomOriginConfig": {"OriginProtocolPolicy": protocol},
            }
            for id_, name, protocol in named
        ]

    def detail(self) -> str:
        return "" if self.plan == "pay_as_you_go" else f"{self.plan} plan"


def _behaviour(origin: Mapping[str, Json], cache: str) -> dict[str, Json]:
    return {
        "TargetOriginId": origin["Id"],
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": cache,
        "AllowedMethods": ["GET", "HEAD"] if cache == CACHED else ALL_METHODS,
        "Compress": True,
    }


def _access(name: str) -> Resource:
    config: Json = {
        "Name": {"Fn::Sub": f"${{AWS::StackName}}-{name}"},
        "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always",
        "SigningProtocol": "sigv4",
    }
    return Resource("AWS::CloudFront::OriginAccessControl", {"OriginAccessControlConfig": config})
