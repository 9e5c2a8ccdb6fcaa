"""How a component can fail: events with their rate, their length and the assumption behind both.

AWS publishes no such rates. The figures are ours, editable, and shown as assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Assumption:
    """A number that nobody documented, with its reason and, where known, its range."""

    text: str
    low: Decimal | None = None
    likely: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True)
class FailureMode:
    """`events` in `months`, each `seconds` long.

    `hits` names what fails when no user's request passes the component. An event of a `zone` is
    shared by all that stands in that zone and is counted once.
    """

    event: str
    events: Decimal
    months: Decimal
    seconds: Decimal
    hits: str
    assumptions: tuple[Assumption, ...] = field(default=())
    zone: bool = False

    @property
    def minutes(self) -> Decimal:
        """Expected minutes per month."""
        return self.events * self.seconds / (self.months * 60)

    @property
    def sentence(self) -> str:
        """The sum in words: "the task dies: 2 a month, 230 s each"."""
        often = "a month" if self.months == 1 else f"in {self.months} months"
        return f"{self.event}: {self.events} {often}, {self.seconds} s each"


def task_dies(*, detection_s: Decimal, start_s: Decimal, noticed: str, hits: str) -> FailureMode:
    """The only copy of a process dies: nothing answers until it is noticed and started again."""
    return FailureMode(
        "the task dies",
        Decimal(2),
        Decimal(1),
        detection_s + start_s,
        hits,
        (
            Assumption(
                "Task failures per month; no rate is published",
                Decimal("0.5"),
                Decimal(2),
                Decimal(4),
                "events per month",
            ),
            Assumption(noticed, likely=detection_s, unit="s"),
            Assumption("Time until a new task answers", likely=start_s, unit="s"),
        ),
    )


def zone_impaired(*, spread: bool, hits: str) -> FailureMode:
    """An availability zone is impaired; what is spread over two loses the time to fail over."""
    length = Assumption(
        "Time until traffic has left the zone" if spread else "Length of an impaired zone",
        likely=Decimal(2 if spread else 120),
        unit="min",
    )
    return FailureMode(
        "its zone is impaired",
        Decimal(1),
        Decimal(24),
        Decimal(120 if spread else 7200),
        hits,
        (
            Assumption(
                "Zone events per 24 months; no rate is published",
                Decimal("0.5"),
                Decimal(1),
                Decimal(2),
                "events per 24 months",
            ),
            length,
        ),
        zone=True,
    )


def host_lost(*, hits: str) -> FailureMode:
    """A server is lost and somebody replaces it by hand."""
    return FailureMode(
        "the server is lost",
        Decimal(1),
        Decimal(24),
        Decimal(10_800),
        hits,
        (
            Assumption(
                "Servers lost per 24 months; no rate is published",
                Decimal("0.5"),
                Decimal(1),
                Decimal(4),
                "events per 24 months",
            ),
            Assumption("Time to replace a server by hand", likely=Decimal(180), unit="min"),
        ),
    )


def host_replaced(*, back_s: Decimal, hits: str) -> FailureMode:
    """A server is lost and its group starts another one."""
    noticed_s = Decimal(120)
    return FailureMode(
        "the server is lost",
        Decimal(1),
        Decimal(24),
        noticed_s + back_s,
        hits,
        (
            Assumption(
                "Servers lost per 24 months; no rate is published",
                Decimal("0.5"),
                Decimal(1),
                Decimal(4),
                "events per 24 months",
            ),
            Assumption("Time until the group notices", likely=noticed_s, unit="s"),
            Assumption("Time until the replacement is reached", likely=back_s, unit="s"),
        ),
    )


def spot_taken_back(*, back_s: Decimal, hits: str) -> FailureMode:
    """The provider takes the only spot server back."""
    return FailureMode(
        "its spot server is taken back",
        Decimal("0.5"),
        Decimal(1),
        back_s,
        hits,
        (
            Assumption(
                "Interruptions per month; published only as bands per instance type",
                Decimal(0),
                Decimal("0.5"),
                Decimal(8),
                "events per month",
            ),
            Assumption("Time until the replacement is reached", likely=back_s, unit="s"),
        ),
    )


def database_serviced(*, length_s: Decimal, hits: str) -> FailureMode:
    """The provider patches a database server."""
    return FailureMode(
        "the database is serviced",
        Decimal(1),
        Decimal(3),
        length_s,
        hits,
        (
            Assumption("Maintenance per quarter", likely=Decimal(1), unit="events per quarter"),
            Assumption("Length of the maintenance", likely=length_s, unit="s"),
        ),
    )


def database_lost(*, length_s: Decimal, hits: str) -> FailureMode:
    """A database server fails: a standby takes over, or a new one is set up."""
    return FailureMode(
        "the database fails",
        Decimal(1),
        Decimal(36),
        length_s,
        hits,
        (
            Assumption(
                "Database servers lost per 36 months; no rate is published",
                Decimal("0.5"),
                Decimal(1),
                Decimal(2),
                "events per 36 months",
            ),
            Assumption("Time until the database answers again", likely=length_s, unit="s"),
        ),
    )


def cache_node_lost(*, replicated: bool, hits: str) -> FailureMode:
    """A cache node is lost; without a replica its content is lost too."""
    length_s = Decimal(60 if replicated else 600)
    return FailureMode(
        "a cache node is lost",
        Decimal(1),
        Decimal(24),
        length_s,
        hits,
        (
            Assumption(
                "Cache nodes lost per 24 months; no rate is published",
                Decimal("0.5"),
                Decimal(1),
                Decimal(2),
                "events per 24 months",
            ),
            Assumption("Time until the cache answers again", likely=length_s, unit="s"),
        ),
    )
