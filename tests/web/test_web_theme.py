from __future__ import annotations

import pytest
from django.test import Client


@pytest.fixture
def browser(db: None) -> Client:  # noqa: ARG001
    return Client()


def test_a_theme_is_remembered_and_the_page_comes_back(browser: Client) -> None:
    response = browser.post("/theme/", {"theme": "dark", "next": "/scenarios/?level=x"})
    assert (response.status_code, response["Location"]) == (302, "/scenarios/?level=x")
    assert response.cookies["theme"].value == "dark"
    assert response.cookies["theme"]["httponly"]


def test_the_device_decides_again_when_asked(browser: Client) -> None:
    browser.post("/theme/", {"theme": "dark"})
    response = browser.post("/theme/", {"theme": "system"})
    assert response.cookies["theme"].value == ""
    assert response.cookies["theme"]["max-age"] == 0


@pytest.mark.parametrize("next_", ["", "//evil.example/", "https://evil.example/", "/\\evil"])
def test_it_leads_to_no_other_site(browser: Client, next_: str) -> None:
    response = browser.post("/theme/", {"theme": "light", "next": next_})
    assert response["Location"] == "/"


def test_looking_at_the_address_changes_nothing(browser: Client) -> None:
    response = browser.get("/theme/")
    assert response.status_code == 405
    assert "theme" not in response.cookies
