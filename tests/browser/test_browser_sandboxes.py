"""A lab by mouse, without scripts, on a phone and in both directions."""

from __future__ import annotations

import re

import pytest
from accessibility import violations
from people import Person
from playwright.sync_api import Browser, BrowserContext, Page, expect

from archlab.accounts.middleware import COOKIE
from archlab.jobs.models import Job
from archlab.jobs.runner import run as work_on

pytestmark = pytest.mark.browser

LAB = "/sandboxes/lambda-to-fargate/l04/"
NARROW = {"width": 320, "height": 640}


def work() -> None:
    """What a worker would do now."""
    for job in Job.objects.filter(state=Job.State.QUEUED):
        work_on(job.pk)


def known(context: BrowserContext, site: str, person: Person) -> Page:
    context.add_cookies([{"name": COOKIE, "value": person.visitor.token, "url": site}])
    return context.new_page()


@pytest.mark.usefixtures("complaints")
def test_a_lab_is_launched_fails_is_mended_and_gives_a_receipt(
    site: str, alice: Person, context: BrowserContext
) -> None:
    page = known(context, site, alice)
    page.goto(site + LAB)
    page.locator("#launch").click()
    expect(page.locator("#queue")).to_have_text("Yours is the next.")
    expect(page.locator("#no-worker")).to_be_visible()
    work()
    expect(page.locator("#check-immutable")).to_have_attribute("data-verdict", "fail")
    expect(page.locator("#status")).to_contain_text("0 of 3 checks")
    page.locator("#keep_images-images").fill("nine")
    page.locator("#do-keep_images").click()
    expect(page.locator("#edit-problem")).to_be_focused()
    expect(page.locator("#keep_images-images")).to_have_value("nine")
    page.locator("#keep_images-images").fill("5")
    for call in ("keep_images", "fix_tags", "scan_images"):
        page.locator(f"#do-{call}").click()
        page.locator("#cancel").wait_for()
        work()
        page.locator(f"#do-{call}").wait_for()
    expect(page.locator("#passed")).to_have_text("Everything is as it should be.")
    page.locator("#tear-down").click()
    page.locator("#cancel").wait_for()
    work()
    expect(page.locator("#state")).to_have_text("Over")
    expect(page.locator("#receipt + dl")).to_contain_text(re.compile("afterwards\\s*nothing"))


def test_without_scripts_a_lab_is_launched_and_looked_at_again(
    site: str, alice: Person, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)  # type: ignore[arg-type]
    page = known(context, site, alice)
    page.goto(site + LAB)
    page.locator("#launch").click()
    work()
    page.locator("#look").click()
    expect(page.locator("#check-scanned")).to_be_visible()
    page.locator("#do-scan_images").click()
    work()
    page.locator("#look").click()
    expect(page.locator("#check-scanned")).to_have_attribute("data-verdict", "pass")
    context.close()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_pages_of_a_lab_fit_a_phone_and_break_no_rule(
    site: str, alice: Person, context: BrowserContext, direction: str
) -> None:
    page = known(context, site, alice)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(site + LAB)
    addresses = [f"{site}/sandboxes/", site + LAB]
    page.locator("#launch").click()
    work()
    page.locator("#checks").wait_for()
    addresses.append(page.url)
    for address in addresses:
        page.goto(address)
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], address
        assert violations(page) == [], address
