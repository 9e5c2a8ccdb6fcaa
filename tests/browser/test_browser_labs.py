"""Labs in a browser: the guess before the answer, by keyboard, by mouse and without scripts."""

from __future__ import annotations

import builders
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from archlab.calculators.labs.all import LABS

pytestmark = pytest.mark.browser

STEADY = "system=ec2-to-lambda/ec2&shape=steady&factor=1&minutes=5"


@pytest.fixture
def site(site: str) -> str:
    """The site with the journey whose system has a knee within reach."""
    builders.published("ec2-to-lambda")
    return site


@pytest.mark.usefixtures("complaints")
def test_a_guess_by_keyboard_opens_the_answer_and_stays_in_the_address(
    site: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/load/?{STEADY}&rate=180")
    expect(page.locator("figure")).to_have_count(0)
    page.locator("#f-guess").focus()
    page.keyboard.type("1.5")
    expect(page.locator("figure")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_text("You guessed 1.5 s")).to_be_visible()
    expect(page.locator("figure").first).to_be_visible()
    assert "guess=1.5" in page.url


@pytest.mark.usefixtures("complaints")
def test_the_rate_pushed_over_the_knee_turns_waiting_into_growth(
    site: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/load/?{STEADY}&rate=100&guess=skip")
    note = page.get_by_text("handler is full first")
    expect(note).not_to_contain_text("no steady state")
    slider = page.locator("#f-rate-s")
    slider.focus()
    page.keyboard.press("End")
    expect(note).to_contain_text("no steady state")
    expect(page.locator("#f-rate")).to_have_value("400")
    assert page.evaluate("document.activeElement.id") == "f-rate-s"
    assert "rate=400" in page.url


@pytest.mark.parametrize("slug", ["load", *LABS])
def test_a_lab_asks_and_answers_without_scripts(site: str, browser: Browser, slug: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/calculators/{slug}/")
    expect(page.locator("figure")).to_have_count(0)
    page.locator("#skip").click()
    expect(page.locator("form.calculator h2").first).to_be_visible()
    assert "guess=skip" in page.url
    assert "_last" not in page.url
    context.close()


def test_a_mistake_beside_a_slider_keeps_the_curve(site: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/surge/?guess=skip&minutes=10")
    before = page.locator("form.calculator h2").first.inner_text()
    page.locator("#f-timeout").fill("soon")
    expect(page.locator("#f-timeout-p")).to_contain_text("in digits")
    expect(page.locator("form.calculator h2").nth(1)).to_have_text(before, use_inner_text=True)
    expect(page.locator("figure").first).to_be_visible()
