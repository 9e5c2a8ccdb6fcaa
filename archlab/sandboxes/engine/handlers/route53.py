"""Names of hosts."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, Made, handler, keyed, once, present
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.strict import Properties

_GONE = "NoSuchHostedZone"


def _zone(context: Context, properties: Properties) -> Created:
    dns = context.client("route53")
    made = dns.create_hosted_zone(Name=properties["Name"], CallerReference=context.name)
    id_ = made["HostedZone"]["Id"].rsplit("/", 1)[1]
    if tags := keyed(properties, "HostedZoneTags"):
        dns.change_tags_for_resource(ResourceType="hostedzone", ResourceId=id_, AddTags=tags)
    return Created(id_, {"Id": id_})


def _record(context: Context, properties: Properties) -> Created:
    zone = properties.text("HostedZoneId")
    record: dict[str, Any] = properties.pick("AliasTarget", "Name", "SetIdentifier", "Type")
    record |= {one: properties.number(one) for one in ("TTL", "Weight") if one in properties}
    if values := properties.texts("ResourceRecords"):
        record["ResourceRecords"] = [{"Value": one} for one in values]
    _change(context, "CREATE", zone, record)
    name = properties.text("Name")
    handle = {"zone": zone, "type": properties.text("Type"), "name": name.rstrip(".")}
    return Created(name, handle=handle)


def _change(context: Context, action: str, zone: str, record: dict[str, Any]) -> None:
    context.client("route53").change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]},
    )


def _found(context: Context, made: Made) -> list[dict[str, Any]]:
    pages = context.client("route53").get_paginator("list_resource_record_sets")
    wanted = (made.handle["name"], made.handle["type"])
    return [
        one
        for page in pages.paginate(HostedZoneId=made.handle["zone"])
        for one in page["ResourceRecordSets"]
        if (one["Name"].rstrip("."), one["Type"]) == wanted
    ]


def _delete_record(context: Context, made: Made) -> None:
    def delete() -> None:
        for record in _found(context, made):
            _change(context, "DELETE", made.handle["zone"], record)

    once(delete, _GONE)


HANDLERS = (
    handler(
        "AWS::Route53::HostedZone",
        "HostedZoneTags[Key Value] Name",
        _zone,
        deleted_by("route53", "delete_hosted_zone", "Id", _GONE),
        seen_by("route53", "get_hosted_zone", "Id", "HostedZone", _GONE, one=True),
        "Id",
    ),
    handler(
        "AWS::Route53::RecordSet",
        "AliasTarget{DNSName EvaluateTargetHealth HostedZoneId} HostedZoneId Name"
        " ResourceRecords[] SetIdentifier TTL Type Weight",
        _record,
        _delete_record,
        lambda context, made: present(lambda: _found(context, made), _GONE),
    ),
)
