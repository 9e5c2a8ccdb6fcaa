"""What the pages of labs and runs show."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archlab.accounts.visitor import Visitor
from archlab.catalog.queries import pack_of
from archlab.domain.architecture import Architecture
from archlab.domain.cloudformation import Template, differences
from archlab.domain.grading.state_checks import CHECKS
from archlab.domain.pack import Pack
from archlab.domain.pack.blocks import Lab
from archlab.jobs.queries import worker_beat
from archlab.sandboxes import queries, words
from archlab.sandboxes.edits import ActionForm, forms_of, in_words
from archlab.sandboxes.labs import deployable, wrong
from archlab.sandboxes.models import CheckResult, RunEvent, RunResource, SandboxRun
from archlab.sandboxes.queries import Offered
from archlab.sandboxes.states import REPAIRABLE, ResourceState, State

SECONDS_EACH = 5
"""An attempt takes about so long on one of two cores; the estimate of the queue."""
STANDING = (ResourceState.CREATED, ResourceState.VERIFIED)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that could not be made: what to write, and what was typed."""

    problem: str
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexPage:
    visitor: Visitor

    @property
    def has_aws(self) -> bool:
        return bool(settings.AWS_ENABLED)

    @property
    def labs(self) -> list[Offered]:
        return queries.offered()

    @property
    def runs(self) -> list[RunLine]:
        return [RunLine(run) for run in queries.runs_of(self.visitor)[:20]]


@dataclass(frozen=True)
class RunLine:
    """A run in a list."""

    run: SandboxRun

    @property
    def title(self) -> str:
        return queries.lab_of(self.run).title or self.run.block

    @property
    def state(self) -> str:
        return str(words.STATES[State(self.run.state)])


@dataclass(frozen=True)
class LabPage:
    """A lab before it is launched: what is made, what it may cost, what it cannot show."""

    offered: Offered
    visitor: Visitor

    @property
    def lab(self) -> Lab:
        return self.offered.lab

    @cached_property
    def template(self) -> Template | None:
        if not self.offered.stands_alone:
            return None
        system = self.offered.entry.pack.architectures[self.lab.architecture]
        return deployable(wrong(self.lab, system, self.lab.faults))

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """Resource types of the template and how many of each, the most frequent first."""
        body = self.template.body["Resources"] if self.template else {}
        assert isinstance(body, Mapping)  # noqa: S101 (the compiler's own template)
        types = (str(one["Type"]) for one in body.values() if isinstance(one, Mapping))
        return Counter(types).most_common()

    @property
    def runs(self) -> list[RunLine]:
        mine = queries.runs_of(self.visitor).filter(
            scenario_id=self.offered.entry.version.scenario_id, block=self.lab.id
        )
        return [RunLine(run) for run in mine[:10]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of the lab with all that is to be learned from it."""

    result: CheckResult
    title: str
    lesson: str
    origin: str
    fix: str

    @property
    def word(self) -> str:
        return str(words.VERDICTS[self.result.status])


@dataclass(frozen=True, slots=True)
class Row:
    """One resource of the attempt."""

    resource: RunResource

    @property
    def word(self) -> str:
        return str(words.RESOURCES[ResourceState(self.resource.state)])

    @property
    def service(self) -> str:
        return self.resource.type.removeprefix("AWS::").replace("::", " ")


@dataclass(frozen=True, slots=True)
class Place:
    """A parameter that the learner may set."""

    name: str
    label: str


@dataclass(frozen=True)
class RunPage:
    """A run as it stands. `now` tells a run whose time is over."""

    run: SandboxRun
    now: datetime
    refusal: Refusal | None = None

    @cached_property
    def pack(self) -> Pack:
        return pack_of(self.run.version)

    @cached_property
    def lab(self) -> Lab:
        return queries.lab_of(self.run)

    @property
    def title(self) -> str:
        return self.lab.title or self.pack.steps[self.run.step].title

    @property
    def back_url(self) -> str:
        if self.run.enrolment is not None:
            return reverse("journeys:step", args=[self.run.enrolment_id, self.run.step])
        return reverse("sandboxes:lab", args=[self.pack.scenario.slug, self.run.block])

    @property
    def state(self) -> str:
        return str(words.STATES[State(self.run.state)])

    @property
    def is_stopping(self) -> bool:
        return self.run.is_under_way and self.run.cancel_requested_at is not None

    @cached_property
    def ahead(self) -> int:
        return queries.ahead_of(self.run)

    @property
    def wait_s(self) -> int:
        """Until it is this run's turn, by a rough rule."""
        return self.ahead * SECONDS_EACH

    @property
    def has_no_worker(self) -> bool:
        return self.run.state == State.QUEUED and worker_beat() is None

    @cached_property
    def seq(self) -> int:
        return self._events[-1].seq if self._events else 0

    @cached_property
    def _events(self) -> list[RunEvent]:
        return queries.events_of(self.run)

    @property
    def log(self) -> list[tuple[datetime, str]]:
        """What the learner did and what became of it; resources have their own list."""
        return [
            (event.at, str(words.EVENTS[event.kind]))
            for event in self._events
            if event.kind in words.EVENTS
        ]

    @cached_property
    def rows(self) -> list[Row]:
        return [Row(one) for one in queries.resources_of(self.run)]

    @property
    def standing(self) -> int:
        return sum(row.resource.state in STANDING for row in self.rows)

    @property
    def deleted(self) -> int:
        return sum(row.resource.state == ResourceState.DELETED for row in self.rows)

    @cached_property
    def findings(self) -> list[Finding]:
        """Empty before the first attempt has come to its end."""
        return [self._finding(result) for result in queries.results_of(self.run)]

    def _finding(self, result: CheckResult) -> Finding:
        check = CHECKS[result.check_name]
        written = next((one for one in self.lab.checks if one.id == result.check_id), None)
        fault = self.lab.fault(written.fault) if written and written.fault else None
        return Finding(
            result=result,
            title=(written.text if written else "") or check.title,
            lesson=check.lesson,
            origin=str(words.ORIGINS[check.origin]),
            fix=fault.hint if fault and result.status != "pass" else "",
        )

    @property
    def passed(self) -> int:
        return sum(one.result.status == "pass" for one in self.findings)

    @property
    def is_passed(self) -> bool:
        return bool(self.findings) and self.passed == len(self.findings)

    @property
    def unseen(self) -> int:
        return sum(one.result.status == "unknown" for one in self.findings)

    @property
    def news(self) -> str:
        """One line for screen readers."""
        if self.run.is_under_way and self.rows:
            said = _("%(state)s: %(done)s of %(of)s resources stand.")
            return said % {"state": self.state, "done": self.standing, "of": len(self.rows)}
        if self.findings and not self.run.is_under_way:
            said = _("%(passed)s of %(of)s checks are as they should be.")
            return said % {"passed": self.passed, "of": len(self.findings)}
        return self.state

    @property
    def may_be_launched(self) -> bool:
        """Worth a look at what a launch in a real account needs."""
        return bool(settings.AWS_ENABLED) and self.run.state == State.READY and self.is_passed

    @property
    def can_change(self) -> bool:
        return State(self.run.state) in REPAIRABLE and not self.run.is_over(self.now)

    @property
    def is_gone(self) -> bool:
        return self.run.state == State.GONE

    @property
    def minutes_left(self) -> int:
        return max(0, round((self.run.expires - self.now).total_seconds() / 60))

    @property
    def time_left(self) -> str:
        n = self.minutes_left
        return ngettext("%(n)s minute is left", "%(n)s minutes are left", n) % {"n": n}

    @cached_property
    def system(self) -> Architecture:
        return queries.system_deployed(self.run)

    @property
    def places(self) -> Iterator[tuple[str, list[Place]]]:
        """The parameters of every part of the system, with what they are now."""
        for component in self.system.components.values():
            values = component.parameters()
            found = [
                Place(f"{component.id}.{name}", f"{name} ({_('now')} {values[name]})")
                for name in component.parameter_fields()
            ]
            if found:
                yield component.label or component.id, found

    @property
    def actions(self) -> list[ActionForm]:
        return forms_of(self.lab, self.refusal.typed if self.refusal else {})

    @property
    def edits(self) -> list[str]:
        return [in_words(edit) for edit in self.run.edits]

    @cached_property
    def differences(self) -> list[tuple[str, str, str, str]]:
        """Logical id, type, what happens to it, and which properties differ."""
        if not self.run.template_before or self.run.template_before == self.run.template:
            return []
        before, after = json.loads(self.run.template_before), json.loads(self.run.template)
        return [
            (one.logical_id, one.type, str(words.CHANGES[one.kind]), ", ".join(one.properties))
            for one in differences(before, after)
        ]
