"""A system on the desk: the address says which one and how its numbers are set.

The whole state is in the address. A setting that cannot be taken keeps its text and gets its
sentence; the result is then that of the other settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from archlab.calculators.fields import Choice, Field, field_of, text_of, value_of
from archlab.calculators.mistakes import FORMAT, LAST
from archlab.calculators.systems import NoSuchSystem, System, default_system, system_named
from archlab.domain.architecture import Architecture, Component, Demand, Value
from archlab.domain.architecture.parameters import problems
from archlab.domain.architecture.watch import billed_parameters, looked_at
from archlab.domain.pricing import Allowances, Bill, reconcile
from archlab.web.prices import active_book

MONTHS = (730, 744, 720, 696, 672)
WEEK = 168
STOPS = "off_hours_week"
"""The parameter of everything that can be switched off at night."""

FRAME = ("system", "region", "month", "week", "free", LAST, FORMAT)
DEMANDED = ("requests_per_day", "response_kib")

Settable = TypeVar("Settable", Component, Demand)


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one component, or of the demand."""

    id: str
    title: str
    fields: tuple[Field, ...]

    @property
    def is_open(self) -> bool:
        """Shown unfolded: something in it was changed or has to be."""
        return any(one.is_changed or one.problem for one in self.fields)


@dataclass(frozen=True)
class Desk:
    """What an address asks for. `architecture` is the result, without the settings in error.

    `asked` holds what was typed for the month and the like, `typed` what was for the numbers.
    """

    system: System
    architecture: Architecture
    month_hours: int
    allowances: Allowances
    asked: Mapping[str, str]
    typed: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def start(self) -> Architecture:
        return self.system.architecture

    @property
    def start_month(self) -> int:
        return month_of(self.start)

    @cached_property
    def bill(self) -> Bill:
        """The month as asked for; a documented bill keeps the months of its own lines."""
        asked = None if self.month_hours == self.start_month else self.month_hours
        return reconcile(
            self.architecture,
            active_book(),
            month_hours=asked,
            allowances=self.allowances,
        )

    @cached_property
    def model(self) -> Architecture:
        """The system without its source's bill, in the month and with the allowances asked for."""
        return replace(
            self.architecture,
            month_hours=self.month_hours,
            allowances=self.allowances,
            documented=None,
        )

    @cached_property
    def forecast(self) -> Bill:
        """The bill of the model alone, one line for each component."""
        return reconcile(self.model, active_book())

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The numbers that this bill reads, by component, and the demand where it counts."""
        return tuple(group for group in self._groups() if group.fields)

    def _groups(self) -> Iterator[Group]:
        now, context = self.architecture, self.architecture.context
        reads = [looked_at(component, context) for component in now.components.values()]
        if any("demand" in names for names in reads):
            infos = {name: Demand.model_fields[name] for name in DEMANDED}
            yield Group("demand", _("Demand"), self._fields("demand", infos, now.demand))
        for id_, component in now.components.items():
            known = component.parameter_fields()
            infos = {name: known[name] for name in billed_parameters(component, context)}
            yield Group(
                id_, component.label or component.title, self._fields(id_, infos, component)
            )

    def _fields(
        self, owner: str, infos: Mapping[str, FieldInfo], now: Component | Demand
    ) -> tuple[Field, ...]:
        start = self.start.demand if owner == "demand" else self.start.components[owner]
        values, first = _settings(now), _settings(start)
        return tuple(
            field_of(
                f"{owner}.{name}",
                info,
                values[name],
                first[name],
                typed=self.typed.get(f"{owner}.{name}"),
                problem=self.problems.get(f"{owner}.{name}", ""),
            )
            for name, info in infos.items()
        )

    @cached_property
    def changes(self) -> dict[str, str]:
        """Place to value wherever the result differs from the system as it is published."""
        return {
            f"{owner}.{name}": text_of(value)
            for owner, now, start in self._owners()
            for name, value in _settings(now).items()
            if value != _settings(start)[name]
        }

    def _owners(self) -> Iterator[tuple[str, Component | Demand, Component | Demand]]:
        yield "demand", self.architecture.demand, self.start.demand
        for id_, component in self.architecture.components.items():
            yield id_, component, self.start.components[id_]

    @property
    def query(self) -> str:
        """The shortest address of this state; what stands in it differs from the source."""
        frame: dict[str, str] = {"system": self.system.name}
        if self.architecture.region != self.start.region:
            frame["region"] = self.architecture.region
        if self.month_hours != self.start_month:
            frame["month"] = str(self.month_hours)
        if self.allowances != self.start.allowances:
            frame["free"] = str(self.allowances)
        return urlencode({**frame, **self.changes})

    @cached_property
    def frame(self) -> tuple[Field, ...]:
        """The month, the region, the free tiers, and a schedule where it changes anything."""
        months = sorted({*MONTHS, self.start_month, self.month_hours})
        regions = sorted({*active_book().regions, self.start.region})
        free = {
            Allowances.NONE.value: _("not counted"),
            Allowances.ALWAYS_FREE.value: _("those that never end"),
            Allowances.ALL.value: _("all that the book knows"),
        }
        fields = [
            self._choice("month", _("Hours of the month"), self._month_names(months),
                         str(self.month_hours), str(self.start_month)),
            self._choice("region", _("Region"), {one: one for one in regions},
                         self.architecture.region, self.start.region),
            self._choice("free", _("Free tiers"), free,
                         str(self.allowances), str(self.start.allowances)),
        ]  # fmt: skip
        return (*fields, self._week()) if self._can_stop else tuple(fields)

    def _choice(
        self, name: str, label: str, choices: Mapping[str, str], now: str, start: str
    ) -> Field:
        problem = self.problems.get(name, "")
        return Field(
            name=name,
            label=label,
            help="",
            kind="choice",
            value=self.asked[name] if problem else now,
            start=start,
            problem=problem,
            choices=tuple(Choice(value, words) for value, words in choices.items()),
        )

    def _month_names(self, months: list[int]) -> dict[str, str]:
        names = {str(hours): str(hours) for hours in months}
        names[str(MONTHS[0])] = _("%(hours)s (an average month)") % {"hours": MONTHS[0]}
        return names

    def _week(self) -> Field:
        return Field(
            name="week",
            label=_("Hours a week"),
            help=_(
                "How long everything that can be switched off runs, 0 to 168; "
                "empty: as in the source."
            ),
            kind="text",
            value=self.asked["week"],
            start=self.asked["week"],
            problem=self.problems.get("week", ""),
        )

    @property
    def _can_stop(self) -> bool:
        return any(STOPS in one.parameter_fields() for one in self.start.components.values())

    @property
    def labels(self) -> dict[str, str]:
        """Name to label of every field that a page of this desk may show."""
        dials = {
            one.name: f"{group.title}: {one.label}" for group in self.groups for one in group.fields
        }
        return {one.name: one.label for one in self.frame} | dials


def month_of(architecture: Architecture) -> int:
    """The month in which the source printed its bill, else that of the forecast."""
    printed = architecture.documented.month_hours if architecture.documented else None
    return printed or architecture.month_hours


def desk(query: QueryDict) -> Desk:
    """Read an address; what cannot be taken becomes a problem and stays out of the result.

    Where `system` is a whole address itself, the other settings win over those in it.
    """
    whole = str(query.get("system", ""))
    if "=" in whole:
        inner = QueryDict(whole, mutable=True)
        inner.update({name: str(text) for name, text in query.items() if name != "system"})
        query = inner
    return _Reading(query).desk()


def desk_of(text: str, frame: Mapping[str, str] | None = None) -> Desk:
    """A desk by the name of its system or by its whole address; `frame` wins over the address."""
    return desk(QueryDict(urlencode({**(frame or {}), "system": text})))


class _Reading:
    """One pass over an address: what can be taken is taken, the rest becomes a sentence."""

    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.problems: dict[str, str] = {}
        self.system = self._system()
        self.start = self.system.architecture

    def desk(self) -> Desk:
        stops = self._stops(self._week())
        typed = {
            name: text
            for name, text in self.query.items()
            if isinstance(text, str) and name not in FRAME and name not in stops
        }
        after = self._altered({**typed, **stops})
        return Desk(
            system=self.system,
            architecture=replace(after, region=self._region()),
            month_hours=self._month(),
            allowances=self._allowances(),
            asked={name: str(self.query.get(name, "")) for name in FRAME},
            typed=typed,
            problems=self.problems,
        )

    def _system(self) -> System:
        name = self.query.get("system", "")
        if name:
            try:
                return system_named(name)
            except NoSuchSystem as unknown:
                self.problems["system"] = str(unknown)
        return default_system()

    def _region(self) -> str:
        asked = self.query.get("region") or self.start.region
        known = [self.start.region, *active_book().regions]
        if asked in known:
            return asked
        words = {"region": asked, "known": ", ".join(sorted(set(known)))}
        self.problems["region"] = _("There are no prices for %(region)s: take %(known)s.") % words
        return self.start.region

    def _month(self) -> int:
        own = month_of(self.start)
        text = self.query.get("month") or str(own)
        hours = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
        if 1 <= hours <= max(MONTHS):
            return hours
        self.problems["month"] = _("Write the hours of the month, a whole number from 1 to 744.")
        return own

    def _allowances(self) -> Allowances:
        text = self.query.get("free") or str(self.start.allowances)
        if text in list(Allowances):
            return Allowances(text)
        words = {"known": ", ".join(Allowances)}
        self.problems["free"] = _("For free tiers write one of %(known)s.") % words
        return self.start.allowances

    def _week(self) -> int | None:
        text = self.query.get("week", "")
        if not text:
            return None
        hours = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
        if 0 <= hours <= WEEK:
            return hours
        self.problems["week"] = _("Write the hours of a week, a whole number from 0 to 168.")
        return None

    def _stops(self, week: int | None) -> dict[str, str]:
        """The schedule as a setting of every component that can be switched off."""
        if week is None:
            return {}
        return {
            f"{id_}.{STOPS}": str(WEEK - week)
            for id_, component in self.start.components.items()
            if STOPS in component.parameter_fields()
        }

    def _altered(self, typed: Mapping[str, str]) -> Architecture:
        wanted: dict[str, dict[str, str]] = {}
        for place, text in typed.items():
            owner, _dot, name = place.partition(".")
            if "system" in self.problems:
                continue  # the sentence about the system is the one that helps
            if name not in self._infos(owner):
                words = {"place": place, "system": self.start.title}
                said = _("%(system)s has no %(place)s: take it out of the address.") % words
                self.problems[place] = said
                continue
            wanted.setdefault(owner, {})[name] = text
        demand, components = self.start.demand, dict(self.start.components)
        for owner, texts in wanted.items():
            values = self._values(owner, texts)
            if owner == "demand":
                demand = self._with(owner, demand, values)
            else:
                components[owner] = self._with(owner, components[owner], values)
        return replace(self.start, demand=demand, components=components)

    def _infos(self, owner: str) -> Mapping[str, FieldInfo]:
        if owner == "demand":
            return {name: Demand.model_fields[name] for name in DEMANDED}
        component = self.start.components.get(owner)
        return component.parameter_fields() if component else {}

    def _values(self, owner: str, texts: Mapping[str, str]) -> dict[str, Value]:
        infos, values = self._infos(owner), {}
        for name, text in texts.items():
            try:
                values[name] = value_of(infos[name], text)
            except ValueError as refused:
                self.problems[f"{owner}.{name}"] = str(refused)
        return values

    def _with(self, owner: str, thing: Settable, values: Mapping[str, Value]) -> Settable:
        """The thing with the values that fit it; the others get their sentence."""
        left = dict(values)
        while left:
            try:
                return _set(thing, left)
            except ValidationError as error:
                name, problem = next(iter(problems(error).items()))
                name = name if name in left else next(iter(left))
                self.problems[f"{owner}.{name}"] = f"{problem[:1].upper()}{problem[1:]}."
                del left[name]
        return thing


def _set(thing: Settable, values: Mapping[str, Value]) -> Settable:
    if isinstance(thing, Component):
        return thing.with_parameters(values)
    return type(thing).model_validate({**dict(thing), **values})


def _settings(thing: Component | Demand) -> Mapping[str, Value]:
    """Name to value, by the names that an address holds."""
    return thing.parameters() if isinstance(thing, Component) else dict(thing)
