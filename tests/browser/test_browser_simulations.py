"""A simulation in a step: predicted and run by mouse, by keyboard and without scripts."""

from __future__ import annotations

import pytest
from accessibility import violations
from people import Person
from player import Player
from playwright.sync_api import Browser, BrowserContext, expect
from visitor import tab_to

from archlab.accounts.middleware import COOKIE
from archlab.domain.latency.warm import warm

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
ID = "sim-two-policies"


@pytest.fixture
def place(site: str, alice: Person, context: BrowserContext) -> str:
    """Alice's step with the simulation, all questions answered and nothing predicted yet.

    The kernel is compiled as it is on a site that has started.
    """
    warm()
    player = Player(alice, slug="eight-services")
    player.start()
    player.play(until="j4-05")
    known(context, site, alice)
    return f"{site}/journeys/{player.enrolment.id}/j4-03/"


def known(context: BrowserContext, site: str, person: Person) -> None:
    context.add_cookies([{"name": COOKIE, "value": person.visitor.token, "url": site}])


@pytest.mark.usefixtures("complaints")
def test_predictions_and_a_lever_by_mouse_swap_the_simulation_alone(
    place: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(place)
    page.locator(f"#{ID}-tasks").fill("4")
    page.locator(f"#{ID}-busy").fill("1")
    page.locator(f"#{ID}-guess").click()
    told = page.locator(f"#{ID}-told")
    expect(told).to_contain_text("you guessed 4 tasks, 33 % too low. It is 6.")
    assert page.evaluate("document.activeElement.id") == f"{ID}-told"
    page.evaluate("document.querySelector('#body h1').dataset.kept = 'yes'")
    with page.expect_response(lambda answer: f"_block={ID}" in answer.url) as sent:
        slider = page.locator(f"#{ID}-most-s")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 1, box["y"] + box["height"] / 2)
    assert 'id="body"' not in sent.value.text()
    expect(page.locator(f"#{ID}-most")).to_have_value("2")
    expect(page.locator(f"#sim-{ID} > h2")).to_contain_text("Most tasks of API: 2")
    expect(page.locator("#status")).to_contain_text("Most tasks of API: 2")
    expect(page.locator("#body h1[data-kept]")).to_have_count(1)
    assert page.url == place


def test_predictions_a_mistake_and_a_lever_by_keyboard_alone(
    place: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(place)
    tab_to(page, f"{ID}-tasks")
    page.keyboard.type("six")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{ID}-problem")).to_contain_text("in digits")
    expect(page.locator(f"#{ID}-tasks")).to_have_value("six")
    page.locator(f"#{ID}-tasks").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("6")
    tab_to(page, f"{ID}-busy")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{ID}-told")).to_contain_text("Right: 6.")
    tab_to(page, f"{ID}-most")
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    expect(page.locator(f"#sim-{ID} > h2")).to_contain_text("Most tasks of API: 3")
    assert page.evaluate("document.activeElement.id") == f"{ID}-most"


def test_without_scripts_the_same_forms_do(
    place: str, site: str, alice: Person, browser: Browser
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    known(plain, site, alice)
    page = plain.new_page()
    page.goto(place)
    page.locator(f"#{ID}-skip").click()
    expect(page.locator(f"#{ID}-told")).to_contain_text("It is 6.")
    page.locator(f"#{ID}-most").fill("2")
    page.locator(f"#{ID}-calculate").click()
    expect(page.locator(f"#sim-{ID} > h2")).to_contain_text("Most tasks of API: 2")
    assert f"_block={ID}" in page.url
    plain.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_simulation_has_no_barrier_and_fits_a_phone(
    place: str, site: str, alice: Person, browser: Browser, scheme: str
) -> None:
    phone = browser.new_context(viewport=NARROW, color_scheme=scheme)  # type: ignore[arg-type]
    known(phone, site, alice)
    page = phone.new_page()
    page.goto(place)
    assert violations(page) == []
    page.locator(f"#{ID}-skip").click()
    page.locator(f"#{ID}-told").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    phone.close()
