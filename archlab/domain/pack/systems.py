"""The named architectures of a pack, built in the order in which they stand on each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from archlab.domain.architecture import Architecture, ChangeRefused, Component, Link, apply
from archlab.domain.architecture.model import FORECAST_HOURS
from archlab.domain.pack.changes import ChangeReader, Known, Site, broken_hops
from archlab.domain.pack.components import (
    ComponentReader,
    Registry,
    demand,
    documented,
    flow,
    group,
    link,
)
from archlab.domain.pack.problem import Findings, Problem, did_you_mean
from archlab.domain.pack.system import ArchitectureText
from archlab.domain.pack.yamltext import Document, Path
from archlab.domain.pricing import Allowances


class SystemsReader:
    """Reads `architectures.yaml` in two passes: parts by themselves, then what refers to what."""

    def __init__(
        self,
        texts: Mapping[str, ArchitectureText],
        document: Document,
        registry: Registry,
        findings: Findings,
    ) -> None:
        self.texts, self.document, self.findings = texts, document, findings
        self.components: dict[str, dict[str, Component]] = {}
        self.changes: dict[str, ChangeReader] = {}
        self.built: dict[str, Architecture] = {}
        for id_, text in texts.items():
            self._parts(id_, text, registry)

    def _parts(self, id_: str, text: ArchitectureText, registry: Registry) -> None:
        path = ("architectures", id_)
        reader = ComponentReader(registry, self.document)
        made = {
            name: reader.read(name, component, (*path, "components", name))
            for name, component in text.components.items()
        }
        self.findings.add(*reader.problems)
        self.components[id_] = {name: one for name, one in made.items() if one is not None}
        if text.change:
            site = Site(self.document, (*path, "change"))
            self.changes[id_] = ChangeReader(registry, site, text.change)
            self.findings.add(*self.changes[id_].components.problems)

    def known(self) -> Known:
        """Every name of these systems."""
        known = Known(systems=set(self.texts))
        for id_, text in self.texts.items():
            known.groups |= text.groups.keys()
            known.flows |= text.flows.keys()
            known.flows |= text.change.flows.keys() if text.change else set()
            known.add(text.components, self.components[id_])
        for change in self.changes.values():
            known.add(change.text.add, change.added)
        return known

    def build(self, known: Known) -> dict[str, Architecture]:
        """The systems without errors; what is wrong with the others is noted."""
        for problem in self._circles():
            self.findings.add(problem)
        for id_, text in self.texts.items():
            if text.based_on is None:
                self._keep(id_, self._whole(id_, text))
        waiting = [id_ for id_, text in self.texts.items() if text.based_on is not None]
        while ready := [id_ for id_ in waiting if self.texts[id_].based_on in self.built]:
            waiting = [id_ for id_ in waiting if id_ not in ready]
            for id_ in ready:
                self._keep(id_, self._based(id_, self.texts[id_], known))
        for id_ in waiting:
            self._orphan(id_, known)
        return {id_: self.built[id_] for id_ in self.texts if id_ in self.built}

    def _circles(self) -> Iterator[Problem]:
        """One finding for each circle of `based_on`, at its first member."""
        seen: set[str] = set()
        for id_ in self.texts:
            chain: list[str] = []
            at: str | None = id_
            while at is not None and at in self.texts and at not in (*chain, *seen):
                chain.append(at)
                at = self.texts[at].based_on
            seen.update(chain)
            if at in chain:
                first = min(chain[chain.index(at) :], key=list(self.texts).index)
                said = "based_on goes round in a circle"
                yield self.document.problem("E408", said, ("architectures", first, "based_on"))

    def _orphan(self, id_: str, known: Known) -> None:
        """A system whose base cannot be built: only what is wrong with itself is noted."""
        text = self.texts[id_]
        if text.based_on not in self.texts:
            hint = did_you_mean(str(text.based_on), self.texts)
            said = f'no system is called "{text.based_on}"'
            path = ("architectures", id_, "based_on")
            self.findings.add(self.document.problem("E411", said, path, hint))
        if id_ in self.changes:
            self.findings.add(*self.changes[id_].problems(known))

    def _keep(self, id_: str, made: Architecture | None) -> None:
        if made is None:
            return
        text = self.texts[id_]
        if text.bill:
            problems = list(self._bill_problems(id_, text, made.components))
            self.findings.add(*problems)
            if problems:
                return
            made = replace(made, documented=documented(text.bill))
        self.built[id_] = made

    def _whole(self, id_: str, text: ArchitectureText) -> Architecture | None:
        components = self.components[id_]
        if len(components) < len(text.components):
            return None
        problems = list(self._references(id_, text))
        links = tuple(map(link, text.links))
        if not problems:
            problems = list(self._hops(id_, text, links))
        problems += self._duplicates(id_, text)
        self.findings.add(*problems)
        if problems:
            return None
        return Architecture(
            id=id_,
            title=text.title,
            summary=text.summary,
            region=text.region or "",
            month_hours=text.month_hours or FORECAST_HOURS,
            demand=demand(text.demand),
            groups={name: group(name, one) for name, one in text.groups.items()},
            components=components,
            links=links,
            flows={name: flow(name, one) for name, one in text.flows.items()},
            allowances=Allowances(text.allowances or Allowances.NONE),
        )

    def _based(self, id_: str, text: ArchitectureText, known: Known) -> Architecture | None:
        base = self.built[str(text.based_on)]
        changed = replace(base, id=id_, title=text.title, summary=text.summary, documented=None)
        reader = self.changes.get(id_)
        if reader is not None:
            problems = list(reader.problems(known))
            self.findings.add(*problems)
            if problems or reader.components.problems:
                return None
            try:
                changed = apply(changed, reader.change, named=self.built)
            except ChangeRefused as refusal:
                self.findings.add(reader.site.refused(refusal, ""))
                return None
        flows = {name: flow(name, one) for name, one in text.flows.items()}
        problems = [
            *self._unknown_hops(id_, text, changed.components),
            *self._hops(id_, text, changed.links),
        ]
        self.findings.add(*problems)
        if problems:
            return None
        return replace(
            changed,
            id=id_,
            title=text.title,
            summary=text.summary,
            month_hours=text.month_hours or changed.month_hours,
            demand=demand(text.demand) if text.demand else changed.demand,
            flows={**changed.flows, **flows},
            allowances=Allowances(text.allowances or changed.allowances),
        )

    def _references(self, id_: str, text: ArchitectureText) -> Iterator[Problem]:
        path = ("architectures", id_)
        for index, one in enumerate(text.links):
            for key, name in (("from", one.from_), ("to", one.to)):
                yield from self._component(name, text.components, (*path, "links", index, key))
        for name, component in text.components.items():
            at = (*path, "components", name, "group")
            yield from self._group(component.group, text, at)
        for name, made in self.components[id_].items():
            if made.runs_on is not None:
                host = (*path, "components", name, "params", "host")
                yield from self._component(made.runs_on, text.components, host)
        for name, frame in text.groups.items():
            yield from self._group(frame.parent, text, (*path, "groups", name, "parent"))
        yield from self._unknown_hops(id_, text, text.components)

    def _component(self, name: str, known: Mapping[str, object], path: Path) -> Iterator[Problem]:
        if name not in known:
            hint = did_you_mean(name, known)
            said = f'no component is called "{name}"'
            yield self.document.problem("E412", said, path, hint)

    def _group(self, name: str | None, text: ArchitectureText, path: Path) -> Iterator[Problem]:
        if name is not None and name not in text.groups:
            hint = did_you_mean(name, text.groups)
            yield self.document.problem("E422", f'no group is called "{name}"', path, hint)

    def _unknown_hops(
        self, id_: str, text: ArchitectureText, components: Mapping[str, object]
    ) -> Iterator[Problem]:
        for name, one in text.flows.items():
            for index, hop in enumerate(one.hops):
                path = ("architectures", id_, "flows", name, "hops", index, "at")
                yield from self._component(hop.at, components, path)

    def _hops(self, id_: str, text: ArchitectureText, links: tuple[Link, ...]) -> Iterator[Problem]:
        """Neighbouring hops without a link, in the flows that this system writes itself."""
        written = dict(text.flows)
        inner: dict[str, tuple[str | int, ...]] = {name: ("flows", name) for name in text.flows}
        if text.change:
            written.update(text.change.flows)
            inner.update({name: ("change", "flows", name) for name in text.change.flows})
        neighbours = {(one.from_, one.to) for one in links}
        for name, one in written.items():
            for index, said in broken_hops(one.hops, neighbours):
                path = ("architectures", id_, *inner[name], "hops", index, "at")
                yield self.document.problem("E423", said, path)

    def _duplicates(self, id_: str, text: ArchitectureText) -> Iterator[Problem]:
        path = ("architectures", id_)
        cells: dict[tuple[int, int], str] = {}
        for name, component in text.components.items():
            other = cells.setdefault(component.at, name)
            if other != name:
                said = f'"{other}" stands in this cell already'
                yield self.document.problem("E435", said, (*path, "components", name, "at"))
        pairs: set[tuple[str, str]] = set()
        for index, one in enumerate(text.links):
            if (one.from_, one.to) in pairs:
                said = f"the link from {one.from_} to {one.to} stands here twice"
                yield self.document.problem("E420", said, (*path, "links", index))
            pairs.add((one.from_, one.to))

    def _bill_problems(
        self, id_: str, text: ArchitectureText, components: Mapping[str, Component]
    ) -> Iterator[Problem]:
        path = ("architectures", id_, "bill", "lines")
        for index, line in enumerate(text.bill.lines if text.bill else ()):
            for number, name in enumerate(line.components):
                yield from self._component(name, components, (*path, index, "components", number))
