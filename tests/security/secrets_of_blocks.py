"""What each directive must not show before its answer, once as texts and once as a blind twin.

A new directive, or a new type of question, needs an entry in `TEXTS` and in `BLIND`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from archlab.domain.pack import Block, Claim, Decision, Pack, Quiz
from archlab.domain.pack.blocks import (
    BillView,
    Calculator,
    ClaimView,
    DiagramView,
    Drill,
    Hotspot,
    Lab,
    Match,
    Multiple,
    Numeric,
    Order,
    Simulation,
    Single,
    Spot,
    Text,
    WaterfallView,
)

Model = TypeVar("Model", bound=Any)
OTHER = "Something else altogether stands here in the blind twin."
VERDICTS = {"best": "risky", "good": "costly", "costly": "good", "risky": "best"}


class UnknownBlock(LookupError):
    """A directive of which nobody said what must not be shown."""


def texts_of(block: Block, pack: Pack) -> list[str]:
    """Markdown that may stand on no page before the answer."""
    return [text for text in _entry(TEXTS, block)(block, pack) if text]


def blind(block: Block) -> Block:
    """The same block with another right answer: before the answer its page must be the same."""
    twin: Block = _entry(BLIND, block)(block)
    return twin


def blind_pack(pack: Pack, name: str) -> Pack:
    """The pack with other findings and the twins of all blocks."""
    claims = {id_: _claim(claim) for id_, claim in pack.claims.items()}
    return replace(pack, claims=claims, version=name)


def _claim(claim: Claim) -> Claim:
    verdict = "confirmed" if claim.verdict != "confirmed" else "contradicted"
    return changed(claim, finding=OTHER, verdict=verdict, residual="", recompute="")


def changed(model: Model, **values: object) -> Model:
    twin: Model = model.model_copy(update=values)
    return twin


def _entry(table: Mapping[type[Block], Callable[..., Any]], block: Block) -> Callable[..., Any]:
    if type(block) not in table:
        raise UnknownBlock(
            f"{type(block).__name__} is unknown: say in tests/security/secrets_of_blocks.py "
            "what must not be shown before its answer."
        )
    return table[type(block)]


def _rationales(*things: Any) -> list[str]:
    return [text for one in things for text in (one.rationale, getattr(one, "fix", "")) if text]


def _decision(block: Decision, _pack: Pack) -> list[str]:
    told = [(o.explanation, o.right_when, o.consequence) for o in block.options]
    return [*(text for texts in told for text in texts), *block.hints]


def _claims(block: ClaimView, pack: Pack) -> list[str]:
    return [pack.claims[name].finding for name in block.claims] if block.ask else []


def _drill(block: Drill, _pack: Pack) -> list[str]:
    """Until the night is closed; what can be done, the candidates and the briefing are open."""
    explained = [one.explanation for one in block.actions]
    labels = [one.label for one in block.scoring] + [one.label for one in block.caps]
    return [*explained, *labels, *_rationales(*block.causes, *block.prevention), block.debrief]


def _nothing(_block: Block, _pack: Pack) -> list[str]:
    return []


def _quiz(own: Callable[[Any], list[str]]) -> Callable[[Any, Pack], list[str]]:
    def texts(block: Quiz, _pack: Pack) -> list[str]:
        said = (getattr(block, name, "") for name in ("explanation", "otherwise"))
        return [*own(block), *said, *block.hints]

    return texts


TEXTS: Mapping[type[Block], Callable[[Any, Pack], list[str]]] = {
    Decision: _decision,
    ClaimView: _claims,
    Calculator: lambda block, _pack: [block.takeaway] if block.guess else [],
    Simulation: lambda block, _pack: [one.after for one in block.predict],
    Drill: _drill,
    BillView: _nothing,
    DiagramView: _nothing,
    WaterfallView: _nothing,
    Lab: lambda block, _pack: [text for one in block.faults for text in (one.text, one.hint)],
    Single: _quiz(lambda block: _rationales(*block.options)),
    Multiple: _quiz(lambda block: _rationales(*block.options)),
    Numeric: _quiz(lambda block: _rationales(*block.accept)),
    Order: _quiz(lambda block: _rationales(*block.items)),
    Match: _quiz(lambda block: _rationales(*block.pairs, *block.distractors)),
    Spot: _quiz(lambda block: _rationales(*block.errors, *block.decoys)),
    Hotspot: _quiz(lambda block: list(block.rationales.values())),
    Text: _quiz(lambda block: _rationales(*block.answers)),
}


def _blind_decision(block: Decision) -> Decision:
    options = [
        changed(
            option,
            verdict=VERDICTS[option.verdict],
            documented=not option.documented,
            explanation=OTHER,
            right_when=OTHER,
            consequence=OTHER,
            evidence=(),
            effects=None,
            change=None,
        )
        for option in block.options
    ]
    return changed(block, options=tuple(options), hints=_others(block.hints))


def _others(texts: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(OTHER for _text in texts)


def _blind_quiz(block: Any, **values: object) -> Any:
    said = {
        name: OTHER
        for name in ("explanation", "otherwise")
        if name in type(block).model_fields and getattr(block, name)
    }
    return changed(block, hints=_others(block.hints), evidence=(), **said, **values)


def _blind_choices(block: Single | Multiple) -> Any:
    options = [changed(o, correct=not o.correct, rationale=OTHER) for o in block.options]
    return _blind_quiz(block, options=tuple(options))


def _blind_numeric(block: Numeric) -> Any:
    return _blind_quiz(block, answer=block.answer + Decimal(1), accept=(), recompute="")


def _blind_spot(block: Spot) -> Any:
    lines = len(block.listing.lines)
    errors = [
        changed(error, lines=tuple(line % lines + 1 for line in error.lines), rationale=OTHER)
        for error in block.errors
    ]
    return _blind_quiz(block, errors=tuple(errors), decoys=())


def _blind_hotspot(block: Hotspot) -> Any:
    targets = tuple(reversed(list(block.rationales)))[: len(block.targets)]
    return _blind_quiz(block, targets=targets, rationales=dict.fromkeys(block.rationales, OTHER))


def _blind_each(name: str) -> Callable[[Any], Any]:
    def twin(block: Any) -> Any:
        things = tuple(changed(one, rationale=OTHER) for one in getattr(block, name))
        return _blind_quiz(block, **{name: things})

    return twin


def _blind_calculator(block: Calculator) -> Calculator:
    if block.guess is None:
        return block
    outputs = tuple(changed(one, expr=f"({one.expr}) + 1") for one in block.outputs)
    return changed(block, outputs=outputs, takeaway=OTHER, expect=(), tries=())


def _blind_simulation(block: Simulation) -> Simulation:
    """Another run: twice the work of every caller, without faults and scaling."""
    predictions = [changed(one, after=OTHER, close=Decimal("0.01")) for one in block.predict]
    client = changed(block.client, attempts=block.client.attempts + 1, timeout_ms=7)
    return changed(
        block,
        predict=tuple(predictions),
        client=client,
        seed=block.seed + 1,
        scalers=(),
        faults=(),
        expect=(),
        goal=(),
    )


def _blind_drill(block: Drill) -> Drill:
    """The same course of the night, judged otherwise."""
    actions = [
        changed(one, verdict=VERDICTS[one.verdict], explanation=OTHER, evidence=())
        for one in block.actions
    ]
    causes = [changed(one, correct=not one.correct, rationale=OTHER) for one in block.causes]
    prevention = [changed(one, rationale=OTHER) for one in block.prevention]
    scoring = [changed(one, points=-one.points, label=OTHER, when="won") for one in block.scoring]
    return changed(
        block,
        actions=tuple(actions),
        causes=tuple(causes),
        prevention=tuple(prevention),
        scoring=tuple(scoring),
        caps=(),
        model_solution=tuple(reversed(block.model_solution)),
        debrief=OTHER,
    )


def _same(block: Block) -> Block:
    return block


BLIND: Mapping[type[Block], Callable[[Any], Any]] = {
    Decision: _blind_decision,
    ClaimView: _same,  # its findings stand in the pack
    Calculator: _blind_calculator,
    Simulation: _blind_simulation,
    Drill: _blind_drill,
    BillView: lambda block: changed(block, solution={}),
    DiagramView: _same,
    WaterfallView: _same,
    Lab: lambda block: changed(
        block,
        faults=tuple(changed(one, text=OTHER, hint=OTHER) for one in block.faults),
        checks=(),
        solution=None,
    ),
    Single: _blind_choices,
    Multiple: _blind_choices,
    Numeric: _blind_numeric,
    Order: _blind_each("items"),  # their order has a test of its own
    Match: _blind_each("pairs"),  # so have the values of the right sides
    Spot: _blind_spot,
    Hotspot: _blind_hotspot,
    Text: lambda block: _blind_quiz(block, answers=()),
}
