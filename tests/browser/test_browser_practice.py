"""Practice by mouse, by keyboard and without scripts; narrow, dark, and from right to left."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from accessibility import violations
from people import Person
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from practising import played, question_of
from visitor import by_keyboard, by_mouse, right, tab_to

from archlab.accounts.middleware import COOKIE
from archlab.practice.models import ReviewCard
from archlab.practice.schedule import day_of

pytestmark = pytest.mark.browser

NARROW = ViewportSize(width=320, height=640)


@pytest.fixture
def deck(site: str, alice: Person, context: BrowserContext) -> str:
    """A browser of alice, whose cards are all due."""
    played(alice, until="j0-05", at=datetime.now().astimezone())
    known(context, site, alice)
    due_now(alice)
    return site


def due_now(person: Person) -> None:
    """Due today after a pause of ten days."""
    today = day_of(datetime.now().astimezone())
    for card in ReviewCard.objects.filter(learner=person.learner):
        card.reviewed = today.replace(year=today.year - 1)
        card.due = today
        card.save()


def known(context: BrowserContext, site: str, person: Person) -> None:
    context.add_cookies([{"name": COOKIE, "value": person.visitor.token, "url": site}])


def card_on(page: Page) -> ReviewCard:
    return ReviewCard.objects.get(pk=page.url.split("/practice/")[1].split("/")[0])


@pytest.mark.usefixtures("complaints")
def test_two_questions_by_mouse_stay_on_their_pages_and_tell_the_day(
    deck: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{deck}/practice/")
    page.locator("#practise").click()
    for _question in range(2):
        page.wait_for_url("**/practice/*-*/*/")
        card, url = card_on(page), page.url
        if question_of(card).directive == "decision":
            page.locator(f"#{card.block}-reason").fill("it fails alone")
        by_answer(page, card)
        assert page.url == url
        expect(page.locator("#again")).to_contain_text("You see this again in")
        expect(page.locator("#status")).to_contain_text("You see this again in")
        focused = page.evaluate("document.activeElement.id")
        assert focused == f"{card.block}-marked"
        page.locator("#next").click()
        page.wait_for_url(re.compile(f"^(?!{re.escape(url)}$)"))


def by_answer(page: Page, card: ReviewCard) -> None:
    """The best option of a decision, the right answer of a quiz."""
    block = question_of(card)
    if block.directive == "quiz":
        by_mouse(page, block, right(block))
        return
    page.locator(f"#{right(block)[0][0]}").check()
    page.locator(f"#{block.id}-answer").click()
    page.locator(f"#{block.id}-marked").wait_for()


@pytest.mark.usefixtures("complaints")
def test_a_question_a_hint_and_own_words_by_keyboard_alone(
    deck: str, context: BrowserContext
) -> None:
    card = next(
        c for c in ReviewCard.objects.all()
        if getattr(question_of(c), "type", "") == "single" and question_of(c).hints
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{deck}/practice/{card.id}/2/")
    tab_to(page, f"open-hint-{card.block}")
    page.keyboard.press("Enter")
    expect(page.locator(f"#hints-{card.block} li")).to_have_count(1)
    by_keyboard(page, question_of(card), right(question_of(card)))
    expect(page.locator("#again")).to_contain_text("You see this again")
    tab_to(page, "own-words")
    page.keyboard.press("Enter")
    page.wait_for_url("**/words/**")
    tab_to(page, "text")
    page.keyboard.type("One wish wins, the others pay for it.")
    tab_to(page, "keep")
    page.keyboard.press("Enter")
    expect(page.locator("#words")).to_contain_text("Kept on")
    page.goto(f"{deck}/practice/{card.id}/2/")
    expect(page.locator("blockquote")).to_contain_text("One wish wins")


def test_a_round_without_scripts(deck: str, alice: Person, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    known(context, deck, alice)
    page = context.new_page()
    page.goto(f"{deck}/practice/mix/")
    page.locator("#id_count").fill("none")
    page.locator("#begin").click()
    expect(page.locator("#id_count")).to_have_value("none")
    expect(page.locator(".problems")).to_contain_text("Write a whole number from 1 to 50.")
    page.locator("#id_count").fill("2")
    page.locator("#begin").click()
    for _question in range(2):
        card = card_on(page)
        by_answer(page, card)
        page.locator("#next").click()
    expect(page.locator("h1")).to_have_text("The round is over.")
    context.close()


def places() -> dict[str, str]:
    """The pages of practice, with a question and an answer of each type that alice has met."""
    kinds = {getattr(question_of(c), "type", "decision"): c for c in ReviewCard.objects.all()}
    assert {"decision", "single", "numeric"} <= set(kinds)
    found = {f"{kind} asked": f"/practice/{card.id}/2/" for kind, card in kinds.items()}
    found |= {f"{kind} told": f"/practice/{card.id}/1/" for kind, card in kinds.items()}
    words = "/words/lambda-to-fargate/j0-02/"
    return {"overview": "/practice/", "mix": "/practice/mix/", "words": words, **found}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_narrow_and_accessible(
    deck: str, alice: Person, browser: Browser, scheme: str
) -> None:
    context = browser.new_context(viewport=NARROW, color_scheme=scheme)  # type: ignore[arg-type]
    known(context, deck, alice)
    page = context.new_page()
    for name, path in places().items():
        page.goto(deck + path)
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    context.close()


def test_the_pages_read_from_right_to_left(deck: str, alice: Person, browser: Browser) -> None:
    context = browser.new_context(viewport=NARROW)
    known(context, deck, alice)
    page = context.new_page()
    for name, path in places().items():
        page.goto(deck + path)
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    context.close()
