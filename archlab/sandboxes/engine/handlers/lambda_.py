"""Functions, and who may call them."""

from __future__ import annotations

import io
import zipfile

from archlab.sandboxes.engine.contract import Context, Created, Made, as_map, handler, once, present
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GONE = "ResourceNotFoundException"
_GIVEN = (
    "Architectures",
    "Description",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
    "VpcConfig",
)
_OLDEST = (1980, 1, 1, 0, 0, 0)


def _function(context: Context, properties: Properties) -> Created:
    functions = context.client("lambda")
    name = properties.text("FunctionName", context.name)
    text = properties.part("Code").text("ZipFile")
    suffix = "py" if properties.text("Runtime").startswith("python") else "js"
    made = functions.create_function(
        FunctionName=name,
        Code={"ZipFile": zipped(f"index.{suffix}", text)},
        **properties.pick(*_GIVEN),
        Tags=as_map(properties),
    )
    if "ReservedConcurrentExecutions" in properties:
        functions.put_function_concurrency(
            FunctionName=name,
            ReservedConcurrentExecutions=properties.number("ReservedConcurrentExecutions"),
        )
    return Created(name, {"Arn": made["FunctionArn"]})


def zipped(name: str, text: str) -> bytes:
    """The same text always as the same bytes, which a clock in the archive would prevent."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name, _OLDEST), text)
    return held.getvalue()


def _permission(context: Context, properties: Properties) -> Created:
    function = properties.text("FunctionName")
    statement = context.name
    context.client("lambda").add_permission(
        FunctionName=function,
        StatementId=statement,
        **properties.pick("Action", "Principal", "SourceAccount", "SourceArn"),
    )
    return Created(statement, handle={"FunctionName": function, "StatementId": statement})


def _delete_permission(context: Context, made: Made) -> None:
    functions = context.client("lambda")
    once(lambda: functions.remove_permission(**made.handle), _GONE)


def _permitted(context: Context, made: Made) -> bool:
    functions = context.client("lambda")

    def read() -> bool:
        text = functions.get_policy(FunctionName=made.handle["FunctionName"])["Policy"]
        return f'"{made.physical_id}"' in text

    return present(read, _GONE)


HANDLERS = (
    handler(
        "AWS::Lambda::Function",
        "Architectures[] Code{ZipFile} Description Environment{Variables*} EphemeralStorage{Size}"
        " FunctionName Handler LoggingConfig~{ApplicationLogLevel LogFormat LogGroup"
        " SystemLogLevel} MemorySize ReservedConcurrentExecutions Role Runtime Timeout"
        f" TracingConfig{{Mode}} VpcConfig{{SecurityGroupIds[] SubnetIds[]}} {TAGS}",
        _function,
        deleted_by("lambda", "delete_function", "FunctionName", _GONE),
        seen_by("lambda", "get_function", "FunctionName", "Configuration", _GONE, one=True),
        "Arn",
    ),
    handler(
        "AWS::Lambda::Permission",
        "Action FunctionName Principal SourceAccount SourceArn",
        _permission,
        _delete_permission,
        _permitted,
    ),
)
