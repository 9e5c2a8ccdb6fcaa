"""Answers on a bad line: sent again until they are kept, never twice, and what was typed stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from urllib.parse import urlsplit

import pytest
from people import Person
from player import Player
from playwright.sync_api import APIResponse, BrowserContext, Page, Route, expect
from sampling import FULL, SEED

from archlab.accounts.middleware import COOKIE
from archlab.domain.pack import Decision, Quiz
from archlab.journeys.models import StepEvent

pytestmark = pytest.mark.browser

ANSWER = "**/answer/"
ORDERS = 200 if FULL else 20


@pytest.fixture
def player(alice: Person) -> Player:
    player = Player(alice)
    player.start()
    return player


@pytest.fixture
def first(site: str, player: Player, context: BrowserContext) -> Iterator[Page]:
    """Alice's first step as she comes to it."""
    token = player.person.visitor.token
    context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
    opened = context.new_page()
    opened.goto(f"{site}/journeys/{player.enrolment.id}/j0-01/")
    yield opened
    opened.close()


@pytest.fixture
def page(first: Page, player: Player) -> Page:
    """The same step where its decision waits."""
    given(player, first, "j0-01q1")
    first.reload()
    return first


def given(player: Player, page: Page, block: str, **values: str) -> None:
    """An answer from another tab."""
    asked = player.pack.block(block)
    assert isinstance(asked, Decision | Quiz)
    player.answer(player.person.get(urlsplit(page.url).path), asked, **values)


def decided() -> list[str]:
    taken = StepEvent.objects.filter(block="j0-d0").order_by("id")
    return [event.payload["option"] for event in taken]


class Line:
    """A line to the server that fails as often as told, and counts what was sent over it."""

    def __init__(self, failures: list[int]) -> None:
        self.failures = failures
        self.sent: list[str] = []

    def __call__(self, route: Route) -> None:
        self.sent.append(route.request.post_data or "")
        failure = self.failures.pop(0) if self.failures else None
        if failure is None:
            route.continue_()
        elif failure:
            route.fulfill(status=failure, body="<p class='problem'>Not now.</p>")
        else:
            route.abort()


def choose(page: Page, option: str = "learn") -> None:
    page.locator(f"#j0-d0-{option}").check()


def decide(page: Page) -> None:
    page.locator("#j0-d0-decide").click()


def stored(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("() => ({...localStorage})")
    return found


@pytest.mark.parametrize("failures", [[503, 502, 504], [0, 0]])
def test_an_answer_is_sent_again_with_its_key_until_it_is_kept(
    page: Page, failures: list[int]
) -> None:
    line = Line(list(failures))
    page.route(ANSWER, line)
    choose(page)
    decide(page)
    expect(page.locator("#saving")).to_have_text("Not saved yet, trying again …")
    expect(page.locator("#j0-d0-told")).to_be_visible()
    expect(page.locator("#saving")).to_have_text("Saved.")
    assert len(line.sent) == len(failures) + 1
    assert len(set(line.sent)) == 1
    assert "key=" in line.sent[0]
    assert decided() == ["learn"]


def test_saved_is_not_said_before_the_server_has_it(page: Page) -> None:
    waiting: list[Route] = []
    page.route(ANSWER, lambda route: waiting.append(route))
    choose(page)
    decide(page)
    expect(page.locator("#saving")).to_have_text("Saving …")
    assert decided() == []
    waiting[0].continue_()
    expect(page.locator("#saving")).to_have_text("Saved.")
    assert decided() == ["learn"]


def test_after_the_last_try_the_page_says_so_and_keeps_what_was_typed(page: Page) -> None:
    page.clock.install()
    page.route(ANSWER, Line([503] * 6))
    choose(page)
    page.locator("#j0-d0-reason").fill("it is where we stand")
    decide(page)
    for _pause in range(6):
        expect(page.locator("#saving")).not_to_have_text("Saving …")
        page.clock.run_for(9000)
        page.wait_for_load_state("networkidle")
    expect(page.locator("#saving")).to_contain_text("Not saved. What you wrote is still here")
    expect(page.locator("#j0-d0-reason")).to_have_value("it is where we stand")
    expect(page.locator("#j0-d0-learn")).to_be_checked()
    page.unroute(ANSWER)
    decide(page)
    page.clock.run_for(1000)
    expect(page.locator("#saving")).to_have_text("Saved.")


def test_a_double_click_sends_once(page: Page) -> None:
    line = Line([])
    page.route(ANSWER, line)
    choose(page)
    page.locator("#j0-d0-decide").dblclick()
    expect(page.locator("#saving")).to_have_text("Saved.")
    assert len(line.sent) == 1


def test_what_was_typed_survives_a_reload_and_is_forgotten_once_it_is_kept(page: Page) -> None:
    choose(page)
    page.locator("#j0-d0-reason").fill("it is where we stand")
    page.reload()
    expect(page.locator("#j0-d0-reason")).to_have_value("it is where we stand")
    expect(page.locator("#j0-d0-learn")).to_be_checked()
    decide(page)
    expect(page.locator("#saving")).to_have_text("Saved.")
    assert stored(page) == {}


def test_a_draft_holds_neither_token_nor_key(page: Page, player: Player) -> None:
    choose(page)
    page.locator("#j0-d0-reason").fill("mine")
    key = page.locator("#form-j0-d0 [name=key]").input_value()
    token = page.locator("#form-j0-d0 [name=csrfmiddlewaretoken]").input_value()
    kept = str(stored(page))
    assert "mine" in kept
    for secret in (key, token, player.person.visitor.token):
        assert secret not in kept


def test_a_draft_of_an_answered_attempt_is_not_put_into_the_next_one(
    page: Page, player: Player
) -> None:
    choose(page, "quick")
    page.locator("#j0-d0-reason").fill("typed before the other tab answered")
    given(player, page, "j0-d0", option="learn", reason="other tab")
    page.reload()
    page.locator("#j0-d0-again summary").click()
    expect(page.locator("#j0-d0-reason")).to_have_value("other tab")
    expect(page.locator("#j0-d0-learn")).to_be_checked()
    assert stored(page) == {}


def test_a_tab_that_is_overtaken_keeps_what_was_typed_and_shows_the_way(
    page: Page, player: Player
) -> None:
    choose(page, "quick")
    page.locator("#j0-d0-reason").fill("mine")
    given(player, page, "j0-d0", option="learn", reason="other tab")
    decide(page)
    expect(page.locator("#alert .problem")).to_contain_text("perhaps in another tab")
    expect(page.locator("#j0-d0-reason")).to_have_value("mine")
    expect(page.locator("#saving")).to_contain_text("Not saved.")
    page.locator("#alert a").click()
    expect(page.locator("#j0-d0-told")).to_be_visible()
    assert decided() == ["learn"]


def test_back_and_refresh_after_an_answer_answer_nothing_again(page: Page) -> None:
    choose(page)
    decide(page)
    expect(page.locator("#j0-d0-told")).to_be_visible()
    page.reload()
    page.goto("/".join(page.url.split("/")[:5]) + "/")
    page.go_back()
    expect(page.locator("#j0-d0-told")).to_be_visible()
    assert decided() == ["learn"]


# ---- answers of the server that arrive in another order than they were asked for


class Post:
    """Lets each request through at once and holds its answer back until it is handed over."""

    def __init__(self, page: Page, address: re.Pattern[str], *, guarded: bool = True) -> None:
        self.page, self.guarded = page, guarded
        self.held: list[tuple[Route, APIResponse]] = []
        page.route(address, lambda route: self.held.append((route, route.fetch())))
        page.evaluate(
            "() => { window.over = 0;"
            " document.addEventListener('htmx:finally:request', () => { window.over += 1; }); }"
        )

    def wait_for(self, count: int) -> None:
        for _look in range(500):
            if len(self.held) == count:
                return
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        raise AssertionError(f"{len(self.held)} of {count} requests came")

    def hand_over(self, order: list[int]) -> None:
        for number in order:
            done = self.page.evaluate("() => window.over")
            route, answer = self.held[number]
            html = answer.text()
            route.fulfill(
                response=answer,
                body=html if self.guarded else html.replace("data-revision", "data-nothing"),
            )
            self.page.wait_for_function("done => window.over > done", arg=done)


def hint_and_answer(page: Page, order: list[int], *, guarded: bool = True) -> str:
    """The outcome that the page shows after a hint and then an answer, their pages as ordered."""
    page.reload()
    post = Post(page, re.compile(r"/(hint|answer)/$"), guarded=guarded)
    page.locator("#open-hint-j0-01q1").click()
    post.wait_for(1)
    page.locator("#j0-01q1-quick").check()
    page.locator("#j0-01q1-answer").click()
    post.wait_for(2)
    post.hand_over(order)
    page.unroute_all()
    marked = page.locator("#j0-01q1-marked")
    return marked.inner_text() if marked.count() else ""


def test_a_page_that_is_older_never_replaces_a_newer_one(first: Page) -> None:
    dice = Random(SEED)  # noqa: S311 - an order, no secret
    for _round in range(ORDERS):
        StepEvent.objects.all().delete()
        order = dice.choice([[0, 1], [1, 0]])
        assert hint_and_answer(first, order).startswith("Not yet."), order
        expect(first.locator("#hints-j0-01q1 ol li")).to_have_count(1)


def test_without_the_revision_an_older_page_would_win(first: Page) -> None:
    assert hint_and_answer(first, [1, 0], guarded=False) == ""
