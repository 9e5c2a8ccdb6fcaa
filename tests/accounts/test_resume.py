from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archlab.accounts.middleware import COOKIE


def link(person: Any) -> str:
    return reverse("accounts:resume", args=[person.visitor.token])


def test_looking_at_the_link_changes_nothing(alice: Any, stranger: Client) -> None:
    answer = stranger.get(link(alice))
    assert answer.status_code == 200
    assert COOKIE not in answer.cookies
    assert b'method="post"' in answer.content
    assert b"another guest" not in answer.content


def test_the_form_takes_the_guest_to_this_browser(alice: Any, stranger: Client) -> None:
    answer = stranger.post(link(alice))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert answer.cookies[COOKIE].value == alice.visitor.token


def test_another_guest_is_warned_and_gets_the_own_link(alice: Any, charlie: Any) -> None:
    answer = charlie.get(link(alice))
    assert b"another guest" in answer.content
    assert link(charlie).encode() in answer.content


def test_the_owner_is_not_warned(alice: Any) -> None:
    assert b"another guest" not in alice.get(link(alice)).content


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x" * 43, "short"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_token_is_a_plain_404(stranger: Client, token: str, method: str) -> None:
    answer = getattr(stranger, method)(reverse("accounts:resume", args=[token]))
    assert answer.status_code == 404
    assert COOKIE not in answer.cookies
    assert b'<p class="problem">' in answer.content


def test_the_link_is_never_stored_nor_told_to_other_sites(alice: Any, stranger: Client) -> None:
    answer = stranger.get(link(alice))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_other_methods_are_refused(alice: Any, stranger: Client) -> None:
    assert stranger.delete(link(alice)).status_code == 405


def test_the_form_needs_its_token(alice: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(link(alice))
    assert answer.status_code == 403
    assert b"load the page again" in answer.content
    assert COOKIE not in answer.cookies
