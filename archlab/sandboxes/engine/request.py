"""What a child process is asked to do: one JSON document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from archlab.sandboxes.engine.contract import Stack
from archlab.sandboxes.engine.values import Value

ATTEMPTS = 1000


@dataclass(frozen=True)
class Call:
    """An entry of a catalogue (faults, edits, readers) with its arguments."""

    id: str
    args: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One attempt: deploy, plant the faults, repeat the edits, read the facts, tear down.

    `components` has the component behind each logical id. An attempt always begins from nothing:
    what an earlier one did is in `edits`, in its order.
    """

    template: str
    stack_name: str
    account_id: str
    region: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    components: Mapping[str, str] = field(default_factory=dict)
    faults: Sequence[Call] = ()
    edits: Sequence[Call] = ()
    checks: Sequence[Call] = ()
    teardown: bool = False

    @property
    def stack(self) -> Stack:
        return Stack(self.stack_name, self.account_id, self.region)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Request:
        raw = json.loads(text)
        for name in ("faults", "edits", "checks"):
            raw[name] = tuple(Call(one["id"], one["args"]) for one in raw[name])
        return cls(**raw)


def account_of(run: int, attempt: int) -> str:
    """Twelve digits that no other attempt has; never 123456789012, which an emulator falls back to.

    `run` is a number from 1 to 99,999,999, `attempt` one from 0 to 999.
    """
    if not 0 < run < 10**8 or not 0 <= attempt < ATTEMPTS:
        raise ValueError(f"no account for run {run}, attempt {attempt}")
    return f"2{run:08d}{attempt:03d}"
