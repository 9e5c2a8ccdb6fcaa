"""The cast: people with a browser of their own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
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


def totp(secret: str, at: float) -> str:
    """RFC 6238 with six digits, 30 seconds and SHA-1."""
    key = base64.b32decode(secret)
    mac = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    at_byte = mac[-1] & 15
    number = struct.unpack(">I", mac[at_byte : at_byte + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def with_second_factor(person: Member) -> str:
    """Set up an authenticator app as a person does; its secret."""
    person.post("/account/reauthenticate/?next=/account/", {"password": PASSWORD})
    page = person.get("/account/second-factor/totp/activate/")
    secret = str(page.context_data["form"].secret)
    answer = person.post(
        "/account/second-factor/totp/activate/", {"code": totp(secret, time.time())}
    )
    assert answer.status_code == 302, answer.content
    return secret
