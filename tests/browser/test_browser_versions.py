"""A guest is offered a newer version, looks at the plan, moves and goes back, in a browser."""

from __future__ import annotations

from typing import Any

import pytest
import version_desk as desk
from accessibility import violations
from people import Person
from player import Player
from playwright.sync_api import Browser, BrowserContext, Page, expect

from archlab.accounts.middleware import COOKIE

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def player(alice: Person) -> Player:
    """Somebody who has come to the third step when a newer version comes out."""
    player = Player(alice, choices={"j0-d0": "cheap"})
    player.start()
    player.play(until="j0-03")
    desk.publish_edited(desk.ADDED, desk.RESCORED, desk.OPTION_GONE, desk.TYPO)
    return player


def page_of(player: Player, context: BrowserContext, site: str) -> Page:
    context.add_cookies([{"name": COOKIE, "value": player.person.visitor.token, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/journeys/{player.enrolment.id}/resume/")
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_a_guest_looks_moves_and_goes_back(
    site: str, browser: Browser, player: Player, *, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = page_of(player, context, site)
    expect(page.get_by_role("heading", name="There is a newer version")).to_be_visible()
    page.locator("#see-plan").click()
    expect(page.locator("h1")).to_have_text("7 of 8 answers come along as they are")
    expect(page.locator("table.ledger tbody tr").first).to_contain_text("carried over")
    page.locator("#move").click()
    expect(page.get_by_role("heading", name="You are in version 2 now")).to_be_visible()
    page.locator("#undo-move").click()
    expect(page.get_by_role("heading", name="There is a newer version")).to_be_visible()
    page.locator("#keep-version").click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#keep-version")).to_have_count(0)
    page.locator("#to-map").click()
    expect(page.locator("#to-version")).to_be_visible()
    assert player.enrolment.version.number == 1
    context.close()


@pytest.mark.parametrize(
    ("view", "scheme", "locale"),
    [(WIDE, "light", "en"), (NARROW, "light", "en"), (NARROW, "dark", "ar")],
)
def test_the_offer_the_plan_and_the_notice_fit_and_can_be_read(
    site: str, browser: Browser, settings: Any, player: Player, view: Any, scheme: Any, locale: str
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    context = browser.new_context(viewport=view, color_scheme=scheme, locale=locale)
    page = page_of(player, context, site)
    name = f"{view['width']}-{scheme}-{locale}"
    _looked_at(page, view, f"offer-{name}")
    page.locator("#see-plan").click()
    page.locator("#move").wait_for()
    _looked_at(page, view, f"plan-{name}")
    page.locator("#move").click()
    page.locator("#undo-move").wait_for()
    _looked_at(page, view, f"moved-{name}")
    page.locator("#to-map").click()
    page.locator("#to-undo").wait_for()
    _looked_at(page, view, f"map-{name}")
    context.close()


def _looked_at(page: Page, view: dict[str, int], name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= view["width"], name
    assert violations(page) == [], name
