"""A person with a browser who plays the journey: by mouse, by keyboard, or without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import builders
from playwright.sync_api import Page

from archlab.domain.pack import Decision, Drill, Match, Multiple, Numeric, Order, Quiz, Single, Spot

STEP = re.compile(r"/(j0-[0-9]+b?)/$")


def start(page: Page, site: str) -> None:
    page.goto(site + "/")
    page.locator("#start").click()
    page.wait_for_url("**/j0-01/")


def step_of(page: Page) -> str | None:
    found = STEP.search(page.url.partition("#")[0])
    return found[1] if found else None


def has_left(page: Page, step: str) -> None:
    """Wait until the page of another step, or the end, is there."""
    page.wait_for_url(re.compile(rf"^(?!.*/{step}/(?:#.*)?$).*$"))


def questions(step: str) -> Iterator[Decision | Quiz]:
    for block in builders.pack()[0].steps[step].blocks:
        if isinstance(block, Decision | Quiz):
            yield block


def survive(page: Page, step: str, press: Callable[[Page, str], None]) -> None:
    """Let the nights of a step run to their end, and come back to it."""
    for block in builders.pack()[0].steps[step].blocks:
        if isinstance(block, Drill):
            for control in (f"{block.id}-open", "stop", "to-debrief", "onward"):
                page.locator(f"#{control}").wait_for()
                press(page, control)
            page.wait_for_url(f"**/{step}/#{block.id}")


def click(page: Page, id_: str) -> None:
    page.locator(f"#{id_}").click()


def enter(page: Page, id_: str) -> None:
    tab_to(page, id_)
    page.keyboard.press("Enter")


def controls(block: Decision | Quiz) -> list[tuple[str, str]]:
    """Ids of the controls of a right answer, each with what to put in; empty to tick it."""
    if isinstance(block, Decision):
        return [(f"{block.id}-{(block.documented or block.best).id}", "")]
    return [(f"{block.id}-{name}", value) for name, value in _RIGHT[type(block)](block)]


_RIGHT: Mapping[type[Quiz], Callable[[Any], list[tuple[str, str]]]] = {
    Single: lambda block: [(option.id, "") for option in block.options if option.correct],
    Multiple: lambda block: [(option.id, "") for option in block.options if option.correct],
    Numeric: lambda block: [("value", f"{block.answer:f}")],
    Order: lambda block: [(item.id, str(n)) for n, item in enumerate(block.items, 1)],
    Match: lambda block: [(pair.id, pair.right) for pair in block.pairs],
    Spot: lambda block: [(str(error.lines[0]), "") for error in block.errors],
}


def button(block: Decision | Quiz) -> str:
    return f"{block.id}-decide" if isinstance(block, Decision) else f"{block.id}-answer"


def told(block: Decision | Quiz) -> str:
    return f"{block.id}-told" if isinstance(block, Decision) else f"{block.id}-marked"


def by_mouse(page: Page, block: Decision | Quiz) -> None:
    for id_, value in controls(block):
        control = page.locator(f"#{id_}")
        if not value:
            control.check()
        elif control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    page.locator(f"#{button(block)}").click()
    page.locator(f"#{told(block)}").wait_for()


def by_keyboard(page: Page, block: Decision | Quiz) -> None:
    """Only Tab, arrows, Space, letters and Enter: every control is reached from the one before."""
    for id_, value in controls(block):
        tab_to(page, id_)
        if value:
            choose(page, id_, value)
        else:
            page.keyboard.press("Space")
    tab_to(page, button(block))
    page.keyboard.press("Enter")
    page.locator(f"#{told(block)}").wait_for()


def choose(page: Page, id_: str, value: str) -> None:
    control = page.locator(f"#{id_}")
    if control.evaluate("e => e.tagName") != "SELECT":
        page.keyboard.type(value)
        return
    for _press in range(20):
        if control.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{id_} does not offer {value}")


def tab_to(page: Page, id_: str) -> None:
    """Tab, and the arrows inside a group of radios, until the control has the focus."""
    group = page.locator(f"#{id_}").evaluate("e => e.type === 'radio' ? e.name + e.form.id : ''")
    for _press in range(400):
        here = page.evaluate(
            "() => [document.activeElement.id, document.activeElement.type === 'radio'"
            " ? document.activeElement.name + document.activeElement.form.id : '']"
        )
        if here[0] == id_:
            return
        page.keyboard.press("ArrowDown" if group and here[1] == group else "Tab")
    raise AssertionError(f"the keyboard does not reach {id_}")
