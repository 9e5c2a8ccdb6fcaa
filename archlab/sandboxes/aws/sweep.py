"""The standing look into every connected account: what of ours is there that should not be?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archlab.sandboxes.aws.calls import AwsFailed, AwsRefused, Clients
from archlab.sandboxes.aws.connection import Connection
from archlab.sandboxes.aws.inventory import Finding, Unread, enabled_regions, inventory

Scope = Literal["live", "all"]
"""The regions with live runs (every 5 minutes), or all enabled ones (every 15 minutes)."""


@dataclass(frozen=True)
class Swept:
    """One account. `overdue` belongs to a run that has ended, `unknown` to no run of this site."""

    overdue: tuple[Finding, ...] = ()
    unknown: tuple[Finding, ...] = ()
    suspects: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not (self.overdue or self.unknown or self.unread)


def sweep(
    connections: Iterable[tuple[Connection, datetime]],
    *,
    enter: Callable[[Connection], Clients],
    runs: Mapping[str, datetime | None],
    now: datetime,
    scope: Scope = "all",
) -> tuple[tuple[Connection, Swept], ...]:
    """Every account, each by itself: one that cannot be entered does not keep us from the next.

    With each connection comes when it was made: what is older was never ours. `runs` has the
    expiry of each run that may still live, and None for each that has ended.
    """
    places = ((one, _place(one, since, enter, scope)) for one, since in connections)
    return tuple((one, _sorted(found, unread, runs, now)) for one, (found, unread) in places)


def _place(
    connection: Connection, since: datetime, enter: Callable[[Connection], Clients], scope: Scope
) -> tuple[list[Finding], list[Unread]]:
    try:
        clients = enter(connection)
        regions = enabled_regions(clients) if scope == "all" else (connection.region,)
    except (AwsFailed, AwsRefused) as failed:
        code = failed.code if isinstance(failed, AwsFailed) else "refused"
        return [], [Unread(connection.region, "account", code)]
    places = [inventory(clients, region, since=since) for region in regions]
    findings = [one for place in places for one in place.findings]
    return findings, [one for place in places for one in place.unread]


def _sorted(
    found: Sequence[Finding],
    unread: Sequence[Unread],
    runs: Mapping[str, datetime | None],
    now: datetime,
) -> Swept:
    ours = [one for one in found if one.run]
    return Swept(
        overdue=tuple(one for one in ours if one.run in runs and _is_over(runs[one.run], now)),
        unknown=tuple(one for one in ours if one.run not in runs),
        suspects=tuple(one for one in found if not one.run),
        unread=tuple(unread),
    )


def _is_over(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is None or expires_at <= now
