"""Parameters."""

from __future__ import annotations

from archlab.sandboxes.engine.contract import Context, Created, handler
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.strict import Properties


def _parameter(context: Context, properties: Properties) -> Created:
    name = properties.text("Name", context.name)
    tags = properties.get("Tags")
    listed = [{"Key": k, "Value": v} for k, v in tags.items()] if isinstance(tags, dict) else []
    context.client("ssm").put_parameter(
        Name=name,
        **properties.pick("AllowedPattern", "Description", "Tier", "Type", "Value"),
        Tags=listed,
    )
    kind, value = properties.text("Type"), properties.text("Value")
    return Created(name, {"Type": kind, "Value": value})


HANDLERS = (
    handler(
        "AWS::SSM::Parameter",
        "AllowedPattern Description Name Tags* Tier Type Value",
        _parameter,
        deleted_by("ssm", "delete_parameter", "Name", "ParameterNotFound"),
        seen_by("ssm", "get_parameter", "Name", "Parameter", "ParameterNotFound", one=True),
        "Type Value",
    ),
)
