"""A change: the patch that a decision applies to a system, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from pydantic import Field, ValidationError

from archlab.domain.architecture.component import Component
from archlab.domain.architecture.demand import Demand
from archlab.domain.architecture.flow import Flow
from archlab.domain.architecture.model import Architecture, Link
from archlab.domain.architecture.parameters import Parameters, Value, problems

NONE: Mapping[str, Architecture] = MappingProxyType({})


class ChangeRefused(ValueError):
    """A change does not fit this system. `key` points at the part, such as set.api.memory_mib."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True)
class Change:
    """What to replace, unlink, remove, add, set, link and reroute; applied in this order.

    `set` maps `component.parameter`, `demand.field`, `region` or `month_hours` to a value; text is
    typed by the parameter.
    """

    use: str | None = None
    unlink: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    add: Mapping[str, Component] = field(default_factory=dict)
    set: Mapping[str, Value] = field(default_factory=dict)
    link: tuple[Link, ...] = ()
    drop_flows: tuple[str, ...] = ()
    flows: Mapping[str, Flow] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """False for "nothing changes"."""
        return any(getattr(self, name) for name in self.__dataclass_fields__)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        maps = (tuple(self.add.items()), tuple(self.set.items()), tuple(self.flows.items()))
        return hash((self.use, self.unlink, self.remove, self.link, self.drop_flows, maps))


def apply(
    architecture: Architecture,
    change: Change,
    *,
    named: Mapping[str, Architecture] = NONE,
) -> Architecture:
    """The system after the change; the one given stays as it is.

    Raises `ChangeRefused` at the first part that does not fit. `named` holds the systems that
    `use` may name. The documented bill stays only if nothing that is billed has changed.
    """
    start = _used(architecture, change, named)
    if not change:
        return start
    draft = _Draft(dict(start.components), list(start.links), dict(start.flows))
    _unlink(draft, change)
    _remove(draft, change)
    _add(draft, change, start)
    settings = _Settings.of(change)
    _set(draft, settings)
    _link(draft, change)
    _reroute(draft, change)
    region, month_hours = _frame(start, settings.whole)
    after = replace(
        start,
        components=draft.components,
        links=tuple(draft.links),
        flows=draft.flows,
        region=region,
        month_hours=month_hours,
        demand=_demand(start, settings.demand),
    )
    same = _billed(after) == _billed(start)
    return after if same or after.documented is None else replace(after, documented=None)


class _Draft(NamedTuple):
    """The parts of a system while they change."""

    components: dict[str, Component]
    links: list[Link]
    flows: dict[str, Flow]

    def component(self, id_: str, key: str) -> Component:
        if id_ not in self.components:
            raise ChangeRefused(key, f"There is no component {id_}.{_near(id_, self.components)}")
        return self.components[id_]


def _near(word: str, words: Mapping[str, object]) -> str:
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    return f" Did you mean {close[0]}?" if close else f" There are {', '.join(words) or 'none'}."


def _used(
    architecture: Architecture, change: Change, named: Mapping[str, Architecture]
) -> Architecture:
    if change.use is None:
        return architecture
    if change.use not in named:
        raise ChangeRefused("use", f"There is no system {change.use}.{_near(change.use, named)}")
    return named[change.use]


def _unlink(draft: _Draft, change: Change) -> None:
    for number, (from_, to) in enumerate(change.unlink):
        matching = [link for link in draft.links if (link.from_, link.to) == (from_, to)]
        if not matching:
            raise ChangeRefused(f"unlink.{number}", f"There is no link from {from_} to {to}.")
        draft.links.remove(matching[0])


def _remove(draft: _Draft, change: Change) -> None:
    for number, id_ in enumerate(change.remove):
        draft.component(id_, f"remove.{number}")
        del draft.components[id_]
        draft.links[:] = [link for link in draft.links if id_ not in (link.from_, link.to)]


def _add(draft: _Draft, change: Change, start: Architecture) -> None:
    cells = {component.at: id_ for id_, component in draft.components.items() if component.at}
    for id_, component in change.add.items():
        key = f"add.{id_}"
        if id_ in draft.components:
            raise ChangeRefused(key, f"There is already a component {id_}: choose another id.")
        if component.at in cells:
            column, row = component.at
            raise ChangeRefused(
                f"{key}.at",
                f"{cells[component.at]} stands at column {column}, row {row}: move {id_}.",
            )
        if component.group is not None and component.group not in start.groups:
            near = _near(component.group, start.groups)
            raise ChangeRefused(f"{key}.group", f"There is no group {component.group}.{near}")
        draft.components[id_] = component
        if component.at is not None:
            cells[component.at] = id_


class _Settings(NamedTuple):
    """The `set` part, sorted by what it sets."""

    components: dict[str, dict[str, Value]]
    demand: dict[str, Value]
    whole: dict[str, Value]

    @classmethod
    def of(cls, change: Change) -> _Settings:
        sorted_: _Settings = cls({}, {}, {})
        for key, value in change.set.items():
            owner, dot, name = key.partition(".")
            if not dot:
                sorted_.whole[key] = value
            elif owner == "demand":
                sorted_.demand[name] = value
            else:
                sorted_.components.setdefault(owner, {})[name] = value
        return sorted_


def _set(draft: _Draft, settings: _Settings) -> None:
    for id_, values in settings.components.items():
        component = draft.component(id_, f"set.{id_}.{next(iter(values))}")
        known = component.parameter_fields()
        for name in values:
            if name not in known:
                sentence = f"{component.kind} has no parameter {name}.{_near(name, known)}"
                raise ChangeRefused(f"set.{id_}.{name}", sentence)
        draft.components[id_] = _with(component, id_, values)


def _with(component: Component, id_: str, values: Mapping[str, Value]) -> Component:
    try:
        return component.with_parameters(values)
    except ValidationError as error:
        raise _refused(id_, values, error) from None


def _refused(owner: str, values: Mapping[str, Value], error: ValidationError) -> ChangeRefused:
    """At the value that pydantic names; a rule about several values points at the first one set."""
    name, problem = next(iter(problems(error).items()))
    key = name if name in values else next(iter(values))
    return ChangeRefused(f"set.{owner}.{key}", f"{owner}.{name or key}: {problem}.")


def _link(draft: _Draft, change: Change) -> None:
    pairs = {(link.from_, link.to) for link in draft.links}
    for number, link in enumerate(change.link):
        key = f"link.{number}"
        draft.component(link.from_, f"{key}.from")
        draft.component(link.to, f"{key}.to")
        if (link.from_, link.to) in pairs:
            raise ChangeRefused(key, f"There is already a link from {link.from_} to {link.to}.")
        pairs.add((link.from_, link.to))
        draft.links.append(link)


def _reroute(draft: _Draft, change: Change) -> None:
    for number, id_ in enumerate(change.drop_flows):
        if id_ not in draft.flows:
            sentence = f"There is no flow {id_}.{_near(id_, draft.flows)}"
            raise ChangeRefused(f"drop_flows.{number}", sentence)
        del draft.flows[id_]
    draft.flows.update(change.flows)
    for key, sentence in _lost(draft, change):
        raise ChangeRefused(key, sentence)


def _lost(draft: _Draft, change: Change) -> Iterator[tuple[str, str]]:
    """Hops at components that are not there, at the part of the change that is to blame."""
    for flow in draft.flows.values():
        for number, hop in enumerate(flow.hops):
            if hop.at in draft.components:
                continue
            if flow.id in change.flows:
                near = _near(hop.at, draft.components)
                yield f"flows.{flow.id}.hops.{number}.at", f"There is no component {hop.at}.{near}"
            else:
                blame = f"remove.{change.remove.index(hop.at)}" if hop.at in change.remove else ""
                yield (
                    blame or f"flows.{flow.id}",
                    f"The flow {flow.id} passes {hop.at}: replace or drop that flow as well.",
                )


class _Frame(Parameters):
    """What a change may set of the system as a whole."""

    region: str = Field(pattern=r"^([a-z]{2}(-[a-z]+)+-[0-9]|on_premises|global)$")
    month_hours: int = Field(ge=1, le=744)


def _frame(start: Architecture, values: Mapping[str, Value]) -> tuple[str, int]:
    for name in values:
        if name not in _Frame.model_fields:
            where = "write component.parameter, demand.field, region or month_hours"
            raise ChangeRefused(f"set.{name}", f"{name} cannot be set: {where}.")
    if not values:
        return start.region, start.month_hours
    try:
        frame = _Frame.model_validate({"region": start.region, "month_hours": 1, **values})
    except ValidationError as error:
        name, problem = next(iter(problems(error).items()))
        raise ChangeRefused(f"set.{name}", f"{name}: {problem}.") from None
    return frame.region, frame.month_hours if "month_hours" in values else start.month_hours


def _demand(start: Architecture, values: Mapping[str, Value]) -> Demand:
    for name in values:
        if name not in Demand.model_fields:
            near = _near(name, Demand.model_fields)
            raise ChangeRefused(f"set.demand.{name}", f"demand has no field {name}.{near}")
    if not values:
        return start.demand
    try:
        return Demand.model_validate({**dict(start.demand), **values})
    except ValidationError as error:
        raise _refused("demand", values, error) from None


def _billed(architecture: Architecture) -> tuple[object, ...]:
    return (
        architecture.components,
        architecture.region,
        architecture.month_hours,
        architecture.demand,
    )
