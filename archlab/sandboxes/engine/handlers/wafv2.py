"""The firewall in front of a web entrance."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import (
    Context,
    Created,
    Made,
    handler,
    once,
    present,
    tag_list,
)
from archlab.sandboxes.engine.handlers.calls import deleted_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GONE = "WAFNonexistentItemException"
_VISIBLE = "VisibilityConfig{CloudWatchMetricsEnabled MetricName SampledRequestsEnabled}"
_ACTION = "Action{Allow* Block* Count*} OverrideAction{Count* None*}"
_STATEMENT = (
    "Statement{ManagedRuleGroupStatement{ExcludedRules[Name] Name VendorName}"
    " RateBasedStatement{AggregateKeyType EvaluationWindowSec Limit}}"
)


def _acl(context: Context, properties: Properties) -> Created:
    name, scope = properties.text("Name", context.name), properties.text("Scope")
    rules: list[dict[str, Any]] = [
        one.pick("Action", "Name", "OverrideAction", "Priority", "Statement", "VisibilityConfig")
        for one in properties.lists("Rules")
    ]
    made = context.client("wafv2").create_web_acl(
        Name=name,
        Scope=scope,
        DefaultAction=properties["DefaultAction"],
        VisibilityConfig=properties["VisibilityConfig"],
        Rules=rules,
        **properties.pick("Description"),
        **tag_list(properties),
    )["Summary"]
    handle = {"Name": name, "Scope": scope, "Id": made["Id"]}
    attributes = {"Arn": made["ARN"], "Id": made["Id"]}
    return Created(f"{name}|{made['Id']}|{scope}", attributes, handle)


def _delete_acl(context: Context, made: Made) -> None:
    """A firewall is deleted by the token of the state that was read."""
    waf = context.client("wafv2")

    def delete() -> None:
        token = waf.get_web_acl(**made.handle)["LockToken"]
        waf.delete_web_acl(**made.handle, LockToken=token)

    once(delete, _GONE)


def _acl_exists(context: Context, made: Made) -> bool:
    waf = context.client("wafv2")
    return present(lambda: waf.get_web_acl(**made.handle)["WebACL"], _GONE)


def _associate(context: Context, properties: Properties) -> Created:
    resource, acl = properties.text("ResourceArn"), properties.text("WebACLArn")
    context.client("wafv2").associate_web_acl(WebACLArn=acl, ResourceArn=resource)
    return Created(f"{acl}|{resource}", handle={"ResourceArn": resource})


def _associated(context: Context, made: Made) -> bool:
    waf = context.client("wafv2")
    resource = made.handle["ResourceArn"]
    return present(lambda: waf.get_web_acl_for_resource(ResourceArn=resource).get("WebACL"), _GONE)


HANDLERS = (
    handler(
        "AWS::WAFv2::WebACL",
        f"DefaultAction{{Allow* Block*}} Description Name Scope {_VISIBLE}"
        f" Rules[{_ACTION} Name Priority {_STATEMENT} {_VISIBLE}] {TAGS}",
        _acl,
        _delete_acl,
        _acl_exists,
        "Arn Id",
    ),
    handler(
        "AWS::WAFv2::WebACLAssociation",
        "ResourceArn WebACLArn",
        _associate,
        deleted_by("wafv2", "disassociate_web_acl", "ResourceArn", _GONE, handle="ResourceArn"),
        _associated,
    ),
)
