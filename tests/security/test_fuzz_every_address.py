"""Malformed requests to every address: no 5xx, and a GET or HEAD writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

import builders
import pytest
from access_table import OWNER, row_for
from addresses import Route, routes
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from odd_things import HEADERS, METHODS, ODD
from people import Person
from sampling import FULL, SEED
from world import MISSING, World, world_of

from archlab import urls as site
from archlab.accounts.models import Learner

pytestmark = [pytest.mark.fault, pytest.mark.django_db]

ROUNDS = 10_000 if FULL else 2_000
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
UNWELL = {("/healthz/ready", 503)}  # no worker runs in the tests
KEPT = {
    # how often somebody tried, also by HEAD, and what a second factor being set up needs
    "shared_cache": "/account/",
    "accounts_session": "/account/",
    # that the codes were seen
    "mfa_authenticator": "/account/second-factor/recovery-codes/",
}
"""Tables in which looking may leave a trace, and where: allauth keeps these by itself."""


@dataclass
class Fuzzer:
    """One seeded attacker, with the browser of the owner, of a stranger and of people who are
    signed in. Each request leaves the world as it was."""

    world: World
    found: list[Route]
    names: dict[str, list[str]] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - no secret

    def address(self, route: Route) -> str:
        """The address of the table, with now and then one parameter that is odd or missing."""
        row = row_for(route)
        holes = {
            name: self.world.values.get(value, value)
            for name, value in row.holes.items()
            if name in route.parameters
        }
        if holes and self.random.random() < 0.4:
            name = self.random.choice(list(holes))
            holes[name] = self.random.choice([MISSING[route.parameters[name]], *ODD])
        return route.filled({name: quote(value, safe="") for name, value in holes.items()})

    def fields(self, route: Route) -> dict[str, object]:
        """Names that the page's own forms have, with values that they never send."""
        names = [*self.names.get(route.path, ()), "key", "next", "_last", "format", "page", "\x00"]
        count = self.random.randrange(6)
        return {self.random.choice(names): self.value() for _n in range(count)}

    def value(self) -> object:
        odd = self.random.choice(ODD)
        return self.random.choice([odd, odd, [odd, self.random.choice(ODD)]])

    def headers(self) -> dict[str, str]:
        names = self.random.sample(list(HEADERS), self.random.choice([0, 0, 1, 2]))
        return {name: self.random.choice(HEADERS[name]) for name in names}

    def learn_names(self) -> None:
        """The fields of the forms of every page, as its owner sees it."""
        for route in self.found:
            page = self.world.browsers[OWNER].get(self.world.address(route, row_for(route)))
            if page.status_code != 200 or page.streaming:
                continue
            forms = builders.forms_in(page.content.decode(errors="replace")).values()
            names = {name for form in forms for name in (*dict(form.fields), *form.choices)}
            self.names[route.path] = sorted(names)

    def send(self) -> tuple[str, str, Any]:
        """What was sent, its method, and the answer."""
        route, method = self.random.choice(self.found), self.random.choice(METHODS)
        address, data, headers = self.address(route), self.fields(route), self.headers()
        person = self.random.choice([OWNER, *self.world.browsers])
        kind = headers.pop("Content-Type", None)
        said = f"{person} {method} {address} {data!r:.300} {headers} {kind}"
        more: dict[str, Any] = {"data": data, "headers": headers}
        if method not in ("get", "head", "post") or (method == "post" and kind):
            more["data"] = repr(data).encode(errors="replace")
            more["content_type"] = kind or "application/x-www-form-urlencoded"
        return said, method, self.world.ask(person, method, address, **more)


@pytest.fixture
def world(alice: Person) -> World:
    return world_of(alice)


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that change a row."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if sql.lstrip().upper().startswith(WRITES):
            seen.append(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def problems(fuzzer: Fuzzer, rounds: int) -> list[str]:
    found = []
    for number in range(rounds):
        with writes() as written:
            said, method, answer = fuzzer.send()
        is_known = (answer.request["PATH_INFO"], answer.status_code) in UNWELL
        if answer.status_code >= 500 and not is_known:
            found.append(f"{number}: {answer.status_code} {said}")
        if method in ("get", "head", "options") and written:
            found += [
                f"{number}: {said} wrote {sql}" for sql in written if not is_kept(answer, sql)
            ]
    return found


def is_kept(answer: Any, sql: str) -> bool:
    path_ = answer.request["PATH_INFO"]
    return any(f'"{table}"' in sql and path_.startswith(below) for table, below in KEPT.items())


def test_no_malformed_request_breaks_an_address_or_writes_by_looking(world: World) -> None:
    fuzzer = Fuzzer(world, list(routes()))
    fuzzer.learn_names()
    assert sum(map(len, fuzzer.names.values())) > 100
    found = problems(fuzzer, ROUNDS)
    assert found == [], f"seed {SEED}: " + "\n".join(found[:20])


# ---- the controls


def breaks(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.GET["x"])


def writes_by_looking(_request: HttpRequest) -> HttpResponse:
    Learner.objects.update(seen=timezone.now())
    return HttpResponse("done")


urlpatterns = [
    path("breaks/", breaks, name="sources"),
    path("looks/", writes_by_looking, name="sources"),
]
handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500


def test_a_view_that_breaks_and_one_that_writes_by_looking_are_caught(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    people = {name: Client(raise_request_exception=False) for name in (OWNER, "stranger")}
    world = World(None, people, {})  # type: ignore[arg-type]
    found = "\n".join(problems(Fuzzer(world, list(routes())), 60))
    assert "500" in found
    assert "wrote UPDATE" in found
