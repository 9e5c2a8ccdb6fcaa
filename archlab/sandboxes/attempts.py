"""One attempt of a run, as a job: it listens to the child process and writes down what it says.

Every write stands behind the job's fence, so a worker that was given up writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from archlab.domain.pack.blocks import Lab
from archlab.jobs.models import Job
from archlab.jobs.work import Cancelled, Failed, Work
from archlab.journeys.actions import pass_lab
from archlab.sandboxes import actions, queries
from archlab.sandboxes.models import CheckResult, RunResource, SandboxRun
from archlab.sandboxes.order import events, request_of
from archlab.sandboxes.states import UNDER_WAY, ResourceState, State
from archlab.sandboxes.verdicts import Told, is_passed, verdicts

NOT_TOLD = frozenset({"FACTS", "FACTS_UNSEEN", "PLANNED"})
"""What is written down in rows of its own."""

ENDINGS: Mapping[str, Callable[[], str]] = {
    "refused": lambda: _("The template was refused before anything was made."),
    "rolled_back": lambda: _("A resource was refused, so everything was taken down again."),
    "timed_out": lambda: _("The attempt took longer than 90 seconds and was ended."),
    "died": lambda: _("The process of the attempt died. Deploy it again."),
    "too_much_output": lambda: _("The attempt said more than it may and was ended."),
    "leftovers": lambda: _("Not everything could be deleted; the list says what."),
}
"""Why an attempt broke off, in words."""


def carry_out(work: Work) -> None:
    """Make the next attempt of the job's run. A run that needs none is left as it is."""
    run = queries.runs().filter(pk=work.job.object_ref).first()
    if run is None or State(run.state) not in UNDER_WAY:
        return
    lab = queries.lab_of(run)
    with work.fenced():
        _begin(run, work.clock())
    telling = _Telling(run, lab, work)
    for event in events(request_of(run, lab), still_wanted=lambda: not work.is_cancelled):
        telling.take(event.kind, event.logical_id, event.args)
    telling.conclude()


def left(job: Job) -> None:
    """The job ended without an end of its run: cancelled while it waited, dead, or broken."""
    run = SandboxRun.objects.filter(pk=job.object_ref).first()
    if run is None or State(run.state) not in UNDER_WAY or job.state == Job.State.SUCCEEDED:
        return
    now = job.ended_at or run.changed
    cancelled = job.state == Job.State.CANCELLED
    said = "" if cancelled else _("The worker broke off. Deploy it again, or go on without.")
    actions.abandon(run)
    if actions.move(run, to=State.CANCELLED if cancelled else State.FAILED, now=now, error=said):
        actions.note(run, "cancelled" if cancelled else "failed", now=now)


def _begin(run: SandboxRun, now: datetime) -> None:
    """A new attempt: what an earlier one made went with its process."""
    if run.state != State.QUEUED:
        actions.abandon(run)
        actions.note(run, "interrupted", now=now)
        actions.move(run, to=State.QUEUED, now=now)
    actions.move(run, to=State.VALIDATING, now=now, attempt=run.attempt + 1, error="")
    actions.note(run, "started", now=now)


class _Telling:
    """What the child says, written down event by event."""

    def __init__(self, run: SandboxRun, lab: Lab, work: Work) -> None:
        self.run, self.lab, self.work = run, lab, work
        self.told = Told()
        self.outcome = "died"
        self.leftovers: Sequence[str] = ()
        self.inventory: dict[str, Sequence[str] | None] = {}
        self.problem = ""
        self.seconds: Mapping[str, Any] = {}

    def take(self, kind: str, logical_id: str, args: Mapping[str, Any]) -> None:
        with self.work.fenced():
            if kind not in NOT_TOLD:
                now = self.work.clock()
                actions.note(self.run, kind, now=now, logical_id=logical_id, **args)
            told = getattr(self, f"on_{kind.lower()}", None)
            if told is not None:
                told(logical_id, args)
            elif kind.lower() in set(ResourceState):
                self.resource(logical_id, ResourceState(kind.lower()), args)

    def on_planned(self, _id: str, args: Mapping[str, Any]) -> None:
        RunResource.objects.bulk_create(
            RunResource(
                run=self.run,
                attempt=self.run.attempt,
                ordinal=number,
                logical_id=one["logical_id"],
                component=one["component"],
                type=one["type"],
            )
            for number, one in enumerate(args["resources"])
        )
        self.move(State.DEPLOYING)

    def on_refused(self, _id: str, args: Mapping[str, Any]) -> None:
        said = [f"{one['path']}: {one['sentence']}" for one in args["problems"]]
        self.problem = " ".join(said)

    def on_property_not_stored(self, logical_id: str, args: Mapping[str, Any]) -> None:
        self.told.not_stored.add((logical_id, str(args["path"])))

    def on_deployed(self, _id: str, _args: Mapping[str, Any]) -> None:
        self.move(State.CHECKING)

    def on_fault_failed(self, _id: str, args: Mapping[str, Any]) -> None:
        said = _("A fault of this lab could not be planted: %(why)s")
        self.problem = said % {"why": args.get("message", "")}

    def on_edit_failed(self, _id: str, args: Mapping[str, Any]) -> None:
        """The service refused it, so later attempts do not try it again."""
        said = _("Your last change was refused, so it was taken off the list: %(why)s")
        self.problem = said % {"why": args.get("message", "")}
        edits = self.run.edits[:-1]
        SandboxRun.objects.filter(pk=self.run.pk).update(edits=edits)
        self.run.edits = edits

    def on_facts(self, _id: str, args: Mapping[str, Any]) -> None:
        self.told.facts.append(args["facts"])

    def on_facts_unseen(self, _id: str, args: Mapping[str, Any]) -> None:
        """They come in the order in which they were asked for, like those that were seen."""
        self.told.facts.append({"unseen": args.get("message") or args["code"]})

    def on_deleting(self, logical_id: str, args: Mapping[str, Any]) -> None:
        if self.run.state in (State.DEPLOYING, State.CHECKING):
            self.move(State.TEARING_DOWN)
        self.resource(logical_id, ResourceState.DELETING, args)

    def on_delete_not_supported_on_target(self, logical_id: str, args: Mapping[str, Any]) -> None:
        self.resource(logical_id, ResourceState.DELETE_FAILED, args)

    def on_torn_down(self, _id: str, args: Mapping[str, Any]) -> None:
        self.leftovers = [str(one) for one in args["leftovers"]]

    def on_inventory(self, _id: str, args: Mapping[str, Any]) -> None:
        self.inventory[args["when"]] = args.get("found")

    def on_ended(self, _id: str, args: Mapping[str, Any]) -> None:
        self.outcome = str(args["outcome"])
        self.seconds = args

    def resource(self, logical_id: str, state: ResourceState, args: Mapping[str, Any]) -> None:
        facts: dict[str, Any] = {"state": state}
        if "physical_id" in args:
            facts["physical_id"] = args["physical_id"]
        if "message" in args:
            facts["error"] = str(args["message"])[:500]
        mine = RunResource.objects.filter(run=self.run, attempt=self.run.attempt)
        mine.filter(logical_id=logical_id).update(**facts)

    def move(self, to: State) -> None:
        actions.move(self.run, to=to, now=self.work.clock())

    def conclude(self) -> None:
        """The end of the attempt; a good one is in one transaction with the end of the job."""
        if self.outcome == "cancelled":
            raise Cancelled
        if self.outcome not in ("ready", "torn_down"):
            with self.work.fenced():
                self._fail()
            raise Failed(self.outcome.replace("_", "-"))
        with self.work.finishing():
            results = self._judged() if self.told.facts else []
            if self.outcome == "ready":
                self._end(State.READY, "ready", results)
            else:
                self._end(State.GONE, "torn_down", results)

    def _judged(self) -> list[CheckResult]:
        found = verdicts(self.run, self.lab, self.told)
        return CheckResult.objects.bulk_create(found)

    def _fail(self) -> None:
        actions.abandon(self.run)
        said = self.problem or ENDINGS[self.outcome]()
        if self.problem and self.outcome == "refused":
            said = f"{ENDINGS['refused']()} {self.problem}"
        now = self.work.clock()
        actions.move(self.run, to=State.FAILED, now=now, error=said)
        actions.note(self.run, "failed", now=now)

    def _end(self, state: State, kind: str, results: Sequence[CheckResult]) -> None:
        now = self.work.clock()
        receipt = self._receipt(state, results)
        actions.move(self.run, to=state, now=now, receipt=receipt, error=self.problem)
        actions.note(self.run, kind, now=now)
        enrolment = self.run.enrolment
        if enrolment is not None and state == State.GONE and is_passed(results):
            place = {"step": self.run.step, "block": self.run.block}
            pass_lab(enrolment=enrolment, **place, receipt=receipt, now=now)

    def _receipt(self, state: State, results: Sequence[CheckResult]) -> dict[str, object]:
        """What the attempt was, and what stood in the account before the first create and after
        the teardown; None for an inventory that nobody took.
        """
        run = self.run
        return {
            "lab": f"{run.version.scenario.slug}/{run.block}",
            "run": str(run.uid),
            "target": run.target,
            "template": run.template_sha256,
            "attempt": run.attempt,
            "made": RunResource.objects.filter(run=run, attempt=run.attempt).count(),
            "passed": sum(one.status == "pass" for one in results),
            "checks": {one.check_id: one.status for one in results},
            "before": self.inventory.get("before"),
            "after": self.inventory.get("after"),
            "left": list(self.leftovers) if state == State.GONE else None,
        }
