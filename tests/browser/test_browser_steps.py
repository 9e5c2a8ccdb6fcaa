"""A calculator in a step: guessed, then played by mouse, by keyboard and without scripts."""

from __future__ import annotations

import pytest
from accessibility import violations
from people import Person
from player import Player
from playwright.sync_api import Browser, BrowserContext, expect
from visitor import tab_to

from archlab.accounts.middleware import COOKIE

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def place(site: str, alice: Person, context: BrowserContext) -> str:
    """Alice's step with the calculator, all questions answered and nothing guessed yet."""
    player = Player(alice, slug="spot-mvp")
    player.start()
    player.play(until="j1-04")
    known(context, site, alice)
    return f"{site}/journeys/{player.enrolment.id}/j1-03/"


def known(context: BrowserContext, site: str, person: Person) -> None:
    context.add_cookies([{"name": COOKIE, "value": person.visitor.token, "url": site}])


@pytest.mark.usefixtures("complaints")
def test_a_guess_and_a_slider_by_mouse_swap_the_calculator_alone(
    place: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(place)
    page.locator("#calc-spot-value").fill("10")
    page.locator("#calc-spot-guess").click()
    expect(page.locator("#calc-spot-told")).to_contain_text("48 % too low")
    assert page.evaluate("document.activeElement.id") == "calc-spot-told"
    page.evaluate("document.getElementById('body').dataset.kept = 'yes'")
    page.evaluate("document.querySelector('#body h1').dataset.kept = 'yes'")
    with page.expect_response(lambda answer: "_block=calc-spot" in answer.url) as sent:
        slider = page.locator("#calc-spot-back-s")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 1, box["y"] + box["height"] / 2)
    assert 'id="body"' not in sent.value.text()
    expect(page.locator("#calc-spot-back")).to_have_value("3")
    expect(page.locator("#calc-spot .ledger")).to_contain_text("383.04 USD/h")
    expect(page.locator("#status")).to_contain_text("383.04 USD/h")
    expect(page.locator("#body[data-kept] h1[data-kept]")).to_have_count(1)
    assert page.url == place


@pytest.mark.usefixtures("complaints")
def test_the_sentence_of_a_refusal_has_the_focus(
    site: str, alice: Person, context: BrowserContext
) -> None:
    player = Player(alice)
    player.start()
    known(context, site, alice)
    page = context.new_page()
    page.goto(f"{site}/journeys/{player.enrolment.id}/j0-01/")
    page.locator("#j0-01q1-answer").click()
    expect(page.locator("#j0-01q1-problem")).to_be_focused()


@pytest.mark.usefixtures("complaints")
def test_a_guess_a_mistake_and_a_setting_by_keyboard_alone(
    place: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(place)
    tab_to(page, "calc-spot-value")
    page.keyboard.type("24")
    page.keyboard.press("Enter")
    expect(page.locator("#calc-spot-told")).to_contain_text("Close: you guessed 24 USD/h")
    tab_to(page, "calc-spot-taken")
    page.keyboard.press("Control+A")
    page.keyboard.type("61")
    expect(page.locator("#calc-spot-taken-p")).to_contain_text("Write a number from 1 to 60.")
    expect(page.locator("#calc-spot .ledger")).to_contain_text("19.15 USD/h")
    assert page.evaluate("document.activeElement.id") == "calc-spot-taken"
    page.keyboard.press("Control+A")
    page.keyboard.type("12")
    expect(page.locator("#calc-spot .ledger")).to_contain_text("9.58 USD/h")
    expect(page.locator("#calc-spot .problems")).to_have_count(0)
    tab_to(page, "calc-spot-try-1")
    page.keyboard.press("Enter")
    expect(page.locator("#calc-spot .ledger")).to_contain_text("383.04 USD/h")
    assert page.evaluate("document.activeElement.id") == "calc-spot-try-1"


def test_a_guess_and_a_setting_without_scripts(
    place: str, site: str, alice: Person, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    known(context, site, alice)
    page = context.new_page()
    page.goto(place)
    page.locator("#calc-spot-value").fill("10")
    page.locator("#calc-spot-guess").click()
    expect(page.locator("#calc-spot-told")).to_contain_text("48 % too low")
    page.locator("#calc-spot-taken").fill("12")
    page.locator("#calc-spot-later").check()
    page.locator("#calc-spot-calculate").click()
    assert page.url.endswith("&taken=12&back=60#calc-spot")
    expect(page.locator("#calc-spot-taken")).to_have_value("12")
    expect(page.locator("#calc-spot-later")).to_be_checked()
    expect(page.locator("#calc-spot .ledger")).to_contain_text("7.96 USD/h")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_before_and_after_the_guess_and_a_phone_is_wide_enough(
    place: str, site: str, alice: Person, browser: Browser, scheme: str
) -> None:
    context = browser.new_context(viewport=NARROW, color_scheme=scheme)  # type: ignore[arg-type]
    known(context, site, alice)
    page = context.new_page()
    page.goto(place)
    assert violations(page) == []
    page.locator("#calc-spot-skip").click()
    page.locator("#calc-spot-told").wait_for()
    assert violations(page) == []
    page.locator("#calc-spot-taken").fill("many")
    page.locator("#calc-spot-taken-p").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_waterfalls_and_a_calculator_of_latency_fit_their_page(
    site: str, browser: Browser, alice: Person, width: int
) -> None:
    player = Player(alice, slug="ec2-to-lambda")
    player.start()
    player.play(until="j2-04")
    context = browser.new_context(viewport={"width": width, "height": 900})
    known(context, site, alice)
    page = context.new_page()
    page.goto(f"{site}/journeys/{player.enrolment.id}/j2-03/")
    expect(page.locator("#ways-j2-03")).to_contain_text("answers 9.5 ms sooner")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    page.goto(f"{site}/journeys/{player.enrolment.id}/j2-02/")
    page.locator("#calc-j2-02-skip").click()
    expect(page.locator("#calc-j2-02-told")).to_contain_text("Without a guess: it is 125.1 ms")
    page.locator("#calc-j2-02-try-4").click()
    expect(page.locator("#calc-j2-02 .ledger")).to_contain_text("overloaded")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    context.close()
