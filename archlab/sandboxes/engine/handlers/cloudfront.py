"""The edge."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, Made, handler, keyed, once
from archlab.sandboxes.engine.handlers.calls import seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties
from archlab.sandboxes.engine.values import Value

_NO_DISTRIBUTION = "NoSuchDistribution"
_NO_ACCESS = "NoSuchOriginAccessControl"
_BEHAVIOUR = (
    "AllowedMethods[] CachePolicyId CachedMethods[] Compress OriginRequestPolicyId TargetOriginId"
    " ViewerProtocolPolicy"
)
_ORIGIN = (
    "ConnectionAttempts ConnectionTimeout"
    " CustomOriginConfig{HTTPPort HTTPSPort OriginProtocolPolicy OriginSSLProtocols[]}"
    " DomainName Id OriginAccessControlId~ OriginPath S3OriginConfig~{OriginAccessIdentity}"
)
_PLAIN = ("Comment", "DefaultRootObject", "Enabled", "HttpVersion", "PriceClass", "WebACLId")


def listed(items: list[Any]) -> dict[str, Any]:
    """A list as this service wants it: with its length beside it."""
    return {"Quantity": len(items), **({"Items": items} if items else {})}


def _distribution(context: Context, properties: Properties) -> Created:
    given = properties.part("DistributionConfig")
    config: dict[str, Any] = {
        "CallerReference": context.name,
        "Comment": "",
        "Origins": listed([_origin(one) for one in given.lists("Origins")]),
        "DefaultCacheBehavior": _behaviour(given.part("DefaultCacheBehavior")),
        "CacheBehaviors": listed(
            [
                {"PathPattern": one.text("PathPattern"), **_behaviour(one)}
                for one in given.lists("CacheBehaviors")
            ]
        ),
        **given.pick(*_PLAIN),
    }
    config["Aliases"] = listed([*given.texts("Aliases")])
    if "ViewerCertificate" in given:
        config["ViewerCertificate"] = _certificate(given.part("ViewerCertificate"))
    made = context.client("cloudfront").create_distribution_with_tags(
        DistributionConfigWithTags={
            "DistributionConfig": config,
            "Tags": {"Items": keyed(properties)},
        }
    )["Distribution"]
    return Created(made["Id"], {"Id": made["Id"], "DomainName": made["DomainName"]})


def _certificate(given: Properties) -> dict[str, Any]:
    found: dict[str, Any] = given.pick("MinimumProtocolVersion")
    if "AcmCertificateArn" in given:
        found["ACMCertificateArn"] = given.text("AcmCertificateArn")
    if "SslSupportMethod" in given:
        found["SSLSupportMethod"] = given.text("SslSupportMethod")
    if "CloudFrontDefaultCertificate" in given:
        found["CloudFrontDefaultCertificate"] = given.flag("CloudFrontDefaultCertificate")
    return found


def _behaviour(given: Properties) -> dict[str, Any]:
    names = ("CachePolicyId", "Compress", "OriginRequestPolicyId", "TargetOriginId")
    found: dict[str, Any] = given.pick("ViewerProtocolPolicy", *names)
    if methods := given.texts("AllowedMethods"):
        found["AllowedMethods"] = listed([*methods])
        cached = given.texts("CachedMethods") or ["GET", "HEAD"]
        found["AllowedMethods"]["CachedMethods"] = listed([*cached])
    return found


def _origin(given: Properties) -> dict[str, Any]:
    names = ("ConnectionAttempts", "ConnectionTimeout", "DomainName", "Id", "OriginPath")
    found: dict[str, Any] = given.pick("OriginAccessControlId", "S3OriginConfig", *names)
    if "CustomOriginConfig" in given:
        own = given.part("CustomOriginConfig")
        versions = own.texts("OriginSSLProtocols") or ["TLSv1.2"]
        found["CustomOriginConfig"] = {
            "HTTPPort": int(own.text("HTTPPort", "80")),
            "HTTPSPort": int(own.text("HTTPSPort", "443")),
            "OriginProtocolPolicy": own.text("OriginProtocolPolicy"),
            "OriginSslProtocols": listed([*versions]),
        }
    return found


def _delete_distribution(context: Context, made: Made) -> None:
    """A distribution goes only when it is switched off; each call needs the tag of the last."""
    edge = context.client("cloudfront")

    def delete() -> None:
        found = edge.get_distribution_config(Id=made.physical_id)
        config: dict[str, Value] = {**found["DistributionConfig"], "Enabled": False}
        edge.update_distribution(
            Id=made.physical_id, IfMatch=found["ETag"], DistributionConfig=config
        )
        tag = edge.get_distribution_config(Id=made.physical_id)["ETag"]
        edge.delete_distribution(Id=made.physical_id, IfMatch=tag)

    once(delete, _NO_DISTRIBUTION)


def _access(context: Context, properties: Properties) -> Created:
    given = properties.part("OriginAccessControlConfig")
    names = ("Description", "Name", "OriginAccessControlOriginType", "SigningBehavior")
    made = context.client("cloudfront").create_origin_access_control(
        OriginAccessControlConfig=given.pick("SigningProtocol", *names)
    )["OriginAccessControl"]
    return Created(made["Id"], {"Id": made["Id"]})


def _delete_access(context: Context, made: Made) -> None:
    edge = context.client("cloudfront")

    def delete() -> None:
        tag = edge.get_origin_access_control(Id=made.physical_id)["ETag"]
        edge.delete_origin_access_control(Id=made.physical_id, IfMatch=tag)

    once(delete, _NO_ACCESS)


HANDLERS = (
    handler(
        "AWS::CloudFront::Distribution",
        f"DistributionConfig{{Aliases[] CacheBehaviors[PathPattern {_BEHAVIOUR}]"
        f" DefaultCacheBehavior{{{_BEHAVIOUR}}} Origins[{_ORIGIN}]"
        " ViewerCertificate{AcmCertificateArn CloudFrontDefaultCertificate"
        f" MinimumProtocolVersion SslSupportMethod}} {' '.join(_PLAIN)}}} {TAGS}",
        _distribution,
        _delete_distribution,
        seen_by("cloudfront", "get_distribution", "Id", "Distribution", _NO_DISTRIBUTION, one=True),
        "Id DomainName",
    ),
    handler(
        "AWS::CloudFront::OriginAccessControl",
        "OriginAccessControlConfig{Description Name OriginAccessControlOriginType SigningBehavior"
        " SigningProtocol}",
        _access,
        _delete_access,
        seen_by(
            "cloudfront",
            "get_origin_access_control",
            "Id",
            "OriginAccessControl",
            _NO_ACCESS,
            one=True,
        ),
        "Id",
    ),
)
