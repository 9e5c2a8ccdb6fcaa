from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from people import member, sign_in

from archlab.accounts.models import User
from archlab.accounts.preferences import ZONE_COOKIE

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)


def chosen(client: Client, zone: str, **more: str) -> Any:
    return client.post("/account/preferences/", {"zone": zone, **more})


@pytest.mark.parametrize(
    ("zone", "kept"),
    [("Asia/Tokyo", "Asia/Tokyo"), ("america/new york", "America/New_York"), ("", "")],
)
def test_a_zone_is_kept_in_the_browser(stranger: Client, zone: str, kept: str) -> None:
    answer = chosen(stranger, zone)
    assert answer.status_code == 302
    assert answer.cookies[ZONE_COOKIE].value == kept


@pytest.mark.parametrize("zone", ["Europe/Pari", "../../etc/passwd", "x" * 64, "\x00"])
def test_an_unknown_zone_is_refused_and_stays_in_its_field(stranger: Client, zone: str) -> None:
    answer = chosen(stranger, zone)
    assert answer.status_code == 422
    assert ZONE_COOKIE not in answer.cookies
    if zone == "Europe/Pari":
        assert b"Europe/Paris" in answer.content
        assert b'value="Europe/Pari"' in answer.content


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Asia/Tokyo", b"29 November 2026, 08:30 JST"), ("", b"28 November 2026, 23:30 UTC"),
     ("no/such", b"28 November 2026, 23:30 UTC")],
)  # fmt: skip
def test_times_are_shown_in_the_visitors_zone(zone: str, shown: bytes) -> None:
    ada = member("ada")
    User.objects.update(erase_after=WHEN, erase_because="asked")
    ada.client.cookies[ZONE_COOKIE] = zone
    assert shown in ada.get("/account/").content


def test_an_account_carries_them_to_another_device(stranger: Client) -> None:
    ada = member("ada")
    assert chosen(ada.client, "Asia/Tokyo").status_code == 302
    answer = sign_in(stranger, "ada")
    assert answer.cookies[ZONE_COOKIE].value == "Asia/Tokyo"


def test_one_language_is_no_choice(stranger: Client) -> None:
    assert b'name="language"' not in stranger.get("/account/preferences/").content


def test_of_several_languages_one_is_chosen(stranger: Client, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    assert chosen(stranger, "", language="xx").status_code == 422
    chosen(stranger, "", language="ar")
    assert stranger.cookies[name()].value == "ar"


def name() -> str:
    return str(settings.LANGUAGE_COOKIE_NAME)
