"""A person with a browser who plays a journey: by mouse, by keyboard, or without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import builders
from playwright.sync_api import Locator, Page

from archlab.domain.pack import (
    Decision,
    Drill,
    Match,
    Multiple,
    Numeric,
    Order,
    Pack,
    Quiz,
    Single,
    Spot,
)
from archlab.domain.pack.blocks import Hotspot, Text

STEP = re.compile(r"/journeys/[^/]+/([^/]+)/(?:#.*)?$")

Controls: TypeAlias = list[tuple[str, str]]
"""Ids of controls, each with what to put in; empty to tick it."""


@dataclass(frozen=True)
class Walk:
    """The way of one person through one journey, with one pair of hands."""

    page: Page
    slug: str = builders.J0
    answer: Callable[[Page, Decision | Quiz, Controls], None] = field(
        default=lambda *given: by_mouse(*given)
    )
    press: Callable[[Page, str], None] = field(default=lambda *given: click(*given))
    wrongly: bool = False

    @property
    def pack(self) -> Pack:
        return builders.pack(self.slug)[0]

    def start(self, site: str) -> None:
        builders.published(self.slug)
        self.page.goto(f"{site}/scenarios/{self.slug}/")
        self.press(self.page, "start")
        self.page.wait_for_url(f"**/{self.pack.start.id}/")

    def go(self, look: Callable[[Page, str], None] = lambda _page, _when: None) -> list[str]:
        """Step by step to the end; `look` at every step, fresh and answered. The steps seen."""
        seen: list[str] = []
        while step := self.step():
            look(self.page, "fresh")
            self.work(step)
            look(self.page, "answered")
            self.press(self.page, "go-on")
            self._leave(step)
            seen.append(step)
        return seen

    def work(self, step: str) -> None:
        """Answer what a step asks and let its nights run to their end, as they come.

        A night may stand before a question, which the page shows only after it.
        """
        for block in self.pack.steps[step].blocks:
            if isinstance(block, Drill):
                self._survive(step, block)
            elif isinstance(block, Decision | Quiz) and self._asks(block):
                given = wrong(block) if self.wrongly else right(block)
                self.answer(self.page, block, given)

    def step(self) -> str | None:
        """The step that is open; none at the end."""
        found = STEP.search(self.page.url)
        return found[1] if found and found[1] in self.pack.steps else None

    def _asks(self, block: Decision | Quiz) -> bool:
        return self.page.locator(f"#{block.id}").count() > 0

    def _survive(self, step: str, drill: Drill) -> None:
        for control in (f"{drill.id}-open", "stop", "to-debrief", "onward"):
            self.page.locator(f"#{control}").wait_for()
            self.press(self.page, control)
        self.page.wait_for_url(f"**/{step}/#{drill.id}")

    def _leave(self, step: str) -> None:
        self.page.wait_for_url(re.compile(rf"^(?!.*/{step}/(?:#.*)?$).*$"))


def click(page: Page, id_: str) -> None:
    page.locator(f"#{id_}").click()


def enter(page: Page, id_: str) -> None:
    tab_to(page, id_)
    page.keyboard.press("Enter")


def right(block: Decision | Quiz) -> Controls:
    """What the documented way, or a full mark, needs."""
    if isinstance(block, Decision):
        return [(f"{block.id}-{(block.documented or block.best).id}", "")]
    return [(f"{block.id}-{name}", value) for name, value in _RIGHT[type(block)](block)]


_RIGHT: Mapping[type[Quiz], Callable[[Any], Controls]] = {
    Single: lambda block: [(option.id, "") for option in block.options if option.correct],
    Multiple: lambda block: [(option.id, "") for option in block.options if option.correct],
    Numeric: lambda block: [("value", f"{block.answer:f}")],
    Order: lambda block: [(item.id, str(n)) for n, item in enumerate(block.items, 1)],
    Match: lambda block: [(pair.id, pair.right) for pair in block.pairs],
    Spot: lambda block: [(str(error.lines[0]), "") for error in block.errors],
    Hotspot: lambda block: [(target, "") for target in block.targets],
    Text: lambda block: [("value", next(a.text for a in block.answers if a.score == 1))],
}


def wrong(block: Decision | Quiz) -> Controls:
    """A mistake, or an option that the source did not take."""
    if isinstance(block, Decision):
        taken = block.documented or block.best
        return [(f"{block.id}-{next(o.id for o in block.options if o is not taken)}", "")]
    return [(f"{block.id}-{name}", value) for name, value in _WRONG[type(block)](block)]


_WRONG: Mapping[type[Quiz], Callable[[Any], Controls]] = {
    Single: lambda block: [(next(o.id for o in block.options if not o.correct), "")],
    Multiple: lambda block: [(next(o.id for o in block.options if not o.correct), "")],
    Numeric: lambda block: [("value", f"{block.answer * 10 + 7:f}")],
    Order: lambda block: [(item.id, str(n)) for n, item in enumerate(reversed(block.items), 1)],
    Match: lambda block: [
        (pair.id, block.pairs[n - 1].right) for n, pair in enumerate(block.pairs)
    ],
    Spot: lambda block: [(str(_free_line(block)), "")],
    Hotspot: lambda block: [(target, "") for target in block.targets[:1]],
    Text: lambda _block: [("value", "something else")],
}


def _free_line(block: Spot) -> int:
    taken = {line for error in block.errors for line in error.lines}
    return next(n for n, _line in enumerate(block.listing.lines, 1) if n not in taken)


def button(block: Decision | Quiz) -> str:
    return f"{block.id}-decide" if isinstance(block, Decision) else f"{block.id}-answer"


def told(block: Decision | Quiz) -> str:
    return f"{block.id}-told" if isinstance(block, Decision) else f"{block.id}-marked"


def by_mouse(page: Page, block: Decision | Quiz, given: Controls) -> None:
    """The answer swaps in, and the focus is at its first sentence."""
    without_scripts(page, block, given)
    assert page.evaluate("document.activeElement.id") == told(block)


def without_scripts(page: Page, block: Decision | Quiz, given: Controls) -> None:
    for id_, value in given:
        control = page.locator(f"#{id_}")
        if not value:
            control.check()
        elif _is_list(control):
            control.select_option(value)
        else:
            control.fill(value)
    page.locator(f"#{button(block)}").click()
    page.locator(f"#{told(block)}").wait_for()


def by_keyboard(page: Page, block: Decision | Quiz, given: Controls) -> None:
    """Only Tab, arrows, Space, letters and Enter: every control is reached from the one before."""
    for id_, value in given:
        tab_to(page, id_)
        if value:
            choose(page, id_, value)
        else:
            page.keyboard.press("Space")
    enter(page, button(block))
    page.locator(f"#{told(block)}").wait_for()


def _is_list(control: Locator) -> bool:
    return control.get_attribute("type") is None and control.get_attribute("rows") is None


def choose(page: Page, id_: str, value: str) -> None:
    control = page.locator(f"#{id_}")
    if not _is_list(control):
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
