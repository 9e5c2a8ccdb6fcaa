"""Two versions of a pack beside each other: what is the same, reworded, rescored, new or gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from archlab.domain.pack import fingerprints
from archlab.domain.pack.fingerprints import Prints
from archlab.domain.pack.model import Pack


class Kind(StrEnum):
    """How a part differs between two versions."""

    SAME = "same"
    WORDING = "wording"
    RESCORED = "rescored"
    RENAMED = "renamed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


MINOR = frozenset({Kind.SAME, Kind.WORDING})


@dataclass(frozen=True, slots=True)
class Difference:
    """One step or block in two versions; `old` is empty if it was added, `new` if removed.

    A part may be renamed or moved and have changed besides.
    """

    old: str
    new: str
    kind: Kind
    renamed: bool = False
    moved: bool = False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Everything that happened to it."""
        place = [Kind.RENAMED] * self.renamed + [Kind.MOVED] * self.moved
        return tuple(place) if place and self.kind is Kind.SAME else (self.kind, *place)

    @property
    def minor(self) -> bool:
        """A learner keeps everything and may at most read other words."""
        return self.kind in MINOR and not (self.renamed or self.moved)


@dataclass(frozen=True)
class Comparison:
    """What a newer version changes. `systems` covers what the system of a learner is made of,
    `evidence` everything else outside of steps.
    """

    steps: tuple[Difference, ...]
    blocks: tuple[Difference, ...]
    systems: Kind
    evidence: Kind

    @property
    def minor(self) -> bool:
        """Nothing but words differs, so a run is the same run in both."""
        parts = (*self.steps, *self.blocks)
        return self.systems is Kind.SAME and all(part.minor for part in parts)

    @cached_property
    def step_now(self) -> Mapping[str, str]:
        """Old step id -> its id now; removed ones are left out."""
        return {one.old: one.new for one in self.steps if one.old and one.new}

    @cached_property
    def block_now(self) -> Mapping[str, Difference]:
        """Old block id -> what became of it."""
        return {one.old: one for one in self.blocks if one.old}

    @cached_property
    def added_steps(self) -> frozenset[str]:
        """Steps of the newer version alone."""
        return frozenset(one.new for one in self.steps if one.kind is Kind.ADDED)

    @cached_property
    def added_blocks(self) -> frozenset[str]:
        """Blocks of the newer version alone."""
        return frozenset(one.new for one in self.blocks if one.kind is Kind.ADDED)


class Named(Protocol):
    """Something whose former ids are known."""

    @property
    def id(self) -> str: ...
    @property
    def was(self) -> tuple[str, ...]: ...


def compare(old: Pack, new: Pack) -> Comparison:
    """What happened to each step and block on the way from one version to a later one."""
    steps = _partners(old.steps.values(), new.steps.values())
    names = {before: now for before, now in steps.items() if before != now}
    old_prints = {id_: fingerprints.of_step(step, names) for id_, step in old.steps.items()}
    new_prints = {id_: fingerprints.of_step(step) for id_, step in new.steps.items()}
    changed = fingerprints.of_systems(old) != fingerprints.of_systems(new)
    reads = fingerprints.of_evidence(old) == fingerprints.of_evidence(new)
    return Comparison(
        steps=_differences(steps, old_prints, new_prints, moved=frozenset()),
        blocks=_block_differences(old, new, steps, names),
        systems=Kind.RESCORED if changed else Kind.SAME,
        evidence=Kind.SAME if reads else Kind.WORDING,
    )


def _block_differences(
    old: Pack, new: Pack, steps: Mapping[str, str], names: Mapping[str, str]
) -> tuple[Difference, ...]:
    before = [block for step in old.steps.values() for block in step.blocks]
    now = [block for step in new.steps.values() for block in step.blocks]
    partners = _partners(before, now)
    moved = frozenset(
        block
        for block, partner in partners.items()
        if steps.get(old.step_of[block].id) != new.step_of[partner].id
    )
    old_prints = {block.id: fingerprints.of_block(block, names) for block in before}
    new_prints = {block.id: fingerprints.of_block(block) for block in now}
    return _differences(partners, old_prints, new_prints, moved)


def _partners(before: Iterable[Named], now: Iterable[Named]) -> dict[str, str]:
    """Old id -> new id: the same one, else the one that names the old one as a former id."""
    olds = {one.id for one in before}
    news = {one.id: one for one in now}
    found = {id_: id_ for id_ in olds if id_ in news}
    for one in news.values():
        former = next((id_ for id_ in one.was if id_ in olds and id_ not in news), None)
        if one.id not in olds and former is not None and former not in found:
            found[former] = one.id
    return found


def _differences(
    partners: Mapping[str, str],
    old: Mapping[str, Prints],
    new: Mapping[str, Prints],
    moved: frozenset[str],
) -> tuple[Difference, ...]:
    """In the order of the newer version; what was removed comes last."""
    former = {now: before for before, now in partners.items()}
    found = []
    for id_, prints in new.items():
        before = former.get(id_)
        if before is None:
            found.append(Difference("", id_, Kind.ADDED))
            continue
        kind = _kind(old[before], prints)
        found.append(
            Difference(before, id_, kind, renamed=before != id_, moved=before in moved),
        )
    gone = (id_ for id_ in old if id_ not in partners)
    return (*found, *(Difference(id_, "", Kind.REMOVED) for id_ in gone))


def _kind(old: Prints, new: Prints) -> Kind:
    if old.score != new.score:
        return Kind.RESCORED
    return Kind.SAME if old.text == new.text else Kind.WORDING
