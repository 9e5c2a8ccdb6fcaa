"""The page of a lab: what an address sets, what was guessed, and what the experiment gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from archlab.calculators.board import Field, Setup
from archlab.calculators.labs.background import Background
from archlab.calculators.labs.experiment import Experiment, order_of
from archlab.calculators.labs.lab import Answer, Lab, Values
from archlab.calculators.mistakes import FORMAT, LAST
from archlab.calculators.tables import Cell
from archlab.domain.grading import AnswerRefused, parse_number
from archlab.domain.pack.blocks.calculator import position
from archlab.domain.pack.settings import SettingRefused, defaults, read
from archlab.web import numbers
from archlab.web.errors import Refused

GUESS, SKIP = "guess", "skip"
OWN = (LAST, FORMAT, GUESS)


@dataclass(frozen=True)
class LabPage:
    """A lab at the settings of an address; a setting in error stands at its default."""

    lab: Lab
    values: Values
    typed: dict[str, str]
    guess: str
    own_problems: dict[str, str]
    now: datetime

    @cached_property
    def problems(self) -> dict[str, str]:
        if self.own_problems or self.is_asking:
            return self.own_problems
        refused = self._outcome
        return {refused.control: str(refused)} if isinstance(refused, SettingRefused) else {}

    @cached_property
    def _outcome(self) -> Answer | SettingRefused:
        try:
            result = self.background.result if self.background else None
            if result and isinstance(self.lab.answer, Experiment):
                return self.lab.answer.told(self.values, result)
            return self.lab.answer(self.values)
        except SettingRefused as refused:
            return refused

    @cached_property
    def background(self) -> Background | None:
        """The run in the background; None for a lab or for settings that have none."""
        try:
            order = order_of(self.lab, self.values)
        except SettingRefused:
            return None
        return None if order is None else Background(order, self.now)

    @property
    def answer(self) -> Answer | None:
        """None before the guess, and where the settings do not fit together."""
        if self.is_asking or isinstance(self._outcome, SettingRefused):
            return None
        return self._outcome

    @property
    def is_asking(self) -> bool:
        return self.lab.question is not None and (not self.guess or GUESS in self.own_problems)

    @property
    def labels(self) -> dict[str, str]:
        return {GUESS: _("Your guess")} | {one.id: one.label for one in self.lab.controls}

    @cached_property
    def fields(self) -> list[Field]:
        return [
            Field(
                one,
                f"f-{one.id}",
                self.typed.get(one.id, position(self.values[one.id])),
                self.problems.get(one.id, ""),
            )
            for one in self.lab.controls
        ]

    @property
    def changes(self) -> dict[str, str]:
        """Settings that differ from where the lab starts."""
        start = defaults(self.lab)
        return {
            name: position(value) for name, value in self.values.items() if value != start[name]
        }

    @property
    def query(self) -> str:
        guess = {GUESS: self.guess} if self.guess else {}
        return urlencode({**self.changes, **guess})

    @cached_property
    def stories(self) -> list[Setup]:
        """Each asks its question anew."""
        return [Setup(one.text, urlencode(one.set)) for one in self.lab.stories]

    @property
    def told(self) -> str:
        """The guess beside the answer."""
        question, answer = self.lab.question, self.answer
        if question is None or answer is None or self.guess == SKIP:
            return ""
        found = (answer.measured or {}).get(question.metric)
        words = {"guess": f"{self.guess} {question.unit}".strip()}
        if found is None:
            return _("You guessed %(guess)s; there is no such figure here.") % words
        words["is"] = f"{numbers.fixed(found, 1)} {question.unit}".strip()
        return _("You guessed %(guess)s; it is %(is)s.") % words

    @property
    def file(self) -> str:
        return self.lab.slug

    @property
    def heading(self) -> tuple[str, ...]:
        return self.answer.heading if self.answer else ("name", "value")

    def table(self) -> Iterator[tuple[Cell, ...]]:
        yield from self.answer.rows if self.answer else ()


class BadSettings(Refused):
    """An address that sets what cannot be."""

    status = 422


def lab_page(lab: Lab, now: datetime, query: QueryDict) -> LabPage:
    typed = {name: str(text) for name, text in query.items() if name not in OWN}
    settings = read(lab, typed)
    problems = dict(settings.problems)
    guess = _guess(str(query.get(GUESS, "")).strip(), problems)
    return LabPage(lab, {**defaults(lab), **settings.values}, typed, guess, problems, now)


def ordered(lab: Lab, now: datetime, query: QueryDict) -> Background:
    """The run of an address. Raises BadSettings for settings that do not make one."""
    page = lab_page(lab, now, query)
    for problem in page.own_problems.values():
        raise BadSettings(problem)
    try:
        order = order_of(lab, page.values)
    except SettingRefused as refused:
        raise BadSettings(str(refused)) from refused
    if order is None:
        raise BadSettings(_("This lab is exact at once: there is nothing to run."))
    return Background(order, now)


def _guess(text: str, problems: dict[str, str]) -> str:
    """A number as it was typed, or the word for going without."""
    if text in ("", SKIP):
        return text
    try:
        value = parse_number(text)
    except AnswerRefused as refused:
        problems[GUESS] = str(refused)
        return text[:40]
    return position(value) if abs(value) < Decimal(10) ** 12 else text[:40]
