"""The calculators by mouse, by keyboard and without scripts, on a phone too."""

from __future__ import annotations

import pytest
from accessibility import violations
from playwright.sync_api import Browser, BrowserContext, Page, expect

from archlab.calculators.labs.all import LABS

pytestmark = pytest.mark.browser

PAGES = [
    "", "cost/", "compare/", "break-even/", "sensitivity/", "scaling/", "nat/", "commitment/",
    "waterfall/", "load/",
]  # fmt: skip
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


def drag(page: Page, slider: str, share: float) -> None:
    """Take a slider by the mouse and let go of it at this share of its width."""
    box = page.locator(slider).bounding_box()
    assert box is not None
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, height)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * share, height, steps=5)
    page.mouse.up()


@pytest.mark.usefixtures("complaints")
@pytest.mark.parametrize(
    ("calculator", "slider", "result"),
    [
        ("cost/?system=lambda-to-fargate/fargate", "#f-nat-zones-s", ".ledger tfoot"),
        ("nat/", "#f-gb-s", "form.calculator > h2"),
        ("commitment/", "#f-spot_off-s", "form.calculator .ledger"),
    ],
)
def test_a_slider_follows_the_mouse_and_the_result_follows_the_slider(
    site: str, context: BrowserContext, calculator: str, slider: str, result: str
) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/{calculator}")
    for box in page.locator("form.calculator details.box").all():
        box.evaluate("box => box.open = true")
    before = page.locator(result).last.inner_text()
    chosen = page.locator(slider).first
    chosen.scroll_into_view_if_needed()
    drag(page, f"#{chosen.get_attribute('id')}", 0.8)
    expect(page.locator(result).last).not_to_have_text(before, use_inner_text=True)
    assert "?" in page.url


@pytest.mark.usefixtures("complaints")
def test_two_systems_are_compared_by_keyboard_alone(site: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/compare/")
    heading = page.locator("h1")
    expect(heading).to_contain_text("90.73 USD more a month")
    page.locator("#f-b").focus()
    page.keyboard.type("One small")
    expect(heading).not_to_contain_text("90.73")
    assert page.evaluate("document.activeElement.id") == "f-b"
    assert "b=" in page.url


@pytest.mark.usefixtures("complaints")
def test_a_range_is_drawn_by_keyboard_and_repeats_under_its_seed(
    site: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/sensitivity/?system=lambda-to-fargate/fargate")
    expect(page.locator("#band")).to_have_count(0)
    page.locator("#f-draws").focus()
    page.keyboard.type("200")
    expect(page.get_by_text("Eight draws of ten lie between").first).to_be_visible()
    first = page.locator("section[aria-labelledby=all] .moved").inner_text()
    page.reload()
    assert page.locator("section[aria-labelledby=all] .moved").inner_text() == first


def test_a_mistake_leaves_the_curve_and_says_what_to_write(
    site: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{site}/calculators/scaling/?system=ec2-to-lambda/lambda&from=1000&to=2000")
    expect(page.locator("h1")).to_contain_text("2 times the load")
    page.locator("#f-to").fill("many")
    expect(page.locator("#f-to-p")).to_contain_text("in digits")
    expect(page.locator("h1")).to_contain_text("2 times the load")
    page.locator(".problems a").click()
    assert page.evaluate("document.activeElement.id") == "f-to"
    page.locator("#f-to").fill("4000")
    expect(page.locator("h1")).to_contain_text("4 times the load")


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
    for name in [*PAGES, *(f"{slug}/?guess=skip" for slug in ("load", *LABS))]:
        page.goto(f"{site}/calculators/{name}")
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    context.close()
