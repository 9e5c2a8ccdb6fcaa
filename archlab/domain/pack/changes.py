"""Changes from their text: what can be said about them without the system they apply to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import ValidationError

from archlab.domain.architecture import Change, ChangeRefused, Component, Demand
from archlab.domain.pack.components import (
    ComponentReader,
    Registry,
    code_and_sentence,
    flow,
    link,
    mistyped,
)
from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.system import ChangeText
from archlab.domain.pack.yamltext import Document

WHOLE = ("region", "month_hours")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a change is written."""

    document: Document
    path: tuple[str | int, ...]

    def problem(self, code: str, message: str, *inner: str | int, hint: str = "") -> Problem:
        """A finding at a value of this change."""
        return self.document.problem(code, message, (*self.path, *inner), hint)

    def at_key(self, code: str, message: str, *inner: str | int, hint: str = "") -> Problem:
        """A finding at a key of this change."""
        return self.document.at_key(code, message, (*self.path, *inner), hint)

    def refused(self, refusal: ChangeRefused, where: str) -> Problem:
        """A change that does not apply, at the part that is to blame."""
        return self.at_key("E430", f"{where}{refusal}", *parts_of(refusal.key))


def parts_of(key: str) -> tuple[str | int, ...]:
    """`set.api.memory_mib` names one key under `set`; elsewhere each dot goes one level down."""
    if key.startswith("set."):
        return "set", key.removeprefix("set.")
    return tuple(int(part) if part.isdigit() else part for part in key.split("."))


@dataclass(slots=True)
class Known:
    """Every name that occurs in some system of the pack."""

    systems: set[str] = field(default_factory=set)
    components: dict[str, list[Component]] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    flows: set[str] = field(default_factory=set)

    def add(self, ids: Iterable[str], made: Mapping[str, Component]) -> None:
        """Learn the components of a system or of a change, also those that could not be made."""
        for id_ in ids:
            examples = self.components.setdefault(id_, [])
            if id_ in made:
                examples.append(made[id_])


class ChangeReader:
    """Makes one change and notes what is wrong with it anywhere."""

    def __init__(self, registry: Registry, site: Site, text: ChangeText) -> None:
        self.site, self.text = site, text
        self.components = ComponentReader(registry, site.document)
        self.added: dict[str, Component] = {}
        for id_, component in text.add.items():
            made = self.components.read(id_, component, (*site.path, "add", id_))
            if made is not None:
                self.added[id_] = made

    @property
    def change(self) -> Change:
        """The change; only to be asked for when there are no problems."""
        text = self.text
        return Change(
            use=text.use,
            unlink=tuple((one.from_, one.to) for one in text.unlink),
            remove=text.remove,
            add=self.added,
            set={key: value for key, value in text.set.items() if isinstance(value, str)},
            link=tuple(map(link, text.link)),
            drop_flows=text.drop_flows,
            flows={id_: flow(id_, one) for id_, one in text.flows.items()},
        )

    def problems(self, known: Known) -> Iterator[Problem]:
        """Names that occur nowhere, and values that their parameter cannot take."""
        site, text = self.site, self.text
        if text.use and text.use not in known.systems:
            hint = did_you_mean(text.use, known.systems)
            yield site.problem("E411", f'no system is called "{text.use}"', "use", hint=hint)
        for index, id_ in enumerate(text.remove):
            yield from self._component(known, id_, "remove", index)
        for index, ends in enumerate(text.unlink):
            yield from self._component(known, ends.from_, "unlink", index, "from")
            yield from self._component(known, ends.to, "unlink", index, "to")
        for index, new in enumerate(text.link):
            yield from self._component(known, new.from_, "link", index, "from")
            yield from self._component(known, new.to, "link", index, "to")
        yield from self._places(known)
        for key, value in text.set.items():
            yield from self._setting(known, key, value)

    def _places(self, known: Known) -> Iterator[Problem]:
        for id_, component in self.text.add.items():
            if component.group and component.group not in known.groups:
                hint = did_you_mean(component.group, known.groups)
                said = f'no group is called "{component.group}"'
                yield self.site.problem("E422", said, "add", id_, "group", hint=hint)
        for index, id_ in enumerate(self.text.drop_flows):
            if id_ not in known.flows:
                said, hint = f'no flow is called "{id_}"', did_you_mean(id_, known.flows)
                yield self.site.problem("E413", said, "drop_flows", index, hint=hint)
        for id_, text in self.text.flows.items():
            for index, hop in enumerate(text.hops):
                yield from self._component(known, hop.at, "flows", id_, "hops", index, "at")

    def _component(self, known: Known, id_: str, *inner: str | int) -> Iterator[Problem]:
        if id_ not in known.components:
            hint = did_you_mean(id_, known.components)
            yield self.site.problem("E412", f'no component is called "{id_}"', *inner, hint=hint)

    def _setting(self, known: Known, key: str, value: object) -> Iterator[Problem]:
        owner, dot, name = key.partition(".")
        if not isinstance(value, str):
            yield self.site.problem("E203", "one value is expected here", "set", key)
        elif owner == "demand" or not dot:
            yield from self._frame(key, owner if not dot else name, value)
        elif owner not in known.components:
            said, hint = f'no component is called "{owner}"', did_you_mean(owner, known.components)
            yield self.site.at_key("E412", said, "set", key, hint=hint)
        else:
            yield from self._parameter(known.components[owner], key, name, value)

    def _frame(self, key: str, name: str, value: str) -> Iterator[Problem]:
        allowed = WHOLE if key == name else tuple(Demand.model_fields)
        if name not in allowed:
            said = f'"{key}" is not component.parameter, demand.field, region or month_hours'
            yield self.site.at_key("E421", said, "set", key, hint=did_you_mean(name, allowed))

    def _parameter(
        self, examples: list[Component], key: str, name: str, value: str
    ) -> Iterator[Problem]:
        kinds = {type(example) for example in examples}
        if kinds and all(name not in kind.parameter_fields() for kind in kinds):
            fields = {one for kind in kinds for one in kind.parameter_fields()}
            said = f'{examples[0].kind} has no parameter "{name}"'
            yield self.site.at_key("E421", said, "set", key, hint=did_you_mean(name, fields))
        elif len(kinds) == 1:
            yield from self._value(examples[0], key, name, value)

    def _value(self, example: Component, key: str, name: str, value: str) -> Iterator[Problem]:
        said = mistyped(type(example), name, value)
        if said:
            yield self.site.problem("E203", said, "set", key)
            return
        try:
            example.with_parameters({name: value})
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                if detail["loc"] == (name,):
                    code, said = code_and_sentence(detail)
                    yield self.site.problem(code, said, "set", key)


class Hop(Protocol):
    """A place on the way of a request, as written or as built."""

    @property
    def at(self) -> str: ...

    @property
    def parallel(self) -> str: ...


def broken_hops(
    hops: Sequence[Hop], neighbours: Collection[tuple[str, str]]
) -> Iterator[tuple[int, str]]:
    """Hops that are neither the component before them nor linked to it: index and sentence.

    Hops side by side are neighbours of the one before their group.
    """
    before = hops[0].at
    for index in range(1, len(hops)):
        here, parallel = hops[index].at, hops[index].parallel
        beside = bool(parallel) and parallel == hops[index - 1].parallel
        if not beside:
            before = hops[index - 1].at
        if before != here and (before, here) not in neighbours and (here, before) not in neighbours:
            yield index, f"{before} and {here} are not linked"
