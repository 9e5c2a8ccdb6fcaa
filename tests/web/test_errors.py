from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from archlab import urls
from archlab.web import errors


class Closed(errors.Refused):
    """The vote is over."""


class TooMany(errors.Refused):
    status = 429


RAISED: dict[str, Exception] = {
    "400": SuspiciousOperation("odd"),
    "403": PermissionDenied(),
    "404": Http404(),
    "409": Closed("The vote is over. Look at its result."),
    "429": TooMany("Wait a minute."),
    "500": ZeroDivisionError("a secret in a traceback"),
    "503": OperationalError("database or disk is full"),
}


def fails(_request: HttpRequest, kind: str) -> HttpResponse:
    raise RAISED[kind]


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST["a"])


urlpatterns = [path("fails/<str:kind>/", fails), path("posts/", echo), *urls.urlpatterns]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture(autouse=True)
def failing_views(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize("kind", RAISED)
def test_an_error_has_its_status_and_one_sentence_for_htmx(stranger: Client, kind: str) -> None:
    answer = stranger.get(f"/fails/{kind}/")
    page = answer.content.decode()
    assert answer.status_code == int(kind)
    assert page.count('<p class="problem">') == 1
    assert "<title>Error: " in page
    assert page.count("<h1") == 1
    assert "no-store" in answer["Cache-Control"]


def test_a_refusal_shows_the_rules_own_sentence(stranger: Client) -> None:
    assert b"The vote is over. Look at its result." in stranger.get("/fails/409/").content


@pytest.mark.parametrize(("kind", "after"), [("503", "5"), ("429", "5")])
def test_who_should_come_back_is_told_when(stranger: Client, kind: str, after: str) -> None:
    assert stranger.get(f"/fails/{kind}/")["Retry-After"] == after


def test_a_failure_tells_nothing_of_its_cause(stranger: Client) -> None:
    assert b"secret" not in stranger.get("/fails/500/").content


def test_a_failure_is_shown_even_when_context_processors_fail(stranger: Client) -> None:
    with patch("django.template.context_processors.request", side_effect=ZeroDivisionError):
        answer = stranger.get("/fails/500/")
    assert answer.status_code == 500
    assert b'<p class="problem">' in answer.content


def test_a_failure_asks_no_database(stranger: Client) -> None:
    # without the `db` fixture each query raises
    assert stranger.get("/fails/500/").status_code == 500


def test_an_unknown_address_is_a_page(stranger: Client) -> None:
    answer = stranger.get("/nothing/here/")
    assert answer.status_code == 404
    assert b"Check the address" in answer.content


def test_a_foreign_host_is_refused(stranger: Client) -> None:
    answer = stranger.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil.example" not in answer.content


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10)
def test_a_form_that_is_too_large_is_a_400(stranger: Client) -> None:
    assert stranger.post("/posts/", {"a": "b" * 100}).status_code == 400
    assert (
        stranger.post(
            "/posts/", "a=b", content_type="application/x-www-form-urlencoded"
        ).status_code
        == 200
    )


def test_every_status_has_a_title() -> None:
    statuses = {400, 403, 404, 409, 413, 422, 429, 500, 503}
    assert set(errors.TITLES) == statuses
    for status in statuses:
        assert errors.page(None, status, "What now?").status_code == status


def test_a_sentence_is_escaped() -> None:
    assert b"<script>" not in errors.page(None, 409, "<script>alert(1)</script>").content
