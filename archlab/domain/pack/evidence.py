"""Phase 5: what the sources say is covered, and what the pack says holds."""

from __future__ import annotations

from collections.abc import Iterator

from archlab.domain.pack.bills import bill_problems
from archlab.domain.pack.blocks import Decision
from archlab.domain.pack.calculators import calculator_problems
from archlab.domain.pack.draft import Draft
from archlab.domain.pack.engines import Engines
from archlab.domain.pack.figures import Figures
from archlab.domain.pack.prices import price_problems
from archlab.domain.pack.problem import Problem
from archlab.domain.pack.simulations import simulation_problems


def evidence_problems(draft: Draft, engines: Engines) -> Iterator[Problem]:
    """Coverage, documented options, figures, bills, prices."""
    text = draft.text
    if text.scenario.prices != engines.snapshot:
        said = f"this archlab has the price book {engines.snapshot}"
        yield text.scenario_document.problem("E204", said, ("prices",))
        return
    yield from _coverage(draft)
    yield from _documented_options(draft)
    figures = Figures(draft, engines)
    yield from figures.problems()
    yield from bill_problems(draft, engines)
    yield from calculator_problems(draft, figures)
    yield from simulation_problems(draft, engines)
    yield from price_problems(draft, engines, figures.uses)


def _coverage(draft: Draft) -> Iterator[Problem]:
    covered = {fact for step in draft.steps.values() for fact in step.covers}
    on_path = {fact for id_ in draft.path_documented for fact in draft.steps[id_].covers}
    document = draft.text.claims_document
    for index, fact in enumerate(draft.text.claims.facts):
        path = ("facts", index, "id")
        if fact.id not in covered:
            yield document.problem("E502", f"no step covers {fact.id}", path)
        elif fact.id not in on_path:
            said = f"{fact.id} is covered in a detour only"
            yield document.problem("W508", said, path)


def _documented_options(draft: Draft) -> Iterator[Problem]:
    for placed in draft.placed:
        block = placed.block
        if not isinstance(block, Decision):
            continue
        count = sum(option.documented for option in block.options)
        if block.editorial and count:
            said = "the source posed no such question, so no option is documented"
            yield placed.document.at_holder("E505", said, ("options",))
        elif not block.editorial and count != 1:
            said = f"exactly one option is documented, not {count}; or write editorial: true"
            yield placed.document.at_holder("E505", said, ("options",))
