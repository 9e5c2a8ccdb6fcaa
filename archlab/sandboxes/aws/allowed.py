"""What the operator lets this site do with real accounts, and the limits of every launch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings

from archlab.sandboxes.aws.calls import AwsRefused
from archlab.sandboxes.states import MOST_LIVE_RUNS

LEASE = timedelta(hours=1)
LONGEST_LEASE = timedelta(hours=4)
MOST_EXTENSIONS = 2


@dataclass(frozen=True)
class Allowed:
    """`accounts` and `regions` are lists of what is allowed: empty means nothing."""

    enabled: bool
    accounts: frozenset[str] = field(repr=False)
    regions: frozenset[str]

    def require(self, *, account: str, region: str) -> None:
        if not self.enabled:
            raise AwsRefused(
                "Launching in AWS is switched off here. The same lab runs in the emulator."
            )
        if account not in self.accounts:
            raise AwsRefused(
                "This account is not on the list of the people who run this site. "
                "Ask them to add it to ARCHLAB_AWS_ACCOUNTS."
            )
        if region not in self.regions:
            known = ", ".join(sorted(self.regions)) or "no region at all"
            raise AwsRefused(f"{region} is not allowed here; allowed: {known}.")


def allowed() -> Allowed:
    """As the settings say."""
    accounts, regions = settings.AWS_ACCOUNTS, settings.AWS_REGIONS
    return Allowed(settings.AWS_ENABLED, frozenset(accounts), frozenset(regions))


@dataclass(frozen=True)
class Standing:
    """What the site knows about a learner who wants to launch.

    `proven` has, for each template hash that ran in the emulator, whether every mandatory check
    passed there.
    """

    second_factor: bool
    live_runs: int
    live_runs_of_all: int
    proven: Mapping[str, bool]

    def require(self, sha256: str) -> None:
        """Raises AwsRefused with the first thing that is missing."""
        missing = {
            "Add a second factor to your account first: a launch spends real money.": (
                not self.second_factor
            ),
            "You have a launch in AWS already. Tear it down first.": self.live_runs > 0,
            f"{MOST_LIVE_RUNS} launches are running here, which is the limit. Try again later.": (
                self.live_runs_of_all >= MOST_LIVE_RUNS
            ),
            "Run this very template in the emulator first, until all its checks pass.": (
                not self.proven.get(sha256, False)
            ),
        }
        for said, is_missing in missing.items():
            if is_missing:
                raise AwsRefused(said)


def require_lease(lease: timedelta) -> None:
    if not timedelta(minutes=30) <= lease <= LONGEST_LEASE:
        raise AwsRefused("A launch lives 30 minutes at least and 4 hours at most.")
