"""Questions asked again outside of their step: which ones, how they are marked, where they are in
another version of their pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from archlab.domain.architecture import Architecture
from archlab.domain.grading import Marking, Part
from archlab.domain.pack.blocks import Block, Decision, Quiz
from archlab.domain.pack.model import Pack
from archlab.domain.pack.play import Event, replay
from archlab.domain.pack.play import Kind as Act
from archlab.domain.pack.play_answers import Answer, mark
from archlab.domain.pack.versions import Comparison, Kind

WORTH: Mapping[str, Decimal] = {"best": Decimal(1), "good": Decimal("0.5")}
"""The mark of an option by its verdict; the others are worth nothing."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What a newer version of a pack means for a card: its block there, None when it is gone."""

    block: str | None
    is_rescored: bool = False


def is_reviewed(block: Block | None) -> bool:
    """A question that comes again: not one that its author left out, nor one of taste."""
    if isinstance(block, Quiz):
        return block.review
    return isinstance(block, Decision) and not block.editorial


def asked_in(pack: Pack, block: str) -> Decision | Quiz | None:
    """The question of that id, or the one that had that id in an earlier version."""
    found = pack.block(block) or next((b for b in _blocks(pack) if block in b.was), None)
    return found if isinstance(found, Decision | Quiz) and is_reviewed(found) else None


def fate(block: str, comparison: Comparison, new: Pack) -> Fate:
    """Where a question of an older version is in a newer one, and whether it scores otherwise."""
    difference = comparison.block_now.get(block)
    found = asked_in(new, difference.new) if difference and difference.new else None
    if difference is None or found is None:
        return Fate(None)
    return Fate(found.id, difference.kind is Kind.RESCORED)


def mark_again(block: Decision | Quiz, answer: Answer) -> Marking:
    """How much of an answer is right when it is asked again; refused like a first one.

    The best option of a decision is right, a good one half right.
    """
    marking = mark(block, answer)
    if isinstance(block, Quiz):
        return marking
    option = block.option(str(answer["option"]))
    verdict = option.verdict if option else ""
    parts = tuple(Part(part.id, verdict == "best") for part in marking.parts)
    return Marking(raw=WORTH.get(verdict, Decimal(0)), parts=parts)


def documented_at(pack: Pack, step: str) -> Architecture:
    """The system of the source on entering a step; on a detour the one that the step names."""
    if step in pack.path_documented:
        before = pack.path_documented[: pack.path_documented.index(step)]
        return replay(pack, [Event(Act.LEFT, one) for one in before]).architecture_at(step)
    named = pack.steps[step].architecture or pack.start.architecture
    return pack.architectures[str(named)]


def _blocks(pack: Pack) -> Iterator[Block]:
    for step in pack.steps.values():
        yield from step.blocks
