from __future__ import annotations

import gzip
from typing import Any

import pytest
from accessibility import violations
from people import Person
from player import Player
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sampling import sampled
from visitor import Walk, by_keyboard, enter, without_scripts

from archlab.accounts.middleware import COOKIE

pytestmark = pytest.mark.browser

SLUGS = ["lambda-to-fargate", "spot-mvp", "ec2-to-lambda", "vps-to-aws", "eight-services"]
WAYS = ["right", "wrong"]
WEIGHT = {"fresh": 39 * 1024, "answered": 48 * 1024}
"""Bytes of a step with its style and scripts, compressed: as it is first opened, and with every
answer explained (docs/decisions/0016)."""
NARROW = {"width": 320, "height": 640}


def the_end(walk: Walk) -> None:
    """The last page, and the records to take away."""
    page = walk.page
    expect(page.locator("main")).to_contain_text(walk.pack.scenario.title)
    page.locator("#records-read").click()
    expect(page.locator(".stops li")).not_to_have_count(0)
    with page.expect_download() as download:
        page.locator("#records-zip").click()
    assert download.value.suggested_filename == "decisions.zip"


@pytest.mark.usefixtures("complaints")
@pytest.mark.parametrize(("slug", "way"), sampled([(s, w) for s in SLUGS for w in WAYS], 2))
def test_a_journey_is_walked_to_its_records_and_every_step_is_light_and_accessible(
    site: str, context: BrowserContext, slug: str, way: str
) -> None:
    """Fresh and answered; by mouse, on a phone."""
    page = context.new_page()
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    walk = Walk(page, slug, wrongly=way == "wrong")
    walk.start(site)
    seen = walk.go(look=_is_in_order)
    assert len(seen) == len(set(seen)) >= 6
    the_end(walk)


@pytest.mark.usefixtures("complaints")
@pytest.mark.parametrize("slug", sampled(SLUGS, 1))
def test_a_journey_is_walked_to_its_end_by_keyboard_alone(
    site: str, context: BrowserContext, slug: str
) -> None:
    walk = Walk(context.new_page(), slug, by_keyboard, enter)
    walk.start(site)
    walk.go()
    the_end(walk)


@pytest.mark.parametrize("slug", sampled(SLUGS, 1))
def test_a_journey_is_walked_to_its_end_without_scripts(
    site: str, browser: Browser, slug: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    walk = Walk(context.new_page(), slug, without_scripts)
    walk.start(site)
    walk.go()
    the_end(walk)
    context.close()


@pytest.mark.usefixtures("complaints")
def test_the_bench_closes_line_by_line_without_a_reload(
    site: str, context: BrowserContext, alice: Person
) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-13")
    page = _browser_of(alice, context, site)
    page.goto(f"{site}/journeys/{player.enrolment.id}/j0-13/")
    Walk(page).work("j0-13")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    headline = page.locator("#bench-j0-headline")
    for dial, label in (
        ("hours", "744"), ("arch", "arm"), ("gb", "3.78"), ("keys", "11 keys"),
        ("queries", "75,000"), ("images", "5.6"),
    ):  # fmt: skip
        before = headline.inner_text()
        page.locator(f"#dials-bench-j0 label:has(input[name={dial}])", has_text=label).click()
        expect(headline).not_to_have_text(before)
    expect(headline).to_contain_text("Nothing is left")
    assert loads == []
    page.locator("#bench-j0-keep").click()
    expect(page.locator("#bench-j0")).to_contain_text("You closed this bill")


def _browser_of(person: Person, context: BrowserContext, site: str) -> Page:
    context.add_cookies([{"name": COOKIE, "value": person.visitor.token, "url": site}])
    return context.new_page()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    site: str, browser: Browser, scheme: Any
) -> None:
    context = browser.new_context(viewport=NARROW, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(site + "/")
    _fits(page)
    for path in ("/scenarios/", "/scenarios/lambda-to-fargate/"):
        page.goto(site + path)
        _fits(page)
    walk = Walk(page)
    walk.start(site)
    base = page.url.removesuffix("j0-01/")
    _fits(page)
    walk.work("j0-01")
    _fits(page)
    for path in ("", "j0-01/why/usd/", "j0-01/why/latency/", "j0-01/j0-d0/compare/"):
        page.goto(base + path)
        _fits(page)
    context.close()


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_every_page_of_a_finished_journey_fits_a_phone_in_both_directions(
    site: str, browser: Browser, settings: Any, alice: Person, locale: str
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    player = Player(alice)
    player.start()
    player.play()
    context = browser.new_context(viewport=NARROW, locale=locale)  # type: ignore[arg-type]
    page = _browser_of(alice, context, site)
    base = f"{site}/journeys/{player.enrolment.id}"
    paths = [f"/{step}/" for step in player.seen] + ["/", "/end/", "/j0-12/j0-d9/compare/"]
    for path in [*paths, "/j0-12/why/usd/", "/j0-12/why/downtime/"]:
        page.goto(base + path)
        assert page.evaluate("document.documentElement.dir") == ("rtl" if locale == "ar" else "ltr")
        _fits(page)
    for path in ("", "0010-outbound-path/"):
        page.goto(f"{site}/records/{player.enrolment.id}/{path}")
        _fits(page)
    context.close()


def _is_in_order(page: Page, when: str) -> None:
    """The budget of a step's page, and what `_fits` asks."""
    parts = page.evaluate(
        "() => [location.href, ...[...document.querySelectorAll('script[src]')].map(e => e.src),"
        " ...[...document.querySelectorAll('link[rel=stylesheet]')].map(e => e.href)]"
    )
    bodies = [page.context.request.get(url).body() for url in parts]
    weight = sum(len(gzip.compress(body)) for body in bodies)
    assert weight <= WEIGHT[when], (page.url, when)
    _fits(page)


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], page.url
    assert violations(page) == [], page.url


def test_axe_would_find_a_missing_label(site: str, page: Page) -> None:
    page.goto(site + "/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(found.startswith("label") for found in violations(page))


def test_the_policy_would_block_an_inline_style(site: str, page: Page) -> None:
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text))
    page.goto(site + "/")
    page.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")
    assert any("Content Security Policy" in text for text in heard)
