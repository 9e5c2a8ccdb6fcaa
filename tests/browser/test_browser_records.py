"""A decision record in Chromium: written, superseded, taken away, shared and taken back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from accessibility import violations
from people import Person
from player import Player
from playwright.sync_api import Browser, BrowserContext, Page, expect
from record_desk import pages_of

from archlab.accounts.middleware import COOKIE

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def folder(site: str, alice: Person) -> str:
    """The records of a run that alice has played for some steps."""
    del site
    player = Player(alice)
    player.start()
    player.play(until="j0-05")
    return f"/records/{player.enrolment.id}/"


def as_alice(context: BrowserContext, site: str, alice: Person) -> Page:
    context.add_cookies([{"name": COOKIE, "value": alice.visitor.token, "url": site}])
    return context.new_page()


def token_on(page: Page) -> str:
    """What a share link ends with; its beginning is the address of the site of the settings."""
    return page.locator("input[id^=link-]").input_value().rstrip("/").rpartition("/")[2]


@pytest.mark.usefixtures("complaints")
def test_a_record_is_written_superseded_taken_away_shared_and_taken_back(
    site: str, alice: Person, folder: str, context: BrowserContext, browser: Browser
) -> None:
    page = as_alice(context, site, alice)
    page.goto(f"{site}{folder}")
    page.locator(".stops a").first.click()
    page.wait_for_url("**/0001-*/")
    page.locator("#situation").fill("Nobody was on call at night.")
    page.reload()
    expect(page.locator("#situation")).to_have_value("Nobody was on call at night.")
    page.locator("#standing").select_option(index=5)
    page.locator("#title-0").fill("Rent a rack")
    page.locator("#keep-words").click()
    expect(page.locator("#as-exported")).to_contain_text("Nobody was on call at night.")
    expect(page.locator("#as-exported")).to_contain_text("Superseded by")
    expect(page.locator("#as-exported")).to_contain_text("Rent a rack")
    expect(page.locator("#title-1")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    page.locator("#make-link").click()
    link = f"{site}/records/shared/{token_on(page)}/"
    reader = browser.new_context().new_page()
    reader.goto(link)
    expect(reader.locator("article")).to_contain_text("Nobody was on call at night.")
    href = str(page.locator("#permalink").get_attribute("href"))
    page.goto(f"{site}/r/{href.rpartition('/')[2]}")
    expect(page.locator("h1")).to_have_text("Inputs and figures")
    page.go_back()
    page.locator("button[id^=unshare-]").click()
    expect(page.locator("input[id^=link-]")).to_have_count(0)
    answer = reader.goto(link)
    assert answer is not None
    assert answer.status == 404
    page.goto(f"{site}{folder}")
    expect(page.locator("svg.succession .superseded")).not_to_have_count(0)
    page.locator("#start").fill("42")
    with page.expect_download() as waiting:
        page.locator("#as-zip").click()
    with ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as archive:
        names = archive.namelist()
        assert any(name.startswith("docs/decisions/0042-") for name in names)
        assert "PULL_REQUEST.md" in names
    reader.context.close()


@pytest.mark.usefixtures("complaints")
def test_two_tabs_lose_nothing(
    site: str, alice: Person, folder: str, context: BrowserContext
) -> None:
    url = f"{site}{pages_of(alice, folder)[0]}"
    page, other = as_alice(context, site, alice), context.new_page()
    page.goto(url)
    other.goto(url)
    other.locator("#because").fill("from the other tab")
    other.locator("#keep-words").click()
    expect(other.locator("#as-exported")).to_contain_text("from the other tab")
    page.locator("#situation").fill("from this tab")
    page.locator("#keep-words").click()
    expect(page.locator("#alert, #edit > .problem").first).to_contain_text("changed in another tab")
    expect(page.locator("#situation")).to_have_value("from this tab")


def test_a_record_is_written_and_shared_without_scripts(
    site: str, alice: Person, folder: str, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)  # type: ignore[arg-type]
    page = as_alice(context, site, alice)
    page.goto(f"{site}{pages_of(alice, folder)[0]}")
    page.locator("#because-0").fill("no name")
    page.locator("#keep-words").click()
    expect(page.locator("#title-0-problem")).to_contain_text("Give this alternative a name")
    page.locator("#title-0").fill("Rent a rack")
    page.locator("#keep-words").click()
    expect(page.locator("#as-exported")).to_contain_text("Rent a rack")
    page.locator("#make-link").click()
    expect(page.locator("input[id^=link-]")).to_have_count(1)
    page.goto(f"{site}/records/compare/")
    page.locator("#b").select_option(index=2)
    page.locator("#show").click()
    assert "b=" in page.url
    page.goto(f"{site}/calculators/compare/")
    page.locator("#to-record").click()
    page.locator("#record").click()
    expect(page.locator("#title-problem")).to_contain_text("Give the decision a title")
    page.locator("#title").fill("Who answers at night?")
    page.locator("#chosen-B").check()
    page.locator("#record").click()
    expect(page.locator(".stops")).to_contain_text("Who answers at night?")
    context.close()


def addresses(page: Page, site: str, alice: Person, folder: str) -> Iterator[str]:
    yield from ("/records/", "/records/compare/", "/records/new/compare/", folder)
    yield from ("/decisions/", "/decisions/0009-count-money-in-decimal/")
    record = pages_of(alice, folder)[0]
    yield record
    page.goto(f"{site}{record}")
    page.locator("#make-link").click()
    page.locator("input[id^=link-]").wait_for()
    key = str(page.locator("#permalink").get_attribute("href")).rpartition("/")[2]
    yield f"/r/{key}"
    page.goto(f"{site}{record}")
    yield f"/records/shared/{token_on(page)}/"


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("en", "dark"), ("ar", "light")])
def test_the_pages_of_records_are_narrow_and_accessible(
    site: str, alice: Person, folder: str, browser: Browser, language: str, scheme: str
) -> None:
    context = browser.new_context(viewport=NARROW, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
    page = as_alice(context, site, alice)
    for address in addresses(page, site, alice, folder):
        page.goto(f"{site}{address}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW["width"], f"{address} is {wide} px wide"
        assert violations(page) == [], address
    context.close()
