"""Signing up, in and out: what is taken, what is refused, what ends."""

from __future__ import annotations

import re
from typing import Any

import builders
import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from people import PASSWORD, Member, member, sign_in

from archlab.accounts import names
from archlab.accounts.models import Session, User
from archlab.accounts.sessions import device_words


@pytest.fixture(autouse=True)
def no_counts(db: None) -> None:  # noqa: ARG001
    cache.clear()


@pytest.fixture
def ada() -> Member:
    return member("ada")


def sign_up(client: Client, name: str = "ada", password: str = PASSWORD, **more: str) -> Any:
    data = {"username": name, "password1": password, "password2": password, **more}
    return client.post("/account/signup/", data)


def test_a_name_and_a_password_are_enough(stranger: Client) -> None:
    assert sign_up(stranger).status_code == 302
    assert User.objects.get().email == ""


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("plums & tin", False),
        ("plums & tins", True),
        ("x" * 30 + "plum tin sea" * 8 + "yz", True),
        ("x" * 30 + "plum tin sea" * 8 + "yzw", False),
        ("password1234", False),
        ("qwertyqwerty", False),
        ("aaaaaaaaaaaaaa", False),
        ("ada-lovelace-of", False),
        ("七つの高い灯りが海に立っている夜", True),
    ],
)
def test_passwords_are_12_to_128_characters_and_none_that_all_try_first(
    stranger: Client,
    password: str,
    taken: bool,  # noqa: FBT001
) -> None:
    answer = sign_up(stranger, "ada-lovelace", password)
    assert answer.status_code == (302 if taken else 422)
    assert User.objects.exists() is taken


def test_a_refused_sign_up_keeps_what_was_typed(stranger: Client) -> None:
    answer = sign_up(stranger, "ada", "tiny-one", email="ada@nowhere.example")
    assert answer.status_code == 422
    assert b'value="ada"' in answer.content
    assert b'value="ada@nowhere.example"' in answer.content
    assert b"tiny-one" not in answer.content


@pytest.mark.parametrize(
    "name",
    [
        "a\u202eb",
        "a\u200bb",
        "a\x00b",
        "a\nb",
        "a b",
        "<b>",
        "z" + "\u0301" * 4,
        "n" * 41,
        "Ada",
        "",
    ],
)
def test_hostile_and_taken_user_names_are_refused(stranger: Client, ada: Member, name: str) -> None:
    assert sign_up(stranger, name).status_code == 422
    assert list(User.objects.all()) == [ada.user]


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("  Ada  ", "Ada"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u0639\u0627\u0626\u0634\u0629", "\u0639\u0627\u0626\u0634\u0629"),
        ("\U0001f469\u200d\U0001f52c", "\U0001f469\u200d\U0001f52c"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("n" * 40, "n" * 40),
    ],
)
def test_names_are_anybodys(name: str, cleaned: str) -> None:
    assert names.clean(name) == cleaned


@pytest.mark.parametrize(
    "name",
    ["a\u2066b", "\u200dab", "a\u200db", "a\u2028b", "a\u0007", "q" + "\u0323" * 4, "n" * 41],
)
def test_names_hide_nothing(name: str) -> None:
    with pytest.raises(ValidationError):
        names.clean(name)


def test_a_name_is_shown_as_text(ada: Member) -> None:
    assert ada.post("/account/", {"name": "<i>Ada</i>"}).status_code == 302
    assert b"<bdi>&lt;i&gt;Ada&lt;/i&gt;</bdi>" in ada.get("/account/").content
    answer = ada.post("/account/", {"name": "a\u202eb"})
    assert answer.status_code == 422
    assert b"cannot be seen" in answer.content


def test_a_form_cannot_make_somebody_staff(ada: Member, stranger: Client) -> None:
    ada.post("/account/", {"name": "A", "is_staff": "on", "is_superuser": "on", "username": "x"})
    sign_up(stranger, "eve", is_staff="on", is_superuser="on")
    assert not User.objects.filter(is_staff=True).exists()
    assert not User.objects.filter(username="x").exists()


def test_signing_in_changes_the_session(stranger: Client, ada: Member) -> None:
    stranger.session["anything"] = "x"
    stranger.get("/account/login/")
    before = stranger.session.session_key
    assert sign_in(stranger, "ada").status_code == 302
    assert stranger.session.session_key != before
    assert Session.objects.get(pk=stranger.session.session_key).user == ada.user


def test_a_wrong_password_and_an_unknown_name_look_the_same(stranger: Client, ada: Member) -> None:
    wrong, unknown = sign_in(stranger, ada.user.username, "no"), sign_in(stranger, "nobody", "no")
    assert wrong.status_code == unknown.status_code == 422
    said = [one.context_data["form"].non_field_errors() for one in (wrong, unknown)]
    assert said[0] == said[1]


def test_the_sixth_wrong_password_closes_the_account_for_a_while(ada: Member) -> None:
    browsers = [Client() for _ in range(7)]
    statuses = [sign_in(browser, "ada", "wrong").status_code for browser in browsers[:6]]
    assert statuses == [422] * 5 + [429]
    right = sign_in(browsers[6], "ada")
    assert right.status_code == 429
    assert right["Retry-After"] == "300"
    assert b'<p class="problem">' in right.content
    assert ada.get("/account/").status_code == 200


def test_limits_are_shared_between_processes_and_keep_no_address(ada: Member) -> None:
    sign_in(Client(), ada.user.username, "wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM shared_cache")
        rows = repr(cursor.fetchall())
    assert "login_failed" in rows
    assert "127.0.0.1" not in rows
    assert ada.user.username not in rows


def test_a_new_password_ends_the_other_sessions(ada: Member, stranger: Client) -> None:
    sign_in(stranger, "ada")
    data = {"oldpassword": PASSWORD, "password1": "nine low lamps", "password2": "nine low lamps"}
    answer = ada.post("/account/password/change/", data)
    assert answer["Location"] == "/account/?done=password"
    assert ada.get("/account/")["Content-Type"].startswith("text/html")
    assert b"Sign out everywhere else" in ada.get("/account/").content
    assert b"Sign out everywhere else" not in stranger.get("/account/").content
    assert Session.objects.filter(user=ada.user).count() == 1


def test_signing_out_everywhere_else_keeps_this_session(ada: Member, stranger: Client) -> None:
    sign_in(stranger, "ada")
    assert ada.post("/account/sessions/end/").status_code == 302
    assert b"Sign out everywhere else" in ada.get("/account/").content
    assert b"Sign out everywhere else" not in stranger.get("/account/").content


def test_a_closed_account_is_signed_out(ada: Member) -> None:
    User.objects.update(is_active=False)
    assert b"Sign out everywhere else" not in ada.get("/account/").content


def test_a_session_tells_its_device_in_two_words(stranger: Client, ada: Member) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    stranger.post(
        "/account/login/", {"login": "ada", "password": PASSWORD}, headers={"User-Agent": agent}
    )
    session = Session.objects.get(pk=stranger.session.session_key)
    assert session.user == ada.user
    assert session.device == "Firefox, Linux"
    assert device_words("<script>") == ""


def test_an_anonymous_account_page_asks_the_database_nothing(
    stranger: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert stranger.get("/account/").status_code == 200


def test_personal_pages_are_not_stored(ada: Member) -> None:
    assert "no-store" in ada.get("/account/")["Cache-Control"]


def test_mail_leads_to_the_sites_own_address(
    stranger: Client, ada: Member, mailoutbox: Any
) -> None:
    User.objects.update(email="ada@nowhere.example")
    data = {"email": "ada@nowhere.example"}
    stranger.post("/account/password/reset/", data, headers={"Host": "localhost"})
    assert ada.user.username in mailoutbox[0].body
    assert "http://127.0.0.1:8000/account/password/reset/key/" in mailoutbox[0].body
    assert "localhost" not in mailoutbox[0].body


def test_mail_to_an_unknown_address_leads_to_the_sites_own_address_too(
    stranger: Client, mailoutbox: Any
) -> None:
    data = {"email": "nobody@nowhere.example"}
    stranger.post("/account/password/reset/", data, headers={"Host": "localhost"})
    assert "http://127.0.0.1:8000/account/signup/" in mailoutbox[0].body
    assert "localhost" not in mailoutbox[0].body


def test_no_form_says_whether_an_address_has_an_account(stranger: Client, ada: Member) -> None:
    ada.post("/account/reauthenticate/?next=/account/", {"password": PASSWORD})
    ada.post("/account/email/", {"action_add": "", "email": "ada@nowhere.example"})
    EmailAddress.objects.update(verified=True)
    assert EmailAddress.objects.count() == 1
    for name, address in (("eve", "ada@nowhere.example"), ("mary", "free@nowhere.example")):
        answer = sign_up(Client(), name, email=address)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert User.objects.filter(username=name).exists()
        data = {"email": address}
        assert stranger.post("/account/password/reset/", data)["Location"].endswith("/done/")


@pytest.mark.parametrize("path", ["forget", "sessions/end", "keep"])
def test_acts_are_only_posted(ada: Member, path: str) -> None:
    assert ada.get(f"/account/{path}/").status_code == 405


@pytest.mark.parametrize("path", ["sessions/end", "keep", "merge"])
def test_what_was_sent_without_a_session_leads_to_a_page_that_opens(
    stranger: Client, path: str
) -> None:
    answer = stranger.post(f"/account/{path}/")
    assert answer["Location"] == "/account/login/?next=/"


@pytest.mark.parametrize("path", ["confirm-email/no-such-key", "password/reset/key/1-no-such-key"])
def test_a_link_of_a_mail_that_leads_nowhere_is_a_404(stranger: Client, path: str) -> None:
    assert stranger.get(f"/account/{path}/").status_code == 404


def test_the_link_of_a_mail_opens(stranger: Client, ada: Member, mailoutbox: Any) -> None:
    User.objects.filter(pk=ada.user.pk).update(email="ada@nowhere.example")
    stranger.post("/account/password/reset/", {"email": "ada@nowhere.example"})
    link = re.search(r"/account/password/reset/key/\S+", mailoutbox[0].body)
    assert link
    assert stranger.get(link[0], follow=True).status_code == 200


def test_the_guest_can_be_forgotten_and_the_link_still_works(alice: Any, stranger: Client) -> None:
    assert alice.post("/account/forget/").status_code == 302
    assert b"You need no account" in alice.get("/account/").content
    assert stranger.get(f"/resume/{alice.visitor.token}/").status_code == 200


def test_many_sign_ups_from_one_address_are_slowed(ada: Member) -> None:
    statuses = [sign_up(Client(), ada.user.username).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]


def test_a_signed_in_person_who_opens_a_guests_link_is_asked_about_it(
    ada: Member, alice: Any
) -> None:
    builders.enrolment(alice.learner)
    answer = ada.post(f"/resume/{alice.visitor.token}/")
    assert answer["Location"] == "/account/merge/"
    assert b"Journeys: 1" in ada.get("/account/merge/").content


@pytest.mark.parametrize("kept", [False, True])
def test_a_request_that_waits_for_the_password_is_not_kept(
    ada: Member,
    settings: Any,
    kept: bool,  # noqa: FBT001
) -> None:
    if kept:  # allauth alone would keep it, with the address of who sent it
        guard = "archlab.accounts.middleware.no_kept_requests"
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != guard]
    assert "reauthenticate" in ada.post("/account/erase/")["Location"]
    assert ("REMOTE_ADDR" in str(dict(ada.client.session))) is kept
