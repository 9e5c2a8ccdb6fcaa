"""What the pages of real accounts show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext as _

from archlab.accounts.visitor import Visitor
from archlab.domain.grading.state_checks import CHECKS
from archlab.domain.money import MONEY
from archlab.jobs.queries import active_job, worker_beat
from archlab.sandboxes import queries as sandboxes
from archlab.sandboxes import words as emulator
from archlab.sandboxes.aws.allowed import LEASE, MOST_EXTENSIONS, Standing
from archlab.sandboxes.aws.bootstrap import NAME, VERSION
from archlab.sandboxes.aws.launched import Launch
from archlab.sandboxes.aws.quote import Quote
from archlab.sandboxes.aws.storing import restored
from archlab.sandboxes.aws.teardown import Teardown
from archlab.sandboxes.models import AwsConnection, AwsEvent, AwsRun, SandboxRun, SweepFinding
from archlab.sandboxes.real import queries, words
from archlab.sandboxes.real.actions import CONNECT
from archlab.sandboxes.real.forms import LEASES, minutes_of
from archlab.sandboxes.states import MOVING, AwsState


@dataclass(frozen=True)
class RunLine:
    """A run in a list."""

    run: AwsRun

    @property
    def state(self) -> str:
        return str(words.STATES[AwsState(self.run.state)])


@dataclass(frozen=True)
class AccountPage:
    """A learner's way into their account, and what was launched there."""

    visitor: Visitor
    typed: str = ""
    problem: str = ""

    @cached_property
    def connection(self) -> AwsConnection | None:
        return queries.connection_of(self.visitor)

    @property
    def regions(self) -> Sequence[str]:
        return sorted(settings.AWS_REGIONS)

    @property
    def principal(self) -> str:
        return str(settings.AWS_PRINCIPAL)

    @property
    def stack(self) -> str:
        return NAME

    @property
    def version(self) -> str:
        return VERSION

    @property
    def is_being_entered(self) -> bool:
        found = self.connection
        return found is not None and active_job(f"{CONNECT}/{found.pk}") is not None

    @property
    def has_no_worker(self) -> bool:
        return self.is_being_entered and worker_beat() is None

    @cached_property
    def runs(self) -> list[RunLine]:
        return [RunLine(run) for run in queries.runs_of(self.visitor)[:20]]

    @property
    def findings(self) -> list[tuple[SweepFinding, str]]:
        if self.connection is None:
            return []
        found = queries.findings().filter(connection=self.connection)
        return [(one, str(words.FINDINGS[one.status])) for one in found]


@dataclass(frozen=True)
class OfferPage:
    """A run in the emulator that could be launched in a real account, or why not yet."""

    proof: SandboxRun
    visitor: Visitor

    @cached_property
    def connection(self) -> AwsConnection | None:
        return queries.connection_of(self.visitor)

    @property
    def title(self) -> str:
        return sandboxes.lab_of(self.proof).title or self.proof.block

    @cached_property
    def standing(self) -> Standing:
        return queries.standing_of(self.proof.learner, self.proof)

    @property
    def terms(self) -> list[tuple[str, bool]]:
        """What a launch needs, and whether it is so."""
        found = self.connection
        where = _("Your account is connected in %(region)s, for which this system is written.")
        return [
            (_("Your sign-in has a second factor."), self.standing.second_factor),
            (
                _("This very template has passed all its checks in the emulator."),
                self.standing.proven[self.proof.template_sha256],
            ),
            (_("Your account is connected and was entered once."), bool(self._verified)),
            (
                where % {"region": self.proof.region},
                found is not None and found.region == self.proof.region,
            ),
            (_("You have no other launch."), self.standing.live_runs == 0),
            (_("One of the five places is free."), queries.free_slot() is not None),
        ]

    @property
    def _verified(self) -> datetime | None:
        return self.connection.verified_at if self.connection else None

    @property
    def may_begin(self) -> bool:
        return all(holds for _said, holds in self.terms)

    @property
    def leases(self) -> list[tuple[int, bool]]:
        return [(minutes_of(one), one == LEASE) for one in LEASES]


@dataclass(frozen=True)
class RunPage:
    """A run in a real account as it stands; `problem` is what was wrong with what was sent."""

    run: AwsRun
    now: datetime
    problem: str = ""
    typed: str = ""

    @property
    def state(self) -> str:
        return str(words.STATES[AwsState(self.run.state)])

    @cached_property
    def launch(self) -> Launch:
        return restored(Launch, self.run.launch)

    @cached_property
    def teardown(self) -> Teardown | None:
        return restored(Teardown, self.run.teardown) if self.run.teardown else None

    @property
    def quote(self) -> Quote | None:
        return self.launch.quote

    @property
    def items(self) -> list[tuple[str, str, Decimal, bool]]:
        """Component, price key, USD for an hour or once, and whether once."""
        found = self.quote.items if self.quote else ()
        return [(one.component, one.key, MONEY.plus(one.usd), one.once) for one in found]

    @property
    def is_moving(self) -> bool:
        return AwsState(self.run.state) in MOVING or self.run.extension_asked_at is not None

    @property
    def has_no_worker(self) -> bool:
        return self.is_moving and worker_beat() is None

    @property
    def is_stopping(self) -> bool:
        return self.run.cancel_requested_at is not None and self.run.state in (
            AwsState.VALIDATING,
            AwsState.DEPLOYING,
        )

    @property
    def may_end(self) -> bool:
        on_its_way = (AwsState.VALIDATING, AwsState.AWAITING_CONFIRM, AwsState.DEPLOYING)
        return self.run.state in (*on_its_way, AwsState.READY) and not self.is_stopping

    @property
    def stands(self) -> bool:
        return self.run.state == AwsState.READY

    @property
    def is_confirmed_here(self) -> bool:
        return self.run.state == AwsState.AWAITING_CONFIRM

    @property
    def is_quarantined(self) -> bool:
        return self.run.state == AwsState.QUARANTINED

    @property
    def is_gone(self) -> bool:
        return self.run.state == AwsState.GONE

    @property
    def extensions_left(self) -> int:
        return MOST_EXTENSIONS - self.launch.extensions if self.stands else 0

    @property
    def minutes_left(self) -> int:
        return max(0, round((self.run.expires - self.now).total_seconds() / 60))

    @property
    def verdicts(self) -> list[tuple[str, str, str]]:
        """Check, verdict, and the verdict in words."""
        titles = {}
        if self.run.proof is not None:
            lab = sandboxes.lab_of(self.run.proof)
            titles = {one.id: one.text or CHECKS[one.check].title for one in lab.checks}
        return [
            (titles.get(id_, id_), verdict, str(emulator.VERDICTS[verdict]))
            for id_, verdict in self.launch.verdicts
        ]

    @cached_property
    def _events(self) -> list[AwsEvent]:
        return queries.events_of(self.run)

    @property
    def seq(self) -> int:
        return self._events[-1].pk if self._events else 0

    @property
    def stack_events(self) -> list[AwsEvent]:
        return [one for one in self._events if one.kind == AwsEvent.STACK]

    @property
    def log(self) -> list[tuple[AwsEvent, str]]:
        return [
            (one, str(words.EVENTS[one.kind])) for one in self._events if one.kind in words.EVENTS
        ]


@dataclass(frozen=True)
class OperatorPage:
    """All that may still be in somebody's account, for whoever operates the site."""

    @cached_property
    def runs(self) -> list[tuple[RunLine, Teardown | None]]:
        return [
            (RunLine(run), restored(Teardown, run.teardown) if run.teardown else None)
            for run in queries.live().order_by("created")
        ]

    @property
    def findings(self) -> list[tuple[SweepFinding, str]]:
        return [(one, str(words.FINDINGS[one.status])) for one in queries.findings()[:200]]

    @property
    def unseen(self) -> list[AwsConnection]:
        return queries.unseen()


@dataclass(frozen=True)
class Alarm:
    """What no operator may overlook."""

    runs: Sequence[tuple[AwsRun, Teardown]]
    things: int

    @property
    def rings(self) -> bool:
        return bool(self.runs or self.things)


def alarm() -> Alarm:
    found = [(run, restored(Teardown, run.teardown or {})) for run in queries.quarantined()]
    return Alarm(found, queries.alarming())
