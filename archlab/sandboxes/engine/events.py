"""What happens to a run, one line each; the ledger of the site is written from these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from archlab.sandboxes.engine.values import Value

Kind = Literal[
    "REFUSED",
    "INVENTORY",
    "PLANNED",
    "PROPERTY_NOT_STORED",
    "CREATING",
    "CREATED",
    "VERIFIED",
    "CREATE_FAILED",
    "DEPLOYED",
    "FAULT_PLANTED",
    "FAULT_FAILED",
    "EDIT_APPLIED",
    "EDIT_FAILED",
    "FACTS",
    "FACTS_UNSEEN",
    "DELETING",
    "DELETED",
    "DELETE_FAILED",
    "DELETE_NOT_SUPPORTED_ON_TARGET",
    "TORN_DOWN",
    "ENDED",
]
Outcome = Literal[
    "ready",
    "torn_down",
    "leftovers",
    "refused",
    "rolled_back",
    "timed_out",
    "cancelled",
    "died",
    "too_much_output",
]
"""How an attempt ended; the last four are said by the parent of the child."""


@dataclass(frozen=True)
class Event:
    """`args` are small JSON without secrets; `logical_id` is empty for the run as a whole.

    CREATE_FAILED names a parameter where the image behind it was not found, and nothing where an
    output cannot be evaluated.

    INVENTORY       when ("before" the first create, "after" the teardown), and found:
                    [service: name], or code and message
    PLANNED         resources: [{logical_id, type, component}] in their order
    REFUSED         problems: [{path, sentence}]
    CREATED         physical_id, attributes
    DEPLOYED        outputs
    *_FAILED, FACTS_UNSEEN   code, message (FAULT_ and EDIT_: id as well, FACTS_: id and args)
    FACTS           id, args, facts
    TORN_DOWN       leftovers: [logical_id]
    ENDED           outcome, and seconds by phase
    """

    kind: Kind
    logical_id: str = ""
    args: Mapping[str, Value] = field(default_factory=dict)
