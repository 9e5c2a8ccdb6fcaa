"""Phase 5: every expression has a value, and every verdict and answer agrees with its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from archlab.domain.expressions import BadExpression
from archlab.domain.money import plain
from archlab.domain.pack.blocks import Numeric
from archlab.domain.pack.draft import Draft, Placed
from archlab.domain.pack.engines import Engines
from archlab.domain.pack.formulas import Formulas, short
from archlab.domain.pack.model import Claim, Fact
from archlab.domain.pack.problem import Problem
from archlab.domain.pack.prose import Mention
from archlab.domain.pricing import Unpriced

At = Callable[[str, str], Problem]
"""Makes a finding with a code and a message at one place."""
NOTHING: Mapping[str, str] = {}
_IN_WORDS = re.compile(r"(?<![\w.])-?[0-9]+(?:\.[0-9]+)?")


class Figures:
    """Evaluates what a pack computes; `uses` says where an unverified row is first asked for."""

    def __init__(self, draft: Draft, engines: Engines) -> None:
        facts = {fact.id: fact for fact in draft.text.claims.facts}
        self.draft = draft
        self.formulas = Formulas(draft.named, facts, engines)
        self.uses: dict[tuple[str, str], At] = {}

    def problems(self) -> Iterator[Problem]:
        """Claims, answers and `{value}` roles."""
        for index, claim in enumerate(self.draft.text.claims.claims):
            yield from self._value_of_facts(index, claim)
            if claim.recompute:
                yield from self._verdict(index, claim)
        for placed in self.draft.placed:
            if isinstance(placed.block, Numeric) and placed.block.recompute:
                yield from self._answer(placed, placed.block)
        yield from self._roles()

    def _evaluated(
        self, text: str, at: At, let: Mapping[str, str] = NOTHING, *, shown: bool = False
    ) -> Decimal | Problem | None:
        """The number, or what is wrong. What is only shown may be not priced: None."""
        try:
            return self.formulas.number(text, let)
        except Unpriced as missing:
            return None if shown else at("E525", str(missing))
        except BadExpression as error:
            return at("E525", str(error))
        finally:
            for row in self.formulas.unverified:
                self.uses.setdefault(row, at)

    def _value_of_facts(self, index: int, claim: Claim) -> Iterator[Problem]:
        if claim.value is None:
            return
        own = [self.formulas.facts[id_] for id_ in claim.facts if id_ in self.formulas.facts]
        if len(own) == len(claim.facts) and not any(_states(fact, claim.value) for fact in own):
            said = f"none of its facts has the value {plain(claim.value)}"
            yield self._in_claim(index, "value")("E512", said)

    def _in_claim(self, index: int, *path: str) -> At:
        document = self.draft.text.claims_document
        return lambda code, said: document.problem(code, said, ("claims", index, *path))

    def _verdict(self, index: int, claim: Claim) -> Iterator[Problem]:
        let: dict[str, str] = {}
        for name, part in claim.let.items():
            value = self._evaluated(part, self._in_claim(index, "let", name), let)
            if isinstance(value, Problem):
                yield value
                return
            let[name] = part
        computed = self._evaluated(claim.recompute, self._in_claim(index, "recompute"), let)
        if isinstance(computed, Problem):
            yield computed
        elif computed is not None and claim.value is not None:
            agrees = claim.tolerance.admits(computed, claim.value)
            if not _supports(claim, agrees=agrees):
                found = "agrees" if agrees else "does not agree"
                said = f"{claim.verdict}, but the recomputation, {short(computed)}, {found}"
                yield self._in_claim(index, "verdict")("E511", said)

    def _answer(self, placed: Placed, quiz: Numeric) -> Iterator[Problem]:
        document = placed.document
        computed = self._evaluated(
            quiz.recompute, lambda code, said: document.problem(code, said, ("recompute",))
        )
        if isinstance(computed, Problem):
            yield computed
        elif computed is not None:
            rounded = computed.quantize(Decimal(1).scaleb(-quiz.decimals))
            if rounded != quiz.answer and not quiz.tolerance.admits(computed, quiz.answer):
                said = f"the recomputation gives {short(computed)}"
                yield document.problem("E526", said, ("answer",))

    def _roles(self) -> Iterator[Problem]:
        text = self.draft.text
        places = [(text.claims_document.path, text.claims_mentions)]
        places += [(step.path, step.mentions) for step in self.draft.texts.values()]
        for path, mentions in places:
            for mention in mentions:
                if mention.kind == "value":
                    formula = mention.text.partition(";")[0].strip()
                    value = self._evaluated(formula, _at(path, mention), shown=True)
                    if isinstance(value, Problem):
                        yield value


def _states(fact: Fact, value: Decimal) -> bool:
    """The fact gives this number, alone or among words: "100 % -> ~70 % (-30 %)" states -30."""
    if isinstance(fact.value, str):
        return value in map(Decimal, _IN_WORDS.findall(fact.value))
    return fact.value == value


def _at(path: str, mention: Mention) -> At:
    return lambda code, said: Problem(path, mention.line, mention.column, code, said)


def _supports(claim: Claim, *, agrees: bool) -> bool:
    """The recomputation bears the verdict out."""
    if claim.verdict in {"unsafe", "unverifiable"}:
        return True
    return agrees == (claim.verdict == "confirmed")
