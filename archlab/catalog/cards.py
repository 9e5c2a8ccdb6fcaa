"""How a scenario is shown before anybody plays it: cards, the plate of its end, its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archlab.catalog.assess import assessed
from archlab.catalog.drawings import Shown, drawing, hero
from archlab.catalog.queries import Entry, is_deployable
from archlab.catalog.text import text_of
from archlab.domain.architecture import Architecture, Assessment
from archlab.domain.architecture.layout import layout
from archlab.domain.pack import Pack, Step
from archlab.web import numbers
from archlab.web.diagrams import thumbnail


@dataclass(frozen=True, slots=True)
class Move:
    """One needle from the first documented system to the last."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """`is_asked`: a step asks for the verdict, so what was found stays folded here."""

    id: str
    says: str
    sources: tuple[SafeString, ...]
    model: str
    formula: str
    finding: SafeString
    residual: str
    verdict: str
    is_asked: bool


@dataclass(frozen=True)
class Card:
    """A catalogue entry with everything that its pages print."""

    entry: Entry

    @property
    def slug(self) -> str:
        return self.entry.slug

    @property
    def number(self) -> int:
        return self.entry.version.number

    @property
    def pack(self) -> Pack:
        return self.entry.pack

    @cached_property
    def thumbnails(self) -> tuple[SafeString, SafeString]:
        before, after = self.entry.before, self.entry.after
        return thumbnail(layout(before)), thumbnail(layout(after, before=before))

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        before, after = assessed(self.entry.before), assessed(self.entry.after)
        return (
            Move(_("USD a month"), _printed(before), _printed(after)),
            Move("p99", numbers.ms(before.latency.p99_ms), numbers.ms(after.latency.p99_ms)),
            Move(
                _("Downtime"),
                numbers.minutes(before.downtime.minutes),
                numbers.minutes(after.downtime.minutes),
            ),
        )

    @cached_property
    def plate(self) -> SafeString:
        return drawing(self.entry.after, sheet=self.pack.scenario.title, shown=Shown(tag="cost"))

    @cached_property
    def hero(self) -> SafeString:
        """The last documented system beside its bill as a numbered list of parts."""
        return hero(self.entry.after, sheet=self.pack.scenario.title)

    @cached_property
    def deployable(self) -> list[Architecture]:
        """The documented systems that a template makes as a whole."""
        return [system for system in self.entry.documented if is_deployable(system)]

    @property
    def steps(self) -> Sequence[Step]:
        return [self.pack.steps[step] for step in self.pack.path_documented]

    @cached_property
    def claims(self) -> tuple[ClaimCard, ...]:
        text = text_of(self.pack)
        return tuple(
            ClaimCard(
                id=claim.id,
                says=claim.says,
                sources=tuple(text.source(fact) for fact in claim.facts),
                model=text.recomputed(claim.id),
                formula=claim.recompute,
                finding=text.inline(claim.finding),
                residual=claim.residual,
                verdict=claim.verdict,
                is_asked=claim.id in text.asked,
            )
            for claim in self.pack.claims.values()
        )


def _printed(assessment: Assessment) -> str:
    """What the source printed, or what the model says where it printed nothing."""
    cost = assessment.cost
    return numbers.amount(cost.total_usd if cost.documented_usd is None else cost.documented_usd)


def cards(entries: Sequence[Entry]) -> list[Card]:
    return [card_of(entry) for entry in entries]


_cards: dict[tuple[int, str | None], Card] = {}


def card_of(entry: Entry) -> Card:
    """One card per version, language and process; a version never changes."""
    key = (entry.version.pk, get_language())
    card = _cards.get(key)
    if card is None or card.pack.version != entry.pack.version:
        card = _cards[key] = Card(entry)
    return card
