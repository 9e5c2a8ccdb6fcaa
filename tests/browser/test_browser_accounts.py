from __future__ import annotations

from typing import Any

import builders
import pytest
from accessibility import violations
from django.core.cache import cache
from people import PASSWORD, Person
from playwright.sync_api import Browser, BrowserContext, Page, expect
from visitor import tab_to

from archlab.accounts.middleware import COOKIE
from archlab.accounts.models import User
from archlab.journeys.models import Enrolment

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
PAGES = [
    "/account/", "/account/login/", "/account/signup/", "/account/password/reset/",
    "/account/erase/",
]  # fmt: skip
OWN_PAGES = [
    "/account/", "/account/email/", "/account/password/change/", "/account/second-factor/",
    "/account/second-factor/totp/activate/", "/account/second-factor/webauthn/add/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def no_counts(site: str) -> None:  # noqa: ARG001
    cache.clear()


def known(context: BrowserContext, site: str, person: Person) -> None:
    context.add_cookies([{"name": COOKIE, "value": person.visitor.token, "url": site}])


def sign_up(page: Page, site: str, name: str = "ada") -> None:
    page.goto(f"{site}/account/signup/")
    page.locator("#id_username").fill(name)
    for field in ("#id_password1", "#id_password2"):
        page.locator(field).fill(PASSWORD)
    page.locator("#sign-up").click()
    page.wait_for_url(f"{site}/")


def confirm(page: Page, address: str) -> None:
    """Go to a page that asks for the password first."""
    page.goto(address)
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(address)


@pytest.mark.usefixtures("complaints")
def test_a_guest_signs_up_by_keyboard_and_keeps_the_journey(
    site: str, context: BrowserContext, alice: Person
) -> None:
    builders.enrolment(alice.learner)
    known(context, site, alice)
    page = context.new_page()
    page.goto(f"{site}/account/signup/")
    tab_to(page, "id_username")
    page.keyboard.type("ada")
    for field in ("id_password1", "id_password2"):
        tab_to(page, field)
        page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")
    assert Enrolment.objects.get().learner.user == User.objects.get(username="ada")


def test_everything_but_passkeys_works_without_scripts_at_320_px(
    site: str, browser: Browser, alice: Person
) -> None:
    builders.enrolment(alice.learner)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    known(context, site, alice)
    page = context.new_page()
    sign_up(page, site)
    page.goto(f"{site}/account/")
    page.locator("#id_name").fill("Ada")
    page.locator("#save-name").click()
    expect(page.locator("h1")).to_have_text("Ada")
    confirm(page, f"{site}/account/erase/")
    page.locator("#erase-now").click()
    page.locator("#keep").click()
    expect(page.locator("#keep")).to_have_count(0)
    page.locator("#sign-out").click()
    page.goto(f"{site}/account/")
    expect(page.locator("h1")).to_have_text("You need no account to learn")


@pytest.mark.usefixtures("complaints")
def test_a_passkey_is_added_and_signs_in_alone(site: str, context: BrowserContext) -> None:
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
           "hasUserVerification": True, "isUserVerified": True,
           "automaticPresenceSimulation": True}  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    sign_up(page, site)
    confirm(page, f"{site}/account/second-factor/webauthn/add/")
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    page.goto(f"{site}/account/")
    page.locator("#sign-out").click()
    page.goto(f"{site}/account/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/account/")
    expect(page.locator("h1")).to_have_text("ada")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_pass_axe_and_fit_320_px(
    site: str, browser: Browser, alice: Person, scheme: Any
) -> None:
    context = browser.new_context(viewport=NARROW, color_scheme=scheme)  # type: ignore[arg-type] # width and height
    known(context, site, alice)
    page = context.new_page()
    for path in PAGES:
        page.goto(f"{site}{path}")
        seen(page, path)
    sign_up(page, site)
    confirm(page, f"{site}/account/second-factor/totp/activate/")
    for path in OWN_PAGES:
        page.goto(f"{site}{path}")
        seen(page, path)


def seen(page: Page, path: str) -> None:
    assert page.url.endswith(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert violations(page) == [], path
