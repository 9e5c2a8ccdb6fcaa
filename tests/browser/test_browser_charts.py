from __future__ import annotations

from typing import Any

import pytest
from accessibility import violations
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from visitor import Walk

pytestmark = pytest.mark.browser

LIBRARY = "npm/plotly.js"
TOUCHABLE = "figure[data-plotly]"


@pytest.fixture
def pages(site: str, settings: Any) -> str:
    settings.ROOT_URLCONF = "chart_pages"
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    return site


def asked_for(page: Page) -> list[str]:
    """The addresses of the library that the page asks for, from now on."""
    found: list[str] = []
    page.on("request", lambda sent: found.append(sent.url) if LIBRARY in sent.url else None)
    return found


def touched(figure: Locator) -> Locator:
    figure.hover()
    figure.locator(".main-svg").first.wait_for()
    return figure.locator("> .scroll")


@pytest.mark.usefixtures("complaints")
def test_a_touched_chart_is_drawn_again_without_a_toolbar_or_a_complaint(
    pages: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(pages + "/styleguide/")
    figures = page.locator(TOUCHABLE).all()
    assert len(figures) >= 8
    for figure in figures:
        box = touched(figure)
        assert box.locator("> svg").count() == 0
        expect(box).to_have_attribute("role", "img")
    assert page.locator(".modebar-btn").count() == 0


def test_the_toolbar_would_be_there_without_the_configuration(pages: str, page: Page) -> None:
    page.goto(pages + "/sample/")
    page.evaluate(
        "() => { const script = document.getElementById('line-spec');"
        " script.textContent = JSON.stringify({...JSON.parse(script.textContent), config: {}}) }"
    )
    touched(page.locator("#line"))
    assert page.locator(".modebar-btn").count() > 0


def test_the_library_is_asked_for_once_and_only_when_a_chart_is_touched(
    pages: str, page: Page
) -> None:
    asked = asked_for(page)
    page.goto(pages + "/styleguide/")
    page.wait_for_load_state("networkidle")
    assert asked == []
    for figure in page.locator(TOUCHABLE).all()[:2]:
        touched(figure)
    assert len(asked) == 1


def test_scrolling_to_a_chart_is_touching_it(pages: str, page: Page) -> None:
    page.goto(pages + "/styleguide/")
    page.locator("#range").scroll_into_view_if_needed()
    page.locator("#range .main-svg").first.wait_for()


def test_pages_of_text_never_ask_for_the_library(pages: str, page: Page) -> None:
    asked = asked_for(page)
    for path in ("/", "/scenarios/", "/scenarios/lambda-to-fargate/"):
        page.goto(pages + path)
        page.mouse.wheel(0, 4000)
        page.wait_for_load_state("networkidle")
    Walk(page).start(pages)
    page.mouse.wheel(0, 4000)
    page.wait_for_load_state("networkidle")
    assert asked == []


@pytest.mark.usefixtures("complaints")
def test_a_touched_chart_follows_the_form_and_stays_where_it_is(
    pages: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(pages + "/sample/")
    box = touched(page.locator("#line"))
    page.locator("#line summary").click()
    box.evaluate("e => { e.mine = true }")
    page.locator("#slope").fill("7")
    expect(box).to_have_attribute("aria-label", "Slope 7")
    assert box.evaluate("e => [e.mine, e.data[0].y]") == [True, [0, 7, 14, 21]]
    assert page.locator("#line details").get_attribute("open") is not None
    assert page.locator("#line td").all_inner_texts() == ["0.00", "7.00", "14.00", "21.00"]
    assert page.evaluate("document.activeElement.id") == "slope"


def test_before_it_is_touched_the_drawing_of_the_server_follows_the_form(
    pages: str, page: Page
) -> None:
    page.goto(pages + "/sample/")
    page.locator("#slope").fill("7")
    expect(page.locator("#line svg.wide title")).to_have_text("Slope 7")
    assert page.locator("#line .main-svg").count() == 0


def test_a_touched_chart_follows_the_theme(pages: str, page: Page) -> None:
    colour = "e => getComputedStyle(e.querySelector('.scatterlayer .js-line')).stroke"
    page.emulate_media(color_scheme="light")
    page.goto(pages + "/sample/")
    box = touched(page.locator("#line"))
    assert box.evaluate(colour) == "rgb(29, 79, 145)"
    page.emulate_media(color_scheme="dark")
    expect(box.locator(".scatterlayer .js-line")).to_have_css("stroke", "rgb(141, 188, 245)")


def test_without_the_library_the_drawing_of_the_server_stays(pages: str, page: Page) -> None:
    page.route(f"**/{LIBRARY}", lambda route: route.abort())
    page.goto(pages + "/sample/")
    with page.expect_event("requestfailed"):
        page.locator("#line").hover()
    expect(page.locator("#line svg.wide")).to_be_visible()
    assert page.locator("#line [hx-morph-skip]").count() == 0


def test_a_chart_that_plotly_cannot_draw_comes_back(pages: str, page: Page) -> None:
    page.goto(pages + "/sample/")
    page.route(
        f"**/{LIBRARY}",
        lambda route: route.fulfill(
            content_type="text/javascript",
            body="window.Plotly = {react: () => { throw Error('no') }}",
        ),
    )
    with page.expect_console_message(lambda said: "stays as the server drew it" in said.text):
        page.locator("#line").hover()
    expect(page.locator("#line svg.wide")).to_be_visible()
    expect(page.locator("#line > .scroll")).to_have_attribute("role", "group")


def test_a_number_and_its_slider_go_together(pages: str, page: Page) -> None:
    page.goto(pages + "/sample/")
    slider, field = page.locator("#slope-s"), page.locator("#slope")
    slider.focus()
    slider.press("ArrowRight")
    expect(field).to_have_value("3")
    expect(page.locator("#line svg.wide title")).to_have_text("Slope 3")
    field.fill("4 0")
    assert slider.input_value() == "40"
    field.fill("forty")
    assert slider.input_value() == "40"


def test_without_scripts_the_chart_and_its_table_are_there_and_the_slider_is_not(
    pages: str, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages + "/sample/")
    expect(page.locator("#slope-s")).to_be_hidden()
    page.locator("#slope").fill("7")
    page.locator("#compute").click()
    expect(page.locator("#line svg.wide")).to_be_visible()
    page.locator("#line summary").click()
    assert page.locator("#line td").all_inner_texts() == ["0.00", "7.00", "14.00", "21.00"]
    context.close()


@pytest.mark.parametrize(("locale", "scheme"), [("en", "light"), ("en", "dark"), ("ar", "light")])
def test_touched_and_untouched_charts_fit_a_phone_and_please_axe(
    pages: str, browser: Browser, locale: str, scheme: Any
) -> None:
    narrow: Any = {"width": 320, "height": 640}
    context = browser.new_context(viewport=narrow, locale=locale, color_scheme=scheme)
    page = context.new_page()
    page.goto(pages + "/sample/")
    for act in (lambda: None, lambda: touched(page.locator("#line"))):
        act()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert violations(page) == []
    page.goto(pages + "/styleguide/")
    for figure in page.locator(TOUCHABLE).all():
        touched(figure)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_words_of_a_touched_chart_begin_where_they_should_from_right_to_left(
    pages: str, browser: Browser
) -> None:
    context = browser.new_context(locale="ar")
    page = context.new_page()
    page.goto(pages + "/styleguide/")
    box = touched(page.locator("#difference"))
    edge = box.evaluate("e => e.getBoundingClientRect().left")
    for text in box.locator(".annotation-text").all():
        place = text.bounding_box()
        assert place
        assert 0 <= place["x"] - edge < 40
    context.close()
