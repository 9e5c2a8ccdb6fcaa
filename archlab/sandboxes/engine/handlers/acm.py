"""Certificates."""

from __future__ import annotations

from archlab.sandboxes.engine.contract import Context, Created, handler, tag_list
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties
from archlab.sandboxes.engine.values import Value


def _certificate(context: Context, properties: Properties) -> Created:
    more: dict[str, Value] = properties.pick("SubjectAlternativeNames", "ValidationMethod")
    arn = context.client("acm").request_certificate(
        DomainName=properties["DomainName"], **more, **tag_list(properties)
    )["CertificateArn"]
    return Created(arn)


HANDLERS = (
    handler(
        "AWS::CertificateManager::Certificate",
        f"DomainName SubjectAlternativeNames[] ValidationMethod {TAGS}",
        _certificate,
        deleted_by("acm", "delete_certificate", "CertificateArn", "ResourceNotFoundException"),
        seen_by(
            "acm",
            "describe_certificate",
            "CertificateArn",
            "Certificate",
            "ResourceNotFoundException",
            one=True,
        ),
    ),
)
