"""Alice with a run that she played to its end, and everybody who is not alice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from access_table import OWNER, STRANGERS, Row
from addresses import Route
from django.contrib.auth import get_user_model
from django.test import Client
from people import Person, guest_with_browser
from player import Player

from archlab.domain.pack import BillView
from archlab.sandboxes.models import SandboxRun

MISSING = {"uuid": "7e5a3c1e-0000-4000-8000-000000000000", "str": "x" * 43, "slug": "no-such-thing"}


@dataclass
class World:
    """Alice with a run that she played to its end, and everybody who is not alice."""

    owner: Person
    browsers: dict[str, Client]
    values: dict[str, str]

    def address(self, route: Route, row: Row) -> str:
        holes = {name: self.values.get(value, value) for name, value in row.holes.items()}
        return route.filled(holes)

    def missing(self, route: Route, row: Row) -> str:
        """The same address with an object that does not exist."""
        holes = {name: self.values.get(value, value) for name, value in row.holes.items()}
        return route.filled({**holes, row.secret: MISSING[route.parameters[row.secret]]})


def world_of(alice: Person) -> World:
    """Alice plays her journey to its end, another learner begins hers."""
    player = Player(alice)
    player.start()
    player.play()
    other = Player(guest_with_browser())
    other.start()
    folder = f"/records/{player.enrolment.id}/"
    found = re.search(rf'href="{folder}([\w-]+)/"', alice.get(folder).content.decode())
    assert found
    alice.client.post("/sandboxes/lambda-to-fargate/l04/launch/")
    lab = SandboxRun.objects.get(learner=alice.learner)
    SandboxRun.objects.update(state="ready")
    blocks = [block for step in player.pack.steps.values() for block in step.blocks]
    bench = next(b for b in blocks if isinstance(b, BillView) and b.mode == "reconcile")
    values = {
        "own enrolment_id": str(player.enrolment.id),
        "own run_id": str(lab.uid),
        "token": alice.visitor.token,
        "bench": bench.id,
        "record page": found[1],
        "record file": f"{found[1]}.md",
    }
    return World(alice, {**strangers(other.person), OWNER: alice.client}, values)


def strangers(other: Person) -> dict[str, Client]:
    browsers = {name: Client(raise_request_exception=False) for name in STRANGERS}
    browsers["other learner"] = other.client
    users = get_user_model().objects
    browsers["signed-in user"].force_login(users.create_user("dana"))
    browsers["operator"].force_login(users.create_superuser("olga"))
    return browsers
