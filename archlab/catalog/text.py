"""The prose of a pack as HTML, rendered once per process: words, sources, claims and figures."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Protocol

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language

from archlab.domain.pack import ClaimView, Pack
from archlab.domain.pack.engines import shipped_engines
from archlab.domain.pack.formulas import Formulas
from archlab.web import content, numbers
from archlab.web.templatetags.archlab import figure

CENT = Decimal("0.01")
AMOUNTS = ("USD", "USD/month")
QUOTES = ("fact(", "bill(", "line(")
"""Functions that repeat what a source printed."""


class Rendered(Protocol):
    """Prose of one pack version, ready for a template."""

    def prose(self, text: str) -> SafeString: ...
    def inline(self, text: str) -> SafeString: ...
    def source(self, reference: str) -> SafeString: ...
    def recomputed(self, name: str) -> str: ...


class PackText:
    """Renders the Markdown of one pack and resolves its roles; every text is rendered once."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._formulas = Formulas(pack.architectures, pack.facts, shipped_engines())
        self._terms = {
            name.casefold(): entry.term
            for entry in pack.scenario.glossary
            for name in (entry.term, *entry.aliases)
        }
        self.asked = frozenset(
            name
            for step in pack.steps.values()
            for block in step.blocks
            if isinstance(block, ClaimView) and block.ask
            for name in block.claims
        )
        """Claims whose verdict a step asks for: no other page may tell it in passing."""
        self.prose = cache(self._prose)
        self.inline = cache(self._inline)

    def _prose(self, text: str) -> SafeString:
        return content.prose(text, self)

    def _inline(self, text: str) -> SafeString:
        return content.inline(text, self)

    def term(self, name: str) -> SafeString:
        anchor = slugify(self._terms.get(name.casefold(), name))
        return format_html(
            '<a class="term" href="{}#{}">{}</a>', self._page("glossary"), anchor, name
        )

    def source(self, reference: str) -> SafeString:
        """A chip with the line of the source, or the id of a fact, that links to the evidence."""
        fact = self._pack.facts.get(reference)
        lines = ", ".join(fact.src) if fact else reference
        target = reference if fact else reference.partition(":")[0]
        return format_html(
            '<a class="chip" href="{}#{}" title="{}">{}</a>',
            self._page("evidence"),
            target,
            lines,
            reference,
        )

    def claim(self, name: str) -> SafeString:
        """A chip with the verdict; with the id where a step asks for the verdict."""
        verdict = "" if name in self.asked else self._pack.claims[name].verdict
        return format_html(
            '<a class="chip"{} href="{}#{}">{}</a>',
            format_html(' data-verdict="{}"', verdict) if verdict else "",
            self._page("evidence"),
            name,
            verdict or name,
        )

    def step(self, id_: str) -> str:
        """Steps have no address outside of a run."""
        return ""

    def record(self, id_: str) -> str:
        """A pack names no decision records."""
        return ""

    def value(self, expression: str) -> SafeString:
        """A figure: documented where the pack quotes it, modelled where an engine computes it."""
        shown = self._formulas.figure(expression)
        if shown.value is None:
            return figure(numbers.usd(None), "modelled", self._page("evidence"), shown.reason)
        basis = "documented" if shown.formula.startswith(QUOTES) else "modelled"
        text = with_unit(shown.value, shown.unit)
        return figure(text, basis, self._page("evidence"), shown.formula)

    def recomputed(self, name: str) -> str:
        """What the model says to a claim, with its unit; empty where nothing is computed."""
        claim = self._pack.claims[name]
        if not claim.recompute:
            return ""
        return with_unit(self._formulas.number(claim.recompute, claim.let), claim.unit)

    def _page(self, name: str) -> str:
        return reverse(f"catalog:{name}", args=[self._pack.scenario.slug])


def with_unit(value: Decimal, unit: str) -> str:
    """Cents for amounts of money, and two digits of what is less than a cent; otherwise the
    decimals that the number has, at most six."""
    if unit in AMOUNTS:
        below = bool(value) and abs(value) < CENT
        return f"{numbers.fixed(value, 1 - value.adjusted() if below else 2)} {unit}"
    exponent = value.normalize().as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if unit.startswith("USD"):
        places = max(places, 2)
    return f"{numbers.fixed(value, min(places, 6))} {unit}".strip()


_texts: dict[tuple[str, str | None], PackText] = {}


def text_of(pack: Pack) -> PackText:
    """One renderer per pack version, language and process."""
    key = (pack.version, get_language())
    text = _texts.get(key)
    if text is None:
        text = _texts.setdefault(key, PackText(pack))
    return text
