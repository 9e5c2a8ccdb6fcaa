"""The cast: people with a browser of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client

from archlab.accounts import actions
from archlab.accounts.middleware import COOKIE
from archlab.accounts.models import Learner, User
from archlab.accounts.visitor import Visitor


@dataclass(frozen=True)
class Person:
    """Somebody with a browser. `learner` is who the database says it is."""

    client: Client
    learner: Learner
    visitor: Visitor

    def get(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        return self.client.get(path, data, **kwargs)

    def post(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        return self.client.post(path, data, **kwargs)


def guest_with_browser() -> Person:
    learner, visitor = actions.create_guest()
    client = Client(raise_request_exception=False)
    client.cookies[COOKIE] = visitor.token
    return Person(client, learner, visitor)


PASSWORD = "seven tall lamps at sea"  # noqa: S105 - of people who do not exist


@dataclass(frozen=True)
class Member:
    """Somebody with an account and a browser in which they are signed in."""

    client: Client
    user: User
    learner: Learner

    def get(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        return self.client.get(path, data, **kwargs)

    def post(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        return self.client.post(path, data, **kwargs)


def member(name: str = "ada") -> Member:
    user = User.objects.create_user(name, password=PASSWORD)
    learner = Learner.objects.create(user=user)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return Member(client, user, learner)


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/account/login/", {"login": name, "password": password, **more})
