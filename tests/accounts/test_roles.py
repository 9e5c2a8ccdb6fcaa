"""A role opens its pages only with a second factor, and links to roles open once."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from people import PASSWORD, Member, member, sign_in, totp, with_second_factor

from archlab.accounts.models import Invitation, RoleGrant, User

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_counts(db: None) -> None:  # noqa: ARG001
    cache.clear()


@pytest.fixture
def ada() -> Member:
    return member("ada")


def link(*arguments: str) -> str:
    said = StringIO()
    call_command("invite", *arguments, stdout=said)
    found = re.search(r"(/invitation/[\w-]{43}/)", said.getvalue())
    assert found
    return found[1]


def grant(person: Member, role: str = "operator") -> RoleGrant:
    return RoleGrant.objects.create(user=person.user, role=role, granted=NOW)


def test_the_codes_of_this_test_are_those_of_the_standard() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert totp(secret, 59) == "287082"
    assert totp(secret, 1_111_111_109) == "081804"


def test_a_stranger_is_led_to_the_sign_in(stranger: Client) -> None:
    answer = stranger.get("/people/")
    assert answer["Location"] == "/account/login/?next=/people/"
    part = stranger.get("/people/", headers={"HX-Request-Type": "partial"})
    assert part["HX-Redirect"] == "/account/login/?next=/people/"


@pytest.mark.parametrize("role", ["", "instructor", "facilitator"])
def test_who_lacks_the_role_gets_403(ada: Member, role: str) -> None:
    if role:
        grant(ada, role)
    with_second_factor(ada)
    answer = ada.get("/people/")
    assert answer.status_code == 403
    assert b"operator" in answer.content


def test_an_operator_without_a_second_factor_gets_403_and_the_way(ada: Member) -> None:
    grant(ada)
    answer = ada.get("/people/")
    assert answer.status_code == 403
    assert b'href="/account/second-factor/"' in answer.content
    with_second_factor(ada)
    assert ada.get("/people/").status_code == 200


def test_a_session_from_before_the_second_factor_ends_with_it(
    ada: Member, stranger: Client, django_capture_on_commit_callbacks: Any
) -> None:
    grant(ada)
    sign_in(stranger, "ada")
    assert stranger.get("/people/").status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        with_second_factor(ada)
    assert stranger.get("/people/")["Location"] == "/account/login/?next=/people/"
    assert ada.get("/people/").status_code == 200


def test_with_a_second_factor_the_password_alone_signs_nobody_in(
    ada: Member, stranger: Client
) -> None:
    secret = with_second_factor(ada)
    answer = sign_in(stranger, "ada")
    assert answer["Location"].startswith("/account/second-factor/authenticate/")
    assert b"Sign out everywhere else" not in stranger.get("/account/").content
    wrong = stranger.post("/account/second-factor/authenticate/", {"code": "000000"})
    assert wrong.status_code == 422
    with time_machine.travel(time.time() + 60, tick=False):
        right = {"code": totp(secret, time.time())}
        assert stranger.post("/account/second-factor/authenticate/", right).status_code == 302
        assert b"Sign out everywhere else" in stranger.get("/account/").content


def test_the_secret_of_the_app_is_not_readable_in_the_database(ada: Member) -> None:
    secret = with_second_factor(ada)
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert len(stored) > 100


def test_recovery_codes_sign_in_once(ada: Member) -> None:
    with_second_factor(ada)
    ada.post("/account/second-factor/recovery-codes/generate/")
    code = ada.get("/account/second-factor/recovery-codes/download/").content.split()[-1].decode()
    for expected in (302, 422):
        browser = Client()
        sign_in(browser, "ada")
        answer = browser.post("/account/second-factor/authenticate/", {"code": code})
        assert answer.status_code == expected


def test_an_invitation_gives_the_role_once(ada: Member) -> None:
    address = link("operator")
    eve = member("eve")
    assert ada.get(address).status_code == 200
    assert not RoleGrant.objects.exists()
    for _ in range(2):
        assert ada.post(address)["Location"] == "/account/second-factor/"
    refused = eve.post(address)
    assert refused.status_code == 409
    assert b"used before" in refused.content
    assert [(one.user, one.role) for one in RoleGrant.objects.all()] == [(ada.user, "operator")]


def test_a_stranger_signs_up_on_the_way_to_the_role(stranger: Client) -> None:
    address = link("instructor")
    assert stranger.post(address).status_code == 200
    assert f"/account/signup/?next={address}".encode() in stranger.get(address).content
    data = {"username": "ada", "password1": PASSWORD, "password2": PASSWORD, "next": address}
    assert stranger.post("/account/signup/", data)["Location"] == address
    stranger.post(address)
    assert RoleGrant.objects.get().role == "instructor"


def test_an_invitation_ends_after_three_days(ada: Member) -> None:
    with time_machine.travel(NOW, tick=False):
        address = link("operator")
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        ada.client.force_login(ada.user)
        assert ada.post(address).status_code == 409
    assert not RoleGrant.objects.exists()


def test_the_token_is_long_and_the_database_knows_its_hash_alone() -> None:
    token = link("operator").split("/")[2]
    assert len(base64.urlsafe_b64decode(token + "=")) * 8 >= 128
    row = Invitation.objects.get()
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()


@pytest.mark.parametrize("token", ["x" * 43, "short", "x" * 42 + "\n"])
def test_an_unknown_link_is_a_plain_404(ada: Member, token: str) -> None:
    assert ada.get(f"/invitation/{token}/").status_code == 404
    assert ada.post(f"/invitation/{token}/").status_code == 404


def test_a_new_password_without_mail(ada: Member, stranger: Client) -> None:
    address = link("--reset", "Ada")
    assert stranger.get(address).status_code == 200
    short = stranger.post(address, {"password1": "short", "password2": "short"})
    assert short.status_code == 422
    new = {"password1": "nine low lamps", "password2": "nine low lamps"}
    assert stranger.post(address, new)["Location"] == "/account/login/"
    assert sign_in(stranger, "ada", "nine low lamps").status_code == 302
    assert b"Sign out everywhere else" not in ada.get("/account/").content
    again = {"password1": "six dry lamps", "password2": "six dry lamps"}
    assert Client().post(address, again).status_code == 409
    assert User.objects.get().check_password("nine low lamps")


def test_a_newer_link_to_a_password_ends_the_older(ada: Member, stranger: Client) -> None:
    old, new = link("--reset", ada.user.username), link("--reset", ada.user.username)
    assert stranger.get(old).status_code == 404
    assert stranger.get(new).status_code == 200


def test_the_command_refuses_what_it_does_not_know() -> None:
    for arguments in (["nobody"], [], ["--reset", "nobody"]):
        with pytest.raises(CommandError):
            call_command("invite", *arguments)
    assert not Invitation.objects.exists()


def test_a_role_can_be_taken_away_but_not_the_last_operators(ada: Member) -> None:
    mine, eves = grant(ada), grant(member("eve"), "instructor")
    with_second_factor(ada)
    page: Any = ada.get("/people/")
    assert b"eve" in page.content
    assert b'href="/people/"' in ada.get("/account/").content
    assert ada.post("/people/", {"grant": eves.pk}).status_code == 302
    assert ada.post("/people/", {"grant": mine.pk}).status_code == 409
    assert ada.post("/people/", {"grant": "x"}).status_code == 302
    assert list(RoleGrant.objects.all()) == [mine]
