"""An exact run in a browser: pressed, watched, cancelled, shown; with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from archlab.calculators.labs import trial
from archlab.jobs import runner
from archlab.jobs.models import Job

pytestmark = pytest.mark.browser

LONG = "guess=skip&rate=100&minutes=30"
"""216,000 requests in one replication."""


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two replications are enough for a test."""
    monkeypatch.setattr(trial, "MOST_EXACTLY", 2)


def work() -> None:
    """What the worker does with the message, in this process."""
    runner.run(Job.objects.get().pk)


@pytest.mark.usefixtures("complaints")
def test_the_exact_result_appears_by_itself_in_place_of_the_refusal(
    site: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/surge/?{LONG}")
    expect(page.get_by_text("too many for an answer at once")).to_be_visible()
    page.locator("#exact").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#progress")).to_contain_text("waits for its turn")
    page.evaluate("document.body.dataset.same = 'yes'")
    page.locator("#cancel").focus()
    work()
    expect(page.locator("figure").first).to_be_visible(timeout=15_000)
    expect(page.locator(".basis")).to_contain_text("2 replications")
    expect(page.get_by_text("too many for an answer at once")).to_have_count(0)
    expect(page.locator("#exact, #progress, #cancel")).to_have_count(0)
    assert page.evaluate("document.body.dataset.same") == "yes"


@pytest.mark.usefixtures("complaints")
def test_a_run_is_cancelled_and_started_again(site: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/surge/?{LONG}")
    page.locator("#exact").click()
    page.locator("#cancel").click()
    expect(page.locator("#exactly")).to_contain_text("was cancelled")
    page.locator("#exact").click()
    expect(page.locator("#progress")).to_be_visible()


def test_without_scripts_the_result_is_a_link_away(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{site}/calculators/surge/?{LONG}")
    page.locator("#exact").click()
    expect(page.locator("#progress")).to_contain_text("waits for its turn")
    work()
    page.get_by_role("link", name="Look again").click()
    expect(page.locator(".basis")).to_contain_text("2 replications")
    context.close()
