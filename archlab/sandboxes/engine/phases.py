"""One attempt from its request to its end, phase by phase."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from archlab.sandboxes.engine.binding import Plan, bind
from archlab.sandboxes.engine.contract import Clients
from archlab.sandboxes.engine.document import load
from archlab.sandboxes.engine.edits import EDITS
from archlab.sandboxes.engine.events import Event, Kind, Outcome
from archlab.sandboxes.engine.executor import Deployment
from archlab.sandboxes.engine.failures import failure
from archlab.sandboxes.engine.faults import FAULTS
from archlab.sandboxes.engine.readers import READERS
from archlab.sandboxes.engine.request import Call, Request
from archlab.sandboxes.engine.stock import services_of, stock, sweep
from archlab.sandboxes.engine.values import Refused, Value, refused

MOST_PROBLEMS = 50
MOST_FACTS = 32_000
"""Bytes of the facts of one check."""


class Course:
    """The phases of one attempt; `clock` counts seconds from anywhere."""

    def __init__(self, request: Request, clients: Clients, clock: Callable[[], float]) -> None:
        self._request = request
        self._clients = clients
        self._clock = clock
        self._seconds: dict[str, Value] = {}
        self._services: frozenset[str] = frozenset()
        self._stock: dict[str, tuple[str, ...] | None] = {}

    def events(self) -> Iterator[Event]:
        """Every step of the attempt; the last event is ENDED."""
        try:
            plan = self._plan()
        except Refused as error:
            problems: list[Value] = [
                {"path": one.path, "sentence": one.sentence}
                for one in error.problems[:MOST_PROBLEMS]
            ]
            yield Event("REFUSED", args={"problems": problems})
            yield self._ended("refused")
            return
        self._services = services_of([one.type for one in plan.resources.values()])
        yield self._look("before")
        deployment = Deployment(plan, self._clients, self._request.components)
        yield from self._timed("deploy", deployment.create())
        if deployment.failed:
            yield from self._timed("teardown", deployment.destroy())
            yield self._ended("rolled_back")
            return
        self._look("template")
        yield from self._timed("act", self._acts(deployment))
        yield from self._timed("read", self._facts(deployment))
        if self._request.teardown:
            yield from self._timed("teardown", self._teardown(deployment))
            left = deployment.leftovers or self._stock["after"] != self._stock["before"]
            yield self._ended("leftovers" if left else "torn_down")
            return
        yield self._ended("ready")

    def _look(self, when: str) -> Event:
        """What stands in the services that the template uses."""
        try:
            seen = stock(self._clients, self._services)
        except Exception as error:  # what could not be seen is not called empty
            self._stock[when] = None
            return Event("INVENTORY", args={"when": when, **failure(error)})
        self._stock[when] = seen
        return Event("INVENTORY", args={"when": when, "found": [*seen]})

    def _teardown(self, deployment: Deployment) -> Iterator[Event]:
        """What faults and repairs made beside the template, then the ledger."""
        template = self._stock["template"]
        if template is not None:
            sweep(self._clients, self._services, template)
        yield from deployment.destroy()
        yield self._look("after")

    def _plan(self) -> Plan:
        request = self._request
        known: Mapping[str, tuple[Mapping[str, object], tuple[Call, ...]]] = {
            "faults": (FAULTS, tuple(request.faults)),
            "edits": (EDITS, tuple(request.edits)),
            "checks": (READERS, tuple(request.checks)),
        }
        for name, (catalogue, calls) in known.items():
            for call in calls:
                if call.id not in catalogue:
                    raise refused(name, f"The sandbox has no {call.id}.")
        return bind(load(request.template), request.stack, request.parameters)

    def _acts(self, deployment: Deployment) -> Iterator[Event]:
        """Faults first, then the edits in their order: that is how they came about."""
        for fault in self._request.faults:
            planted = FAULTS[fault.id]
            yield self._act(deployment, planted, fault, "FAULT_PLANTED", "FAULT_FAILED")
        for edit in self._request.edits:
            repair = EDITS[edit.id]
            yield self._act(deployment, repair, edit, "EDIT_APPLIED", "EDIT_FAILED")

    def _act(
        self,
        deployment: Deployment,
        act: Callable[..., None],
        call: Call,
        done: Kind,
        failed: Kind,
    ) -> Event:
        try:
            act(self._clients, deployment.ledger, call.args)
        except Exception as error:  # an emulator raises whatever its own code raises
            return Event(failed, args={"id": call.id, **failure(error)})
        return Event(done, args={"id": call.id})

    def _facts(self, deployment: Deployment) -> Iterator[Event]:
        for check in self._request.checks:
            given: dict[str, Value] = {**check.args}
            asked: dict[str, Value] = {"id": check.id, "args": given}
            try:
                facts = READERS[check.id](self._clients, deployment.ledger, check.args)
                if len(json.dumps(facts)) > MOST_FACTS:
                    raise refused(check.id, "There is too much to be seen.")
            except Exception as error:  # what could not be seen is unknown, whatever the reason
                yield Event("FACTS_UNSEEN", args={**asked, **failure(error)})
                continue
            yield Event("FACTS", args={**asked, "facts": facts})

    def _timed(self, phase: str, events: Iterator[Event]) -> Iterator[Event]:
        start = self._clock()
        yield from events
        self._seconds[phase] = round(self._clock() - start, 3)

    def _ended(self, outcome: Outcome) -> Event:
        return Event("ENDED", args={"outcome": outcome, "seconds": {**self._seconds}})
