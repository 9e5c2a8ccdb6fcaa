"""Phase 5: documented bills, flows and benches against the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext

from archlab.domain.architecture import Architecture, ChangeRefused
from archlab.domain.money import MONEY, plain
from archlab.domain.pack.bench import (
    MOST_COMBINATIONS,
    Setting,
    closes,
    combinations,
    gap,
    groups,
    settings,
    turned,
)
from archlab.domain.pack.blocks import BillView
from archlab.domain.pack.draft import Draft, Placed
from archlab.domain.pack.engines import Engines
from archlab.domain.pack.formulas import hops_ms, short
from archlab.domain.pack.problem import Problem
from archlab.domain.pack.system import BillText

HALF_CENT = Decimal("0.005")
HALF_PERCENT = Decimal("0.005")
HALF_TENTH_MS = Decimal("0.05")


def bill_problems(draft: Draft, engines: Engines) -> Iterator[Problem]:
    """Totals, lines against the model, hops against a documented time, benches."""
    for id_ in draft.named:
        yield from _bill(draft, id_, engines)
        yield from _flows(draft, id_)
    for placed in draft.placed:
        if isinstance(placed.block, BillView) and placed.block.knobs:
            yield from _bench(draft, placed, placed.block, engines)


def _bill(draft: Draft, id_: str, engines: Engines) -> Iterator[Problem]:
    text = draft.text.systems.architectures[id_].bill
    system = draft.named[id_]
    if text is None or system.documented is None:
        return
    document = draft.text.systems_document
    path = ("architectures", id_, "bill")
    rest = text.residual.usd if text.residual else Decimal(0)
    total = sum((line.usd for line in text.lines), rest)
    if abs(text.total_usd - total) > HALF_CENT:
        said = f"the lines come to {plain(total)}, not to {plain(text.total_usd)}"
        yield document.problem("E521", said, (*path, "total_usd"))
    if text.compare_model:
        yield from _against_model(draft, id_, text, system, engines)


def _against_model(
    draft: Draft, id_: str, text: BillText, system: Architecture, engines: Engines
) -> Iterator[Problem]:
    bill = engines.bill(system)
    numbers = {line.id: index for index, line in enumerate(text.lines)}
    for group in groups(system.documented.lines if system.documented else ()):
        open_usd = gap(group, bill)
        documented = sum((line.usd for line in group), Decimal(0))
        room = max(abs(documented) * HALF_PERCENT, HALF_CENT * len(group))
        if open_usd is not None and abs(open_usd) > room:
            names = ", ".join(line.id for line in group)
            said = (
                f"{names}: {plain(documented)} documented, the model differs by {short(open_usd)}"
            )
            path = ("architectures", id_, "bill", "lines", numbers[group[0].id], "usd")
            yield draft.text.systems_document.problem("E522", said, path)


def _flows(draft: Draft, id_: str) -> Iterator[Problem]:
    text = draft.text.systems.architectures[id_]
    system = draft.named[id_]
    changed = text.change.flows if text.change else {}
    for name, flow in {**changed, **text.flows}.items():
        if flow.documented_ms is None:
            continue
        inner = ("flows", name) if name in text.flows else ("change", "flows", name)
        with localcontext(MONEY):
            rest = flow.residual.ms if flow.residual else Decimal(0)
            open_ms = flow.documented_ms - rest - hops_ms(system.flows[name])
        if abs(open_ms) > HALF_TENTH_MS:
            said = f"the hops miss the documented time by {short(open_ms)} ms"
            path = ("architectures", id_, *inner, "documented_ms")
            yield draft.text.systems_document.problem("E523", said, path)


def _bench(draft: Draft, placed: Placed, view: BillView, engines: Engines) -> Iterator[Problem]:
    if combinations(view.knobs) > MOST_COMBINATIONS:
        said = f"more than {MOST_COMBINATIONS:,} settings: take out a knob or a position"
        yield placed.document.at_holder("E527", said, ("knobs",))
        return
    for system in draft.systems_at(placed.step.id, view.architecture):
        try:
            closing = list(_closing(system, view, engines))
        except ChangeRefused as refusal:
            yield placed.document.at_holder("E425", str(refusal), ("knobs",))
            return
        others = [setting for setting in closing if setting != view.solution]
        if len(others) == len(closing):
            said = "with the solution a documented line stays open"
            yield placed.document.at_holder("E527", said, ("solution",))
        elif others:
            words = ", ".join(f"{knob} {value}" for knob, value in others[0].items())
            yield placed.document.at_holder("E527", f"it closes also with {words}", ("solution",))


def _closing(
    system: Architecture, view: BillView, engines: Engines
) -> Iterator[Mapping[str, Setting]]:
    """The settings that explain every documented line."""
    for setting in settings(view.knobs):
        after = turned(system, view.knobs, setting)
        if closes(engines.bill(after), after, view):
            yield setting
