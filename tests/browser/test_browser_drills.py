"""A night by mouse, by keyboard and without scripts."""

from __future__ import annotations

import re

import pytest
from accessibility import violations
from nights import DRILL, SLUG, published
from people import Person
from playwright.sync_api import Browser, BrowserContext, Page, expect
from visitor import tab_to

from archlab.accounts.middleware import COOKIE

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def place(site: str, alice: Person, context: BrowserContext) -> str:
    """The drill before its night."""
    published()
    known(context, site, alice)
    return f"{site}/drills/{SLUG}/{DRILL}/"


def known(context: BrowserContext, site: str, person: Person) -> None:
    context.add_cookies([{"name": COOKIE, "value": person.visitor.token, "url": site}])


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


@pytest.mark.usefixtures("complaints")
def test_a_night_by_mouse_swaps_only_the_night_and_tells_what_changed(
    place: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(place)
    page.locator("#start-drill").click()
    page.wait_for_url("**/drills/runs/**")
    page.evaluate("document.getElementById('main').dataset.kept = 'yes'")
    page.locator("#wait-1").click()
    expect(page.locator("#status")).to_contain_text("It is 23:51. A customer writes")
    assert focused(page) == "wait-1"
    page.locator("#look-usage").click()
    expect(page.locator("#open-usage")).to_contain_text("45 GB in container logs")
    expect(page.locator("#panel-usage")).to_be_focused()
    page.locator("#look-syslog").click()
    page.locator("#q-syslog").press_sequentially("no space")
    expect(page.locator("#count-syslog")).to_have_text("1 line of 3")
    expect(page.locator("#q-syslog")).to_be_focused()
    assert "q-syslog=no+space" in page.url or "q-syslog=no%20space" in page.url
    page.locator("#do-truncate").click()
    expect(page.locator("#over")).to_be_focused()
    expect(page.locator("#over")).to_have_text("Won at 23:57")
    page.locator("#cause-logs").check()
    page.locator("#to-debrief").click()
    expect(page.locator("#debrief")).to_be_focused()
    expect(page.locator("#debrief")).to_contain_text("of 100")
    expect(page.locator("main[data-kept]")).to_have_count(1)


@pytest.mark.usefixtures("complaints")
def test_a_night_by_keyboard_alone(place: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(place)
    for control in ("flag-alarms-yes", "start-drill"):
        tab_to(page, control)
        page.keyboard.press("Space" if control.endswith("yes") else "Enter")
    page.wait_for_url("**/drills/runs/**")
    tab_to(page, "look-usage")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-usage")).to_be_focused()
    tab_to(page, "cause-logs")
    page.keyboard.press("Space")
    tab_to(page, "name-it")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("You named the cause: Logs without rotation.")
    assert focused(page) == "name-it"
    page.keyboard.press("Control+Home")
    page.evaluate("document.activeElement.blur()")
    tab_to(page, "do-truncate")
    page.keyboard.press("Enter")
    expect(page.locator("#over")).to_be_focused()
    tab_to(page, "prevent-rotate")
    page.keyboard.press("Space")
    tab_to(page, "to-debrief")
    page.keyboard.press("Enter")
    expect(page.locator("#debrief")).to_have_text("Won at 23:55, 100 of 100")


def test_a_night_without_scripts(place: str, site: str, alice: Person, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    known(context, site, alice)
    page = context.new_page()
    page.goto(place)
    page.locator("#start-drill").click()
    page.locator("#look-syslog").click()
    assert page.url.endswith("/#open-syslog")
    page.locator("#q-syslog").fill("98")
    page.locator("#seek-syslog").click()
    expect(page.locator("#count-syslog")).to_have_text("1 line of 3")
    page.locator("#do-restart").click()
    expect(page.locator("#act-restart")).to_contain_text("Done at 23:57")
    expect(page.locator("#count-syslog")).to_have_text("1 line of 3")
    expect(page.locator("#ticker")).to_be_hidden()
    page.locator("#stop").click()
    expect(page.locator("#over")).to_have_text("Lost at 00:35 the next day")
    page.locator("#to-debrief").click()
    expect(page.locator("#debrief")).to_contain_text("Lost at 00:35 the next day, 0 of 100")
    context.close()


@pytest.mark.usefixtures("complaints")
def test_a_second_tab_that_is_behind_sees_the_night_as_it_is(
    place: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(place)
    page.locator("#start-drill").click()
    page.wait_for_url("**/drills/runs/**")
    behind = context.new_page()
    behind.goto(page.url)
    page.locator("#wait-5").click()
    expect(page.locator("#now")).to_contain_text("23:55")
    behind.locator("#wait-15").click()
    expect(behind.locator("#night-problem")).to_contain_text("The night has gone on")
    expect(behind.locator("#now")).to_contain_text("23:55")
    behind.locator("#wait-1").click()
    expect(behind.locator("#now")).to_contain_text("23:56")
    expect(behind.locator("#night-problem")).to_have_count(0)


@pytest.mark.usefixtures("complaints")
def test_the_clock_runs_only_when_it_is_asked_to_and_pauses(
    place: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(place)
    page.locator("#start-drill").click()
    page.wait_for_url("**/drills/runs/**")
    button = page.locator("#ticker-button")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.clock.run_for(60_000)
    expect(page.locator("#now")).to_contain_text("23:50")
    button.click()
    expect(button).to_have_text("Pause the clock")
    for minute in ("23:51", "23:52"):
        page.clock.run_for(12_500)
        expect(page.locator("#now")).to_contain_text(minute)
    expect(button).to_have_text("Pause the clock")
    button.click()
    page.clock.run_for(60_000)
    expect(page.locator("#now")).to_contain_text("23:52")
    expect(button).to_have_text(re.compile("Let the clock run"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_is_wide_enough(
    place: str, site: str, alice: Person, browser: Browser, scheme: str
) -> None:
    context = browser.new_context(viewport=NARROW, color_scheme=scheme)  # type: ignore[arg-type]
    known(context, site, alice)
    page = context.new_page()

    def good() -> None:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]

    page.goto(f"{site}/drills/")
    good()
    page.goto(place)
    good()
    page.locator("#start-drill").click()
    page.wait_for_url("**/drills/runs/**")
    good()
    for panel in ("usage", "syslog", "free", "plan", "shell"):
        page.locator(f"#look-{panel}").click()
        page.locator(f"#look-{panel}").wait_for(state="detached")
    good()
    page.locator("#do-truncate").click()
    page.locator("#to-debrief").wait_for()
    good()
    page.locator("#to-debrief").click()
    page.locator("#debrief").wait_for()
    good()
    context.close()
