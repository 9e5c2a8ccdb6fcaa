"""The states of a run and the ways between them; nothing goes any other way."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    VALIDATING = "validating"
    DEPLOYING = "deploying"
    CHECKING = "checking"
    READY = "ready"
    TEARING_DOWN = "tearing_down"
    GONE = "gone"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAYS: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.VALIDATING, State.FAILED, State.CANCELLED}),
    State.VALIDATING: frozenset({State.DEPLOYING, State.QUEUED, State.FAILED, State.CANCELLED}),
    State.DEPLOYING: frozenset(
        {State.CHECKING, State.TEARING_DOWN, State.QUEUED, State.FAILED, State.CANCELLED}
    ),
    State.CHECKING: frozenset(
        {State.READY, State.TEARING_DOWN, State.QUEUED, State.FAILED, State.CANCELLED}
    ),
    State.READY: frozenset({State.QUEUED, State.GONE}),
    State.TEARING_DOWN: frozenset({State.GONE, State.QUEUED, State.FAILED, State.CANCELLED}),
    State.FAILED: frozenset({State.QUEUED, State.GONE}),
    State.CANCELLED: frozenset({State.QUEUED, State.GONE}),
    State.GONE: frozenset(),
}
"""A new attempt of an embedded run waits in the queue again; nothing of the last one is alive."""

UNDER_WAY = frozenset(
    {State.QUEUED, State.VALIDATING, State.DEPLOYING, State.CHECKING, State.TEARING_DOWN}
)
"""Something waits for a worker, or a worker is at it."""

LIVE = frozenset(set(State) - {State.GONE, State.FAILED, State.CANCELLED})
"""The learner has something to come back to; at most one such run stands in a step."""

REPAIRABLE = frozenset({State.READY, State.FAILED, State.CANCELLED})
"""Where an edit starts a new attempt."""


MOST_LIVE_RUNS = 5
"""In real accounts, of all learners together; a learner has one."""


class AwsState(StrEnum):
    """Of a run in a real account. Only GONE means that nothing of it is there."""

    VALIDATING = "validating"
    AWAITING_CONFIRM = "awaiting_confirm"
    DEPLOYING = "deploying"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TEARING_DOWN = "tearing_down"
    QUARANTINED = "quarantined"
    GONE = "gone"


AWS_WAYS: Mapping[AwsState, frozenset[AwsState]] = {
    AwsState.VALIDATING: frozenset(
        {AwsState.AWAITING_CONFIRM, AwsState.FAILED, AwsState.CANCELLED}
    ),
    AwsState.AWAITING_CONFIRM: frozenset({AwsState.DEPLOYING, AwsState.CANCELLED}),
    AwsState.DEPLOYING: frozenset({AwsState.READY, AwsState.FAILED, AwsState.CANCELLED}),
    AwsState.READY: frozenset({AwsState.TEARING_DOWN}),
    AwsState.FAILED: frozenset({AwsState.TEARING_DOWN, AwsState.GONE}),
    AwsState.CANCELLED: frozenset({AwsState.TEARING_DOWN, AwsState.GONE}),
    AwsState.TEARING_DOWN: frozenset({AwsState.GONE, AwsState.QUARANTINED}),
    AwsState.QUARANTINED: frozenset({AwsState.GONE}),
    AwsState.GONE: frozenset({AwsState.TEARING_DOWN}),
}
"""What failed or was cancelled is torn down, unless nothing of it was ever written; and what a
late look finds of a run that was gone is torn down again."""

MOVING = frozenset(
    {
        AwsState.VALIDATING,
        AwsState.DEPLOYING,
        AwsState.FAILED,
        AwsState.CANCELLED,
        AwsState.TEARING_DOWN,
    }
)
"""A worker is at it, or should be."""


class ResourceState(StrEnum):
    PENDING = "pending"
    CREATING = "creating"
    CREATED = "created"
    VERIFIED = "verified"
    CREATE_FAILED = "create_failed"
    DELETING = "deleting"
    DELETED = "deleted"
    DELETE_FAILED = "delete_failed"
    DISCARDED = "discarded"
