"""Every address x every person x every method gives exactly the answer of the table.

What belongs to somebody else is a 404 that no header and no byte tells from that of an object
which does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from access_table import METHODS, OWNER, PEOPLE, STRANGERS, TABLE, Row, row_for, row_of, unlisted
from addresses import Route, routes
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from people import Person
from world import World, world_of

from archlab import urls as site
from archlab.accounts.models import User
from archlab.journeys.models import Enrolment

TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')
TIED_TO_THE_REQUEST = {"Content-Length"}  # that of the body, which is compared itself


@pytest.fixture
def world(alice: Person) -> World:
    return world_of(alice)


def wrong(world: World, found: Iterator[Route]) -> list[str]:
    """Every answer that is not the one of the table."""
    problems = []
    for route in found:
        row = row_for(route)
        address = world.address(route, row)
        for person in PEOPLE:
            for method, expected in zip(METHODS, row.codes(person), strict=True):
                got = ask(world, person, method, address, row).status_code
                if got != expected:
                    problems.append(f"{person} {method} {route.path}: {got}, not {expected}")
    return problems


def told_apart(world: World, found: Iterator[Route]) -> list[str]:
    """Every answer to a stranger from which the existence of an object can be read."""
    problems = []
    for route in found:
        row = row_for(route)
        if not row.secret:
            continue
        foreign, missing = world.address(route, row), world.missing(route, row)
        for person in STRANGERS:
            for method in METHODS:
                there = ask(world, person, method, foreign, row)
                nowhere = ask(world, person, method, missing, row)
                if seen(there, foreign) != seen(nowhere, missing):
                    problems.append(f"{person} {method} {route.path}")
    return problems


def ask(world: World, person: str, method: str, address: str, row: Row) -> Any:
    sent = {"data": world.sent(row)} if method == "POST" else {}
    return world.ask(person, method, address, **sent)


def seen(answer: Any, address: str) -> tuple[int, dict[str, str], bytes]:
    """What a person can see of an answer, without their own address and the page's token."""
    quoted = quote(address, safe="")
    headers = {
        name: value.replace(address, "ADDRESS")
        .replace(quoted, "QUOTED")
        .replace(_id(address), "ID")
        for name, value in answer.headers.items()
        if name not in TIED_TO_THE_REQUEST
    }
    cookies = sorted(answer.cookies)
    body = TOKEN.sub(rb"\1", answer.content).replace(_id(address).encode(), b"ID")
    return answer.status_code, {**headers, "cookies": str(cookies)}, body


def _id(address: str) -> str:
    found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", address)
    return found[0] if found else address


def test_every_address_has_its_row() -> None:
    assert unlisted(routes()) == []


def test_every_row_has_its_address() -> None:
    assert set(TABLE) - {name for route in routes() for name in (route.name, route.path)} == set()


@pytest.mark.django_db
def test_everybody_gets_exactly_what_the_table_says(world: World) -> None:
    assert wrong(world, routes()) == []


@pytest.mark.django_db
def test_what_belongs_to_somebody_else_looks_as_if_it_were_not_there(world: World) -> None:
    assert told_apart(world, routes()) == []


@pytest.mark.django_db
def test_nothing_is_sent_without_the_pages_token(world: World) -> None:
    for route in routes():
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies = world.owner.client.cookies
        for method in ("POST", "PUT", "DELETE"):
            answer = client.generic(method, world.address(route, row_for(route)))
            assert answer.status_code == 403, f"{method} {route.path}"


@pytest.mark.django_db
def test_asking_leaves_no_trace(world: World) -> None:
    for path_, method in (("/account/erase/", "POST"), ("/account/forget/", "POST")):
        assert world.ask(OWNER, method, path_).status_code == 302
    assert world.owner.get(f"/journeys/{world.values['own enrolment_id']}/").status_code == 200


@pytest.mark.django_db
def test_ones_own_passkey_opens(world: World) -> None:
    """The table has only somebody else's."""
    mine = Authenticator.objects.create(
        user=User.objects.get(username="olga"), type="webauthn", data={"name": "mine"}
    )
    for page in ("remove", "edit"):
        address = f"/account/second-factor/webauthn/keys/{mine.pk}/{page}/"
        assert world.ask("operator", "GET", address).status_code == 200
        assert world.ask("signed-in user", "GET", address).status_code == 302


# ---- the controls: what the matrix must catch


def leaky(_request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    return HttpResponse(str(Enrolment.objects.get(pk=enrolment_id).learner_id))


def telling(_request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    exists = Enrolment.objects.filter(pk=enrolment_id).exists()
    return HttpResponse("Not yours." if exists else "Not there.", status=404)


journeys = (
    [
        path("leaky/<uuid:enrolment_id>/", leaky, name="map"),
        path("telling/<uuid:enrolment_id>/", telling, name="end"),
    ],
    "journeys",
)
new = ([path("new/<uuid:enrolment_id>/", leaky, name="new")], "new")
urlpatterns = [path("", include(journeys)), path("", include(new))]
handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500


def test_an_address_without_a_row_is_named_with_what_to_add(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    assert len(unlisted(routes())) == 1
    assert 'add "new:new": everybody(...)' in unlisted(routes())[0]


@pytest.mark.django_db
def test_a_view_that_forgets_whose_it_is_is_caught(world: World, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    known = [route for route in routes() if row_of(route)]
    problems = wrong(world, iter(known))
    for person in STRANGERS:
        assert f"{person} GET /leaky/<uuid:enrolment_id>/: 200, not 404" in problems
    assert "stranger GET /telling/<uuid:enrolment_id>/" in told_apart(world, iter(known))
