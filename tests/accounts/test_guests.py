from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from archlab.accounts import actions, middleware, queries, tasks
from archlab.accounts.models import Learner, Session, User
from archlab.accounts.visitor import Visitor, visitor_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def passed_through(view: Any, method: str = "GET", cookie: str = "") -> HttpResponse:
    """The answer of the guests' middleware around this view."""
    request = RequestFactory().generic(method, "/")
    request.COOKIES[middleware.COOKIE] = cookie
    answer = middleware.visitors(view)(request)
    assert isinstance(answer, HttpResponse)
    return answer


def quiet(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.mark.django_db
def test_a_guest_is_known_by_the_hash_of_a_long_random_token() -> None:
    learner, visitor = actions.create_guest()
    assert len(visitor.token) == 43
    assert learner.token_hash == hashlib.sha256(visitor.token.encode()).hexdigest()
    assert queries.learner_of(visitor) == learner
    assert queries.learner_of(actions.create_guest()[1]) != learner


def test_the_token_is_not_printed() -> None:
    assert "secret" not in repr(Visitor("secret"))


@pytest.mark.parametrize(
    "cookie", ["", "short", "x" * 42, "x" * 44, "\u00e9" * 43, "x" * 42 + "\n"]
)
def test_a_cookie_that_cannot_be_a_token_is_a_strangers(cookie: str) -> None:
    assert not visitor_of(cookie).known
    assert visitor_of(cookie).token_hash is None


def test_a_cookie_of_the_right_form_is_taken() -> None:
    assert visitor_of("x" * 43).known


def test_reading_who_asks_costs_no_query() -> None:
    """Without the `db` fixture each query raises."""

    def view(request: Any) -> HttpResponse:
        return HttpResponse(request.learner.token_hash or "")

    assert passed_through(view, cookie="x" * 43).content
    assert not passed_through(view).content


@pytest.mark.django_db
def test_a_stranger_owns_nothing_without_a_query(django_assert_num_queries: Any) -> None:
    actions.create_guest()
    with django_assert_num_queries(0):
        assert not Learner.objects.filter(queries.owned_by(Visitor(), "")).exists()
        assert queries.learner_of(Visitor()) is None


@pytest.mark.django_db
def test_a_new_guest_gets_a_cookie_for_90_days() -> None:
    def view(request: Any) -> HttpResponse:
        request.learner = actions.create_guest()[1]
        return HttpResponse(request.learner.token)

    answer = passed_through(view, "POST")
    cookie = answer.cookies[middleware.COOKIE]
    assert cookie.value == answer.content.decode()
    assert cookie["max-age"] == 90 * 24 * 3600
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["domain"] == ""
    assert cookie["secure"] == ""
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_on_a_secure_site_the_cookie_is_secure() -> None:
    answer = HttpResponse()
    with override_settings(SECURE=True):
        middleware.remember(answer, "token")
    assert answer.cookies[middleware.COOKIE]["secure"] is True


def test_a_strangers_page_sets_no_cookie_and_may_be_kept() -> None:
    answer = passed_through(quiet)
    assert not answer.cookies
    assert not answer.has_header("Cache-Control")


def test_a_known_guests_page_is_not_stored_and_reading_changes_no_cookie() -> None:
    answer = passed_through(quiet, cookie="x" * 43)
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.django_db
def test_acting_renews_the_cookie_and_the_ninety_days() -> None:
    learner, visitor = actions.create_guest()
    Learner.objects.update(seen=NOW - 2 * DAY)
    with time_machine.travel(NOW, tick=False):
        answer = passed_through(quiet, "POST", cookie=visitor.token)
    learner.refresh_from_db()
    assert learner.seen == NOW
    assert answer.cookies[middleware.COOKIE].value == visitor.token


@pytest.mark.django_db
def test_only_the_first_act_of_a_day_is_written_down() -> None:
    _, visitor = actions.create_guest()
    Learner.objects.update(seen=NOW)
    assert not actions.mark_seen(visitor=visitor, now=NOW + DAY)
    assert actions.mark_seen(visitor=visitor, now=NOW + DAY + timedelta(seconds=1))


@pytest.mark.django_db
def test_guests_are_forgotten_after_90_days_and_not_before() -> None:
    old, _ = actions.create_guest()
    young, _ = actions.create_guest()
    Learner.objects.filter(pk=old.pk).update(seen=NOW - 90 * DAY - timedelta(seconds=1))
    Learner.objects.filter(pk=young.pk).update(seen=NOW - 90 * DAY)
    assert actions.forget_guests(now=NOW) == 1
    assert list(Learner.objects.all()) == [young]


@pytest.mark.django_db
def test_a_learner_with_a_user_is_never_forgotten() -> None:
    learner, _ = actions.create_guest()
    user = User.objects.create(username="ada")
    Learner.objects.update(user=user, seen=NOW - 900 * DAY)
    assert actions.forget_guests(now=NOW) == 0
    assert Learner.objects.get() == learner


@pytest.mark.django_db
def test_the_task_forgets_guests_and_old_sessions() -> None:
    actions.create_guest()
    Learner.objects.update(seen=NOW - 900 * DAY)
    Session.objects.create(session_key="old", expire_date=NOW - DAY)
    Session.objects.create(session_key="new", expire_date=NOW + DAY)
    with time_machine.travel(NOW, tick=False):
        tasks.forget()
    assert not Learner.objects.exists()
    assert [session.session_key for session in Session.objects.all()] == ["new"]


@pytest.mark.django_db
def test_a_forged_cookie_is_no_guest_and_breaks_nothing() -> None:
    client = Client()
    client.cookies[middleware.COOKIE] = "x" * 43
    assert client.post("/healthz/live").status_code == 405
    assert not Learner.objects.exists()
