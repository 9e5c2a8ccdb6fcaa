"""Walks a plan: makes, reads back, and takes down again in the opposite order."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping

from archlab.sandboxes.engine.binding import Plan, Wanted
from archlab.sandboxes.engine.contract import Clients, Context, Ledger, Made
from archlab.sandboxes.engine.events import Event
from archlab.sandboxes.engine.failures import failure
from archlab.sandboxes.engine.handlers import HANDLERS
from archlab.sandboxes.engine.intrinsics import Scope, evaluate
from archlab.sandboxes.engine.secrets import Vault
from archlab.sandboxes.engine.strict import Properties
from archlab.sandboxes.engine.values import Problem, Refused, Value, refused

PASSES = 3
"""How often a teardown goes through what is left: some deletes succeed only after others."""


class Deployment:
    """One plan on its way; both walks say every step before they take the next one.

    Whoever listens stops a walk by not asking for the next event: cancelling, a deadline and a lost
    lease are all looked at there.
    """

    def __init__(
        self, plan: Plan, clients: Clients, components: Mapping[str, str] | None = None
    ) -> None:
        self.plan = plan
        self.ledger = Ledger()
        self.failed = False
        self.leftovers: tuple[str, ...] = ()
        self._clients = clients
        self._components = components or {}
        self._vault = Vault(clients)
        self._parameters = dict(plan.parameters)

    def create(self) -> Generator[Event, None, None]:
        """Make everything; the first failure stops the walk and sets `failed`."""
        yield Event("PLANNED", args={"resources": [*map(self._planned, self.plan.order)]})
        yield from self._look_up_images()
        for logical_id in self.plan.order:
            if self.failed:
                return
            yield from self._create(self.plan.resources[logical_id])
        if not self.failed:
            yield self._deployed()

    def destroy(self) -> Generator[Event, None, None]:
        """Take everything down that stands; what stays is in `leftovers`."""
        unsupported: set[str] = set()
        for number in range(PASSES):
            waiting = [one for one in reversed(list(self.ledger)) if one not in unsupported]
            for logical_id in waiting:
                for event in self._delete(self.ledger[logical_id]):
                    if event.kind == "DELETE_NOT_SUPPORTED_ON_TARGET":
                        unsupported.add(logical_id)
                    # a delete that fails is tried again; only the last answer is an answer
                    if event.kind != "DELETE_FAILED" or number == PASSES - 1:
                        yield event
        self.leftovers = tuple(self.ledger)
        leftovers: list[Value] = [*self.leftovers]
        yield Event("TORN_DOWN", args={"leftovers": leftovers})

    def context(self, logical_id: str) -> Context:
        return Context(self._clients, self.plan.stack, logical_id)

    def _planned(self, logical_id: str) -> Value:
        return {
            "logical_id": logical_id,
            "type": self.plan.resources[logical_id].type,
            "component": self._components.get(logical_id, ""),
        }

    def _look_up_images(self) -> Iterator[Event]:
        for name in sorted(self.plan.images):
            try:
                found = self._clients("ssm").get_parameter(Name=str(self._parameters[name]))
                self._parameters[name] = str(found["Parameter"]["Value"])
            except Exception as error:  # see _create
                self.failed = True
                yield Event("CREATE_FAILED", name, failure(error))
                return

    def _create(self, wanted: Wanted) -> Iterator[Event]:
        logical_id = wanted.logical_id
        yield Event("CREATING", logical_id)
        for path in wanted.not_stored:
            yield Event("PROPERTY_NOT_STORED", logical_id, {"path": path})
        try:
            made = self._make(wanted)
        except Exception as error:
            # an emulator fails with whatever its own code raises; all of it is one failed create
            self.failed = True
            yield Event("CREATE_FAILED", logical_id, failure(error, self._vault.seen))
            return
        self.ledger = self.ledger.having(made)
        attributes: dict[str, Value] = {**made.attributes}
        yield Event(
            "CREATED", logical_id, {"physical_id": made.physical_id, "attributes": attributes}
        )
        yield from self._verify(made)

    def _make(self, wanted: Wanted) -> Made:
        path = f"Resources.{wanted.logical_id}.Properties"
        scope = Scope(self.plan.stack, self._parameters, self.ledger)
        values = self._vault.fill(evaluate(wanted.properties, scope, path), self.ledger, path)
        properties = Properties(values if isinstance(values, dict) else {}, path)
        created = HANDLERS[wanted.type].create(self.context(wanted.logical_id), properties)
        made = Made(
            wanted.logical_id,
            wanted.type,
            self._components.get(wanted.logical_id, ""),
            created.physical_id,
            created.attributes,
            created.handle,
        )
        ignored = [Problem(one, "PROPERTY_IGNORED") for one in properties.never_read()]
        if ignored:
            self.ledger = self.ledger.having(made)
            raise Refused(ignored)
        return made

    def _verify(self, made: Made) -> Iterator[Event]:
        try:
            stands = HANDLERS[made.type].exists(self.context(made.logical_id), made)
            if not stands:
                raise refused(made.logical_id, "It was made and cannot be read back.")
        except Exception as error:  # see _create
            self.failed = True
            yield Event("CREATE_FAILED", made.logical_id, failure(error, self._vault.seen))
            return
        yield Event("VERIFIED", made.logical_id)

    def _delete(self, made: Made) -> Iterator[Event]:
        yield Event("DELETING", made.logical_id)
        context, handler = self.context(made.logical_id), HANDLERS[made.type]
        try:
            handler.delete(context, made)
            if handler.exists(context, made):
                raise refused(made.logical_id, "It was deleted and is still there.")
        except NotImplementedError as error:
            yield Event("DELETE_NOT_SUPPORTED_ON_TARGET", made.logical_id, failure(error))
            return
        except Exception as error:  # see _create
            yield Event("DELETE_FAILED", made.logical_id, failure(error, self._vault.seen))
            return
        self.ledger = self.ledger.without(made.logical_id)
        yield Event("DELETED", made.logical_id)

    def _deployed(self) -> Event:
        scope = Scope(self.plan.stack, self._parameters, self.ledger)
        try:
            outputs: dict[str, Value] = {
                name: evaluate(value, scope, f"Outputs.{name}")
                for name, value in self.plan.outputs.items()
            }
        except Refused as error:
            self.failed = True
            return Event("CREATE_FAILED", args=failure(error))
        return Event("DEPLOYED", args={"outputs": outputs})
