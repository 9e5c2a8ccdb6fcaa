from __future__ import annotations

from typing import Any

import pytest
from accessibility import violations
from people import Person
from player import Player
from playwright.sync_api import Browser, BrowserContext, Page, expect
from visitor import (
    button,
    by_keyboard,
    by_mouse,
    click,
    controls,
    enter,
    has_left,
    questions,
    start,
    step_of,
    survive,
    tab_to,
    told,
)

from archlab.accounts.middleware import COOKIE

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}


@pytest.mark.usefixtures("complaints")
def test_the_journey_is_played_to_its_end_by_mouse(site: str, context: BrowserContext) -> None:
    page = context.new_page()
    start(page, site)
    while step := step_of(page):
        for block in questions(step):
            by_mouse(page, block)
            assert page.evaluate("document.activeElement.id") == told(block)
        survive(page, step, click)
        page.locator("#go-on").click()
        has_left(page, step)
    expect(page.locator("h1")).to_contain_text("90.87")
    with page.expect_download() as download:
        page.locator("#records-zip").click()
    assert download.value.suggested_filename == "decisions.zip"


@pytest.mark.usefixtures("complaints")
def test_the_journey_is_played_to_its_end_by_keyboard_alone(
    site: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(site + "/")
    tab_to(page, "start")
    page.keyboard.press("Enter")
    page.wait_for_url("**/j0-01/")
    while step := step_of(page):
        for block in questions(step):
            by_keyboard(page, block)
        survive(page, step, enter)
        enter(page, "go-on")
        has_left(page, step)
    expect(page.locator("h1")).to_contain_text("90.87")


def test_the_journey_is_played_to_its_end_without_scripts(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    start(page, site)
    while step := step_of(page):
        for block in questions(step):
            for id_, value in controls(block):
                control = page.locator(f"#{id_}")
                if not value:
                    control.check()
                elif id_.endswith("-value"):
                    control.fill(value)
                else:
                    control.select_option(value)
            page.locator(f"#{button(block)}").click()
            page.locator(f"#{told(block)}").wait_for()
        survive(page, step, click)
        page.locator("#go-on").click()
    expect(page.locator("h1")).to_contain_text("90.87")
    context.close()


@pytest.mark.usefixtures("complaints")
def test_the_bench_closes_line_by_line_without_a_reload(
    site: str, context: BrowserContext, alice: Person
) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-13")
    page = _browser_of(alice, context, site)
    page.goto(f"{site}/journeys/{player.enrolment.id}/j0-13/")
    for block in questions("j0-13"):
        by_mouse(page, block)
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    headline = page.locator("#bench-j0-headline")
    for dial, label in (
        ("hours", "744"), ("arch", "arm"), ("gb", "3.78"), ("keys", "11 keys"),
        ("queries", "75,000"), ("images", "5.6"),
    ):  # fmt: skip
        before = headline.inner_text()
        page.locator(f"#dials-bench-j0 label:has(input[name={dial}])", has_text=label).click()
        expect(headline).not_to_have_text(before)
    expect(headline).to_contain_text("Nothing is left")
    assert loads == []
    page.locator("#bench-j0-keep").click()
    expect(page.locator("#bench-j0")).to_contain_text("You closed this bill")


def _browser_of(person: Person, context: BrowserContext, site: str) -> Page:
    context.add_cookies([{"name": COOKIE, "value": person.visitor.token, "url": site}])
    return context.new_page()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    site: str, browser: Browser, scheme: Any
) -> None:
    context = browser.new_context(viewport=NARROW, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(site + "/")
    _fits(page)
    for path in ("/scenarios/", "/scenarios/lambda-to-fargate/"):
        page.goto(site + path)
        _fits(page)
    start(page, site)
    base = page.url.removesuffix("j0-01/")
    _fits(page)
    for block in questions("j0-01"):
        by_mouse(page, block)
    _fits(page)
    for path in ("", "j0-01/why/usd/", "j0-01/why/latency/", "j0-01/j0-d0/compare/"):
        page.goto(base + path)
        _fits(page)
    context.close()


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_every_page_of_a_finished_journey_fits_a_phone_in_both_directions(
    site: str, browser: Browser, settings: Any, alice: Person, locale: str
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    player = Player(alice)
    player.start()
    player.play()
    context = browser.new_context(viewport=NARROW, locale=locale)  # type: ignore[arg-type]
    page = _browser_of(alice, context, site)
    base = f"{site}/journeys/{player.enrolment.id}"
    paths = [f"/{step}/" for step in player.seen] + ["/", "/end/", "/j0-12/j0-d9/compare/"]
    for path in [*paths, "/j0-12/why/usd/", "/j0-12/why/downtime/"]:
        page.goto(base + path)
        assert page.evaluate("document.documentElement.dir") == ("rtl" if locale == "ar" else "ltr")
        _fits(page)
    for path in ("", "0010-outbound-path/"):
        page.goto(f"{site}/records/{player.enrolment.id}/{path}")
        _fits(page)
    context.close()


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], page.url
    assert violations(page) == [], page.url


def test_axe_would_find_a_missing_label(site: str, page: Page) -> None:
    page.goto(site + "/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(found.startswith("label") for found in violations(page))


def test_the_policy_would_block_an_inline_style(site: str, page: Page) -> None:
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text))
    page.goto(site + "/")
    page.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")
    assert any("Content Security Policy" in text for text in heard)
