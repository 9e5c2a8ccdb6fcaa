"""What was typed or ticked in practice, in words of one's own and in a night outlives a reload."""

from __future__ import annotations

import pytest
from nights import DRILL, SLUG, published
from people import Person
from player import Player
from playwright.sync_api import BrowserContext, Page, Route, expect

from archlab.accounts.middleware import COOKIE

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site: str, alice: Person, context: BrowserContext) -> Page:
    context.add_cookies([{"name": COOKIE, "value": alice.visitor.token, "url": site}])
    return context.new_page()


def drafts(page: Page) -> int:
    return int(page.evaluate("localStorage.length"))


def night(page: Page, site: str) -> None:
    published()
    page.goto(f"{site}/drills/{SLUG}/{DRILL}/")
    page.locator("#start-drill").click()
    page.wait_for_url("**/drills/runs/**")


@pytest.mark.usefixtures("complaints")
def test_own_words_outlive_a_reload_until_they_are_kept(
    page: Page, site: str, alice: Person
) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-02")
    page.goto(f"{site}/words/{player.slug}/j0-01/")
    page.locator("#text").fill("Begin with the list, not with the service.")
    page.reload()
    expect(page.locator("#text")).to_have_value("Begin with the list, not with the service.")
    page.locator("#keep").click()
    expect(page.locator("#keep + .label")).to_contain_text("Kept on")
    assert drafts(page) == 0


@pytest.mark.usefixtures("complaints")
def test_a_round_half_put_together_outlives_a_reload(page: Page, site: str, alice: Person) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-02")
    page.goto(f"{site}/practice/mix/")
    page.locator("#of-1-1").check()
    page.reload()
    expect(page.locator("#of-1-1")).to_be_checked()
    page.locator("#begin").click()
    page.wait_for_url("**/practice/*-*/*/**")
    assert drafts(page) == 0


@pytest.mark.usefixtures("complaints")
def test_a_cause_that_is_marked_outlives_a_turn_and_a_reload(page: Page, site: str) -> None:
    night(page, site)
    page.locator("#cause-logs").check()
    page.locator("#wait-1").click()
    expect(page.locator("#saving")).to_have_text("Saved.")
    expect(page.locator("#cause-logs")).to_be_checked()
    page.reload()
    expect(page.locator("#cause-logs")).to_be_checked()
    page.locator("#name-it").click()
    expect(page.locator("#log + .diary")).to_contain_text("You named the cause")
    assert drafts(page) == 0


def test_what_was_said_after_a_night_is_sent_again_until_it_is_kept(
    page: Page, site: str, context: BrowserContext
) -> None:
    night(page, site)
    page.locator("#stop").click()
    page.locator("#prevent-rotate").check()
    page.reload()
    expect(page.locator("#prevent-rotate")).to_be_checked()
    bad_line = iter([503])

    def on_the_way(route: Route) -> None:
        failure = next(bad_line, None)
        if failure:
            route.fulfill(status=failure)
        else:
            route.continue_()

    context.route("**/close/", on_the_way)
    page.locator("#to-debrief").click()
    expect(page.locator("#debrief")).to_contain_text("of 100")
    expect(page.locator("#saving")).to_have_text("Saved.")
    assert drafts(page) == 0
