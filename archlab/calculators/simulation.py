"""A simulation inside a step: predicted first, then run at the levers of the step's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from urllib.parse import parse_qsl
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archlab.calculators.board import Field, query_of, setting_words
from archlab.calculators.labs.kernel import KERNEL
from archlab.calculators.labs.trial import Shown
from archlab.calculators.measures import (
    SHOWN,
    decimal_of,
    drawings,
    label_of,
    name_of,
    text_of,
)
from archlab.calculators.mistakes import LAST, LONGEST, Fault
from archlab.domain.architecture import Architecture
from archlab.domain.grading import parse_number
from archlab.domain.latency import Run
from archlab.domain.pack import Simulation, shipped_engines
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks import Goal, Prediction
from archlab.domain.pack.blocks.calculator import position
from archlab.domain.pack.experiment import Experiment, experiment, factor_of
from archlab.domain.pack.outcome import UNITS, Figure, measured, outcome, unit_of, usd_run
from archlab.domain.pack.play_answers import Answer
from archlab.domain.pack.settings import SettingRefused, defaults, read
from archlab.domain.pack.words import CURRENT
from archlab.journeys.blocks.scene import OWNER, Scene
from archlab.journeys.models import StepEvent
from archlab.web import numbers

Systems = Mapping[str, Architecture]
Values = Mapping[str, Setting]
Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Choice:
    """A component to choose, under the name that the drawing gives it."""

    id: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One prediction to make, with what was typed."""

    id: str
    text: str
    unit: str
    typed: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """The form before the run; nothing of what it will show is known here."""

    questions: tuple[Question, ...]
    at: str
    problem: str
    key: UUID
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """One prediction beside what came out, and what the author has to say about it."""

    question: str
    verdict: str
    after: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """A run at some setting of the levers, as the page shows it."""

    at: str
    finding: str
    method: str
    results: tuple[tuple[str, str], ...]
    goals: tuple[str, ...]
    notes: tuple[str, ...]
    drawings: tuple[SafeString, ...]
    query: str


@dataclass(frozen=True, slots=True)
class SimulationView:
    """Before the predictions `asking` alone; then `told` and `revealed`, or why there is none."""

    url: str
    owner: str
    fields: tuple[Field, ...] = ()
    faults: tuple[Fault, ...] = ()
    asking: Asking | None = None
    told: tuple[Told, ...] = ()
    revealed: Revealed | None = None
    is_pending: bool = False
    refused: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.faults)

    @property
    def news(self) -> str:
        """What changed, for screen readers after a swap."""
        return self.revealed.finding if self.revealed else self.refused


def build(scene: Scene, block: Simulation) -> SimulationView:
    url = reverse("journeys:step", args=[scene.enrolment.id, scene.step.id])
    systems = {**scene.pack.architectures, CURRENT: scene.at(block)}
    answer = scene.play.answer(block.id)
    if answer is None:
        return SimulationView(url, block.id, asking=_asking(scene, block, systems))
    if KERNEL.is_preparing:
        return SimulationView(url, block.id, is_pending=True)
    mine = scene.dials.get(OWNER) == block.id
    typed = {name: text for name, text in scene.dials.items() if name != OWNER} if mine else {}
    try:
        return played(block, systems, url, typed, answer)
    except ValueError as refused:
        return SimulationView(url, block.id, refused=str(refused))


def played(
    block: Simulation, systems: Systems, url: str, typed: Mapping[str, str], answer: Answer
) -> SimulationView:
    """The run at what was typed, beside the predictions of an answer.

    ValueError where a system cannot be simulated at all.
    """
    return _Stage(block, systems, url).shown(typed, answer)


def _asking(scene: Scene, block: Simulation, systems: Systems) -> Asking:
    system = systems[block.architecture]
    given = scene.typed(block).get("guesses", {})
    typed = given if isinstance(given, dict) else {}
    return Asking(
        questions=tuple(
            _question(one, str(typed.get(one.id, "")), system) for one in block.predict
        ),
        at=_at(block, defaults(block)),
        problem=scene.problem(block),
        key=scene.key(block, StepEvent.Kind.ASKED, 1),
        url=scene.url("answer", block),
    )


def _question(one: Prediction, typed: str, system: Architecture) -> Question:
    choices = tuple(Choice(id_, name_of(id_, system), id_ == typed) for id_ in one.choices)
    return Question(one.id, one.question, _unit(one), typed, choices)


def _unit(one: Prediction) -> str:
    """In which unit a guess is read; counts have none to show."""
    return one.unit or unit_of(one.metric)


def _at(block: Simulation, values: Values) -> str:
    """The traffic in words, and where the levers stand."""
    times = factor_of(block, values)
    told = ", ".join(
        _segment(sum(one.for_s for one in alike), times, *part)
        for part, alike in groupby(block.traffic, lambda one: (one.rps, one.to_rps, one.label))
    )
    settings = "; ".join(setting_words(one, values[one.id]) for one in block.controls)
    return f"{told}. {settings}." if settings else f"{told}."


def _segment(for_s: int, times: Decimal, rps: Decimal, to_rps: Decimal | None, label: str) -> str:
    words = {"time": _time(for_s), "rate": _rate(times * rps), "label": label}
    if to_rps is None:
        said = _("%(time)s of %(rate)s") % words
    else:
        words["from"] = numbers.fixed(times * rps, 0)
        words["rate"] = _rate(times * to_rps)
        said = _("%(time)s from %(from)s to %(rate)s") % words
    return _("%(label)s: %(said)s") % {"label": label, "said": said} if label else said


def _rate(rps: Decimal) -> str:
    """Requests a second, or an hour where seconds would show nothing but zeros."""
    if rps < Decimal("0.1"):
        return _("%(n)s requests an hour") % {"n": numbers.fixed(rps * 3600, 0)}
    places = 0 if rps == rps.to_integral_value() else 2
    return _("%(n)s requests a second") % {"n": numbers.fixed(rps, places)}


def _time(seconds: int) -> str:
    if seconds < 120 or seconds % 60:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 or seconds % 3600 else f"{seconds // 3600} h"


class _Stage:
    """One simulation whose predictions are made."""

    def __init__(self, block: Simulation, systems: Systems, url: str) -> None:
        self.block, self.systems, self.url = block, systems, url
        self.engines = shipped_engines()

    def shown(self, typed: Mapping[str, str], answer: Answer) -> SimulationView:
        start = defaults(self.block)
        mine = {name: text for name, text in typed.items() if name != LAST}
        problems: dict[str, str] = {}
        made, values = self._tried(mine, problems) or self._last(typed.get(LAST, ""))
        run = made.run()
        found = self._figures(made, run)
        if values != start:
            found_first = self._at_first(experiment(self.block, start, self.systems))
        else:
            found_first = found
        fields = tuple(
            Field(
                one,
                f"{self.block.id}-{one.id}",
                mine.get(one.id, position(values[one.id])),
                problems.get(one.id, ""),
            )
            for one in self.block.controls
        )
        labels = {one.id: one.label for one in self.block.controls}
        faults = tuple(
            Fault(f"{self.block.id}-{name}" if name in labels else "", labels.get(name, name), said)
            for name, said in problems.items()
        )
        return SimulationView(
            self.url,
            self.block.id,
            fields=fields,
            faults=faults,
            told=tuple(
                _told(one, answer, found_first[one.metric], made.system)
                for one in self.block.predict
            ),
            revealed=self._revealed(made, run, found, values),
        )

    def _tried(
        self, typed: Mapping[str, str], problems: dict[str, str]
    ) -> tuple[Experiment, Values] | None:
        settings = read(self.block, typed)
        problems.update(settings.problems)
        if problems:
            return None
        try:
            return experiment(self.block, settings.values, self.systems), settings.values
        except SettingRefused as refused:
            problems[refused.control] = str(refused)
            return None

    def _last(self, last: str) -> tuple[Experiment, Values]:
        """The last state without a mistake, else where all stood first."""
        typed = dict(parse_qsl(last, max_num_fields=100)) if len(last) <= LONGEST else {}
        start = defaults(self.block)
        return self._tried(typed, {}) or (experiment(self.block, start, self.systems), start)

    def _figures(self, made: Experiment, run: Run) -> Figures:
        figures = measured(made, run).figures
        if "usd_run" not in self.block.metrics and "cost" not in self.block.show:
            return figures
        return {**figures, "usd_run": usd_run(made, run, self.engines)}

    def _at_first(self, made: Experiment) -> Figures:
        """The run that the predictions are about."""
        if "usd_run" in self.block.metrics:
            return self._figures(made, made.run())
        return outcome(made).figures

    def _revealed(self, made: Experiment, run: Run, found: Figures, values: Values) -> Revealed:
        system = made.system
        results = tuple(
            (label_of(name, system), text_of(name, found[name], system))
            for name in self._rows(found)
        )
        shown = Shown(run, made.traffic)
        goals = [_goal(one, found[one.metric], system) for one in self.block.goal]
        label, text = results[0]
        return Revealed(
            at=_at(self.block, values),
            finding=f"{label}: {text}",
            method=_method(made, shown),
            results=results,
            goals=tuple(goals),
            notes=run.notes,
            drawings=tuple(one for one in drawings(self.block, run, shown) if one),
            query=query_of(values),
        )

    def _rows(self, found: Figures) -> list[str]:
        """What was asked, what the goal is about, then what `show` names; each once."""
        names = [one.metric for one in self.block.predict]
        names += [one.metric for one in self.block.goal]
        for word in self.block.show:
            names += SHOWN.get(word, ())
        return [name for name in dict.fromkeys(names) if name in found]


def _told(one: Prediction, answer: Answer, found: Figure, system: Architecture) -> Told:
    """A prediction beside the run that it was about."""
    guesses = answer.get("guesses")
    guess = str(guesses.get(one.id, "")) if isinstance(guesses, Mapping) else ""
    words = {"is": text_of(one.metric, found, system), "guess": name_of(guess, system)}
    if not guess:
        verdict = _("It is %(is)s.") % words
    elif not one.choices:
        verdict = _verdict(one, parse_number(guess), found, words)
    elif guess == found.word:
        verdict = _("Right: %(is)s.") % words
    else:
        verdict = _("You said %(guess)s; it is %(is)s.") % words
    return Told(one.question, verdict, one.after)


def _verdict(one: Prediction, guess: Decimal, found: Figure, words: dict[str, str]) -> str:
    words["guess"] = f"{guess.normalize():f} {_unit(one)}".strip()
    value = decimal_of(found)
    if value is None or found.is_bound:
        return _("You guessed %(guess)s. The run: %(is)s.") % words
    right = value * UNITS[unit_of(one.metric)].get(_unit(one), Decimal(1))
    if not right:
        return _("You guessed %(guess)s, and it is %(is)s.") % words
    words["off"] = numbers.percent(abs(guess - right) / abs(right))
    close = one.admits(guess, right)
    words["close"] = _("Close") if close else _("Not close")
    if guess == right:
        return _("Right: %(is)s.") % words
    if guess > right:
        return _("%(close)s: you guessed %(guess)s, %(off)s too high. It is %(is)s.") % words
    return _("%(close)s: you guessed %(guess)s, %(off)s too low. It is %(is)s.") % words


def _goal(one: Goal, found: Figure, system: Architecture) -> str:
    """Whether a goal is reached, in words."""
    value = decimal_of(found)
    is_reached = value is not None and not found.is_bound and one.is_reached(value)
    bound = one.at_least if one.at_most is None else one.at_most
    words = {
        "what": label_of(one.metric, system),
        "is": text_of(one.metric, found, system),
        "limit": text_of(one.metric, Figure(float(bound or 0)), system),
    }
    if one.at_most is None:
        said = _("%(what)s: %(is)s, wanted at least %(limit)s") % words
    else:
        said = _("%(what)s: %(is)s, wanted at most %(limit)s") % words
    return (_("Reached: %(said)s") if is_reached else _("Not yet: %(said)s")) % {"said": said}


def _method(made: Experiment, shown: Shown) -> str:
    if made.replications == made.asked:
        return shown.method
    said = ngettext(
        "%(method)s of %(asked)s: more would take longer than a page may",
        "%(method)s of %(asked)s: more would take longer than a page may",
        made.replications,
    )
    return said % {"method": shown.method, "asked": made.asked}
