"""The page of a lab: what an address sets, what was guessed, and what the experiment gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from archlab.calculators.board import Field, Setup
from archlab.calculators.labs.background import Background
from archlab.calculators.labs.experiment import Experiment, Order
from archlab.calculators.labs.lab import Answer, Lab, Values
from archlab.calculators.mistakes import FORMAT, LAST
from archlab.calculators.tables import Cell
from archlab.domain.grading import AnswerRefused, parse_number
from archlab.domain.pack.blocks.calculator import position
from archlab.domain.pack.settings import SettingRefused, defaults, read
from archlab.web import numbers

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

    @property
    def misread(self) -> dict[str, str]:
        """What is wrong with the address, before anything is computed."""
        return self.own_problems

    @cached_property
    def problems(self) -> dict[str, str]:
        if self.misread or self.is_asking:
            return self.misread
        refused = self._outcome
        return {refused.control: str(refused)} if isinstance(refused, SettingRefused) else {}

    @cached_property
    def _outcome(self) -> Answer | SettingRefused:
        experiment = self.lab.answer
        try:
            if not isinstance(experiment, Experiment) or self.background is None:
                return experiment(self.values)
            trial, result = self.background.order.trial, self.background.result
            if result is None:
                return experiment.at_once(self.values, trial)
            return experiment.told(self.values, trial, result)
        except SettingRefused as refused:
            return refused

    @cached_property
    def background(self) -> Background | None:
        """The run in the background; None for a lab that needs none.

        Raises SettingRefused for settings that do not fit together.
        """
        if not isinstance(self.lab.answer, Experiment):
            return None
        trial = self.lab.answer.trial(self.values)
        return Background(Order(self.lab.slug, self.address, trial), timezone.now())

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
    def address(self) -> str:
        """What the experiment is, without the guess."""
        return urlencode(self.changes)

    @property
    def query(self) -> str:
        guess = {GUESS: self.guess} if self.guess else {}
        return "&".join(filter(None, (self.address, urlencode(guess))))

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


def lab_page(lab: Lab, query: QueryDict) -> LabPage:
    typed = {name: str(text) for name, text in query.items() if name not in OWN}
    settings = read(lab, typed)
    problems = dict(settings.problems)
    guess = _guess(str(query.get(GUESS, "")).strip(), problems)
    return LabPage(lab, {**defaults(lab), **settings.values}, typed, guess, problems)


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
