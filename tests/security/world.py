"""Alice with a run that she played to its end, and everybody who is not alice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import builders
import nights
import version_desk
from access_table import OWNER, Row
from addresses import Route
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.utils import timezone
from people import Member, Person, guest_with_browser, member, with_second_factor
from player import Player

from archlab.accounts.invitations import invite
from archlab.accounts.models import RoleGrant
from archlab.accounts.roles import Role
from archlab.catalog.queries import forget_shelf
from archlab.domain.pack import BillView
from archlab.drills.models import DrillRun
from archlab.journeys.actions import start_again
from archlab.journeys.moves import move_key
from archlab.practice.models import Mix, ReviewCard
from archlab.records.models import ShareLink
from archlab.sandboxes.models import SandboxRun

MISSING = {
    "uuid": "7e5a3c1e-0000-4000-8000-000000000000",
    "str": "x" * 43,
    "slug": "no-such-thing",
    "int": "987654321",
}


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

    def sent(self, row: Row) -> dict[str, str]:
        """What a form of the page sends."""
        return {name: self.values.get(value, value) for name, value in row.sends.items()}

    def ask(self, person: str, method: str, address: str, **sent: Any) -> Any:
        """An answer that leaves no trace: neither in the database nor in the browser.

        Erasing oneself, signing out and taking another guest's cookie are addresses too.
        """
        client = self.browsers[person]
        send = getattr(client, method.lower())
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        try:
            with transaction.atomic():
                answer = send(address, **sent)
                transaction.set_rollback(True)
                return answer
        finally:
            client.cookies.clear()
            for name, value in cookies.items():
                client.cookies[name] = value


def world_of(alice: Person) -> World:
    """Alice plays her journey to its end, and does everything else once; others begin theirs.

    A newer version of her journey is there, and her night is not over.
    """
    player = Player(alice)
    player.start()
    player.play()
    other = Player(guest_with_browser())
    other.start()
    other.play(until="j0-02")
    dana, olga = member("dana"), operator("olga")
    browsers = {
        OWNER: alice.client,
        "stranger": Client(raise_request_exception=False),
        "other learner": other.person.client,
        "signed-in user": dana.client,
        "operator": olga.client,
    }
    values = {
        **_of_the_journey(player), **_of_practice(alice), **_of_the_night(alice),
        **_of_accounts(), **_of_the_newer_version(alice), **_of_the_lab(alice),
        "token": alice.visitor.token,
    }  # fmt: skip
    return World(alice, browsers, values)


def _of_the_lab(alice: Person) -> dict[str, str]:
    alice.client.post("/sandboxes/lambda-to-fargate/l04/launch/")
    SandboxRun.objects.update(state="ready")
    return {"own lab": str(SandboxRun.objects.get().uid)}


def _of_the_journey(player: Player) -> dict[str, str]:
    folder = f"/records/{player.enrolment.id}/"
    found = re.search(rf'href="{folder}([\w-]+)/"', player.person.get(folder).content.decode())
    assert found
    blocks = [block for step in player.pack.steps.values() for block in step.blocks]
    bench = next(b for b in blocks if isinstance(b, BillView) and b.mode == "reconcile")
    player.person.post(f"{folder}{found[1]}/share/", {"days": "7"})
    link = ShareLink.objects.select_related("record").get()
    return {
        "own enrolment_id": str(player.enrolment.id),
        "own share": link.token,
        "own share link": str(link.pk),
        "own permalink": link.record.permalink_id,
        "bench": bench.id,
        "record page": found[1],
        "record file": f"{found[1]}.md",
    }


def _of_the_newer_version(alice: Person) -> dict[str, str]:
    """A run of hers that is not over, and the newer version that it may go over to."""
    old = builders.published()
    run = start_again(learner=alice.learner, version=old, now=timezone.now())
    newer = version_desk.publish_edited(version_desk.RESCORED)
    return {
        "own newer_id": str(run.id),
        "newer version": newer.sha256,
        "move key": str(move_key(run, newer)),
    }


def _of_practice(alice: Person) -> dict[str, str]:
    card = ReviewCard.objects.get(learner=alice.learner, block="j0-01q1")
    mix = Mix.objects.create(
        learner=alice.learner, key=uuid4(), cards=[str(card.id)], at=timezone.now()
    )
    return {"own card_id": str(card.id), "own mix_id": str(mix.id)}


def _of_the_night(alice: Person) -> dict[str, str]:
    nights.published()
    forget_shelf()
    night = nights.Player(alice)
    night.alone()
    night.play("wait:5")
    return {"own run_id": str(DrillRun.objects.get(learner=alice.learner, enrolment=None).id)}


def _of_accounts() -> dict[str, str]:
    key = Authenticator.objects.create(
        user=member("eve").user, type=Authenticator.Type.WEBAUTHN, data={"name": "a key"}
    )
    return {
        "own pk": str(key.pk),
        "invitation": invite(role=Role.INSTRUCTOR, now=timezone.now()).split("/")[-2],
    }


def operator(name: str) -> Member:
    """With a second factor, and with the password given just now."""
    person = member(name)
    RoleGrant.objects.create(user=person.user, role=Role.OPERATOR, granted=timezone.now())
    with_second_factor(person)
    return person
