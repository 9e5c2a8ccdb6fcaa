from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from accessibility import violations
from playwright.sync_api import Browser, BrowserContext, expect
from visitor import tab_to

from archlab.domain.pricing.book import shipped_text

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
PAGES = ["/prices/", "/prices/AWSDataTransfer:internet-out/", "/prices/compare/"]


@pytest.fixture(autouse=True)
def proposal(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "prices").mkdir()
    text = shipped_text().replace('"price_usd": "0.008"', '"price_usd": "0.009"')
    (tmp_path / "prices" / "prices-2026-12.json").write_text(text, "utf-8")
    assert json.loads(text) != json.loads(shipped_text())


@pytest.mark.usefixtures("complaints")
def test_typing_narrows_the_prices_without_a_reload(site: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{site}/prices/")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    tab_to(page, "id_words")
    page.keyboard.type("internet-out")
    expect(page.locator("#results [role=status]")).to_contain_text("4 prices")
    page.locator("#id_region").select_option("eu-west-1")
    expect(page.locator("#results [role=status]")).to_contain_text("1 price")
    assert loads == []
    assert page.url.endswith("?words=internet-out&service=&region=eu-west-1&confidence=")
    page.locator("#results tbody a").click()
    expect(page.locator("h1")).to_have_text("AWSDataTransfer:internet-out")


def test_prices_are_found_and_paged_without_scripts(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/prices/")
    page.locator("a[rel=next]").click()
    expect(page.locator("#results [role=status]")).to_contain_text("page 2 of 5")
    page.locator("#id_words").fill("nat-gateway.hour")
    page.locator("#show").click()
    expect(page.locator("#results [role=status]")).to_contain_text("4 prices")
    page.goto(f"{site}/prices/compare/")
    page.locator("#id_a").select_option(index=1)
    page.locator("#compare").click()
    expect(page.locator("h1")).to_have_text("0 prices differ")
    context.close()


@pytest.mark.parametrize(("scheme", "locale"), [("light", "en"), ("dark", "ar")])
def test_price_pages_fit_a_phone_and_axe_finds_nothing(
    site: str, browser: Browser, settings: Any, scheme: Any, locale: str
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    context = browser.new_context(viewport=NARROW, color_scheme=scheme, locale=locale)  # type: ignore[arg-type]
    page = context.new_page()
    for path in PAGES:
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert violations(page) == [], path
    assert page.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")
    context.close()
