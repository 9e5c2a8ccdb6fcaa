"""The calculators by mouse, by keyboard and without scripts, on a phone too."""

from __future__ import annotations

import pytest
from accessibility import violations
from playwright.sync_api import Browser, BrowserContext, expect

pytestmark = pytest.mark.browser

PAGES = ["", "cost/", "compare/", "break-even/", "sensitivity/", "scaling/", "nat/", "commitment/"]
NARROW = {"width": 320, "height": 640}


@pytest.mark.usefixtures("complaints")
def test_a_slider_moves_the_number_and_the_bill_without_a_reload(
    site: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/cost/?system=lambda-to-fargate/fargate")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    page.locator("#g-nat > summary").click()
    page.locator("#f-nat-zones-s").press("ArrowRight")
    expect(page.locator("#f-nat-zones")).to_have_value("2")
    expect(page.locator(".ledger tfoot").last).to_contain_text("128.07")
    expect(page.locator("#g-nat")).to_have_attribute("open", "")
    assert "nat.zones=2" in page.url
    assert loads == []


def test_a_mistake_keeps_the_field_the_bill_and_the_focus(
    site: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/cost/?system=lambda-to-fargate/fargate")
    page.locator("#g-nat > summary").click()
    field = page.locator("#f-nat-processed_gb")
    field.fill("12 GB")
    expect(page.locator("#f-nat-processed_gb-p")).to_contain_text("in digits")
    expect(page.locator(".ledger tfoot").last).to_contain_text("90.87")
    assert page.evaluate("document.activeElement.id") == "f-nat-processed_gb"
    field.fill("12")
    expect(page.locator("#problems")).to_have_count(0)


@pytest.mark.usefixtures("complaints")
def test_the_break_even_is_found_by_keyboard_alone(site: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/break-even/")
    heading = page.locator("h1")
    expect(heading).to_contain_text("2,280,890")
    page.locator("#f-high").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("1000000")
    expect(heading).to_contain_text("cheaper everywhere in this range")


@pytest.mark.parametrize("name", PAGES[1:])
def test_each_calculator_computes_without_scripts(site: str, browser: Browser, name: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/calculators/{name}")
    before = page.locator("form.calculator").inner_text()
    assert before
    page.locator("form.calculator button").first.click()
    expect(page.locator("form.calculator")).to_be_visible()
    assert f"/calculators/{name}?" in page.url
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_and_no_calculator_is_wider_than_a_phone(
    site: str, browser: Browser, language: str
) -> None:
    scheme = "dark" if language == "ar" else "light"
    context = browser.new_context(viewport=NARROW, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
    page = context.new_page()
    for name in PAGES:
        page.goto(f"{site}/calculators/{name}")
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    context.close()
