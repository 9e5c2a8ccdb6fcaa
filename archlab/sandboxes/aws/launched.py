"""A launch between two steps, as it is stored: no ARN, no account, nothing secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archlab.sandboxes.aws.connection import STACKS
from archlab.sandboxes.aws.quote import Quote


class Stage(StrEnum):
    """The step that comes next, or how a launch ended."""

    PREFLIGHT = "preflight"
    GATE = "gate"
    PRICE = "price"
    EXPIRY = "expiry"
    CHANGE_SET = "change set"
    SHOW = "show"
    CONFIRM = "confirm"
    EXECUTE = "execute"
    EVENTS = "events"
    CHECKS = "checks"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


READS_ONLY = frozenset({Stage.PREFLIGHT, Stage.GATE, Stage.PRICE})
ENDED = frozenset({Stage.READY, Stage.FAILED, Stage.CANCELLED})
WAITS = {Stage.SHOW: 5, Stage.CONFIRM: 60, Stage.EVENTS: 10}
"""Seconds until the same step is worth another look."""


@dataclass(frozen=True)
class Change:
    """One line of what AWS says that it would do."""

    action: str
    logical_id: str
    type: str


@dataclass(frozen=True)
class Event:
    """One event of the stack. `said` is AWS's sentence without account and keys."""

    id: str
    at: datetime
    logical_id: str
    state: str
    said: str = ""


@dataclass(frozen=True)
class Launch:
    """`news` are the events of the last step alone: whoever stores them, keeps them elsewhere."""

    run: str
    region: str
    sha256: str
    began_at: datetime
    expires_at: datetime
    attempt: int = 1
    stage: Stage = Stage.PREFLIGHT
    parameters: tuple[tuple[str, str], ...] = ()
    quote: Quote | None = None
    changes: tuple[Change, ...] = ()
    shown_at: datetime | None = None
    confirmed_at: datetime | None = None
    executed_at: datetime | None = None
    extensions: int = 0
    last_event: str = ""
    news: tuple[Event, ...] = ()
    verdicts: tuple[tuple[str, str], ...] = ()
    reason: str = ""

    @property
    def stack(self) -> str:
        """The name of the stack, of its schedule, and the beginning of all generated names."""
        return f"{STACKS}{self.run}"

    @property
    def change_set(self) -> str:
        return f"{self.stack}-{self.attempt}"

    @property
    def expires_text(self) -> str:
        return f"{self.expires_at:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def may_have_written(self) -> bool:
        """Whether something of it may be in the account."""
        return self.stage not in READS_ONLY

    @property
    def wait_s(self) -> int:
        """How long the next step may wait."""
        return WAITS.get(self.stage, 0)
