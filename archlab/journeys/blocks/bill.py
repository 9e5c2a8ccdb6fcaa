"""A bill as a ledger; with `reconcile` a bench whose dials are turned until every line closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from archlab.catalog.assess import assessed
from archlab.domain.architecture import Architecture
from archlab.domain.money import cents
from archlab.domain.pack.bench import turned
from archlab.domain.pack.blocks import BillView, Knob
from archlab.domain.pack.play_answers import position
from archlab.domain.pricing import Bill, Line, PriceBook, Status, reconcile
from archlab.journeys.blocks.scene import OWNER, Scene
from archlab.journeys.models import StepEvent
from archlab.web import charts, numbers


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger. `state` is exact, fitted, residual, unpriced or undocumented.

    `is_named` says that the difference is the remainder that the pack names, to the cent.
    """

    label: str
    documented: Decimal | None
    modelled: Decimal | None
    delta: Decimal | None
    state: str
    formula: str
    note: str
    is_named: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in ("residual", "unpriced")

    @property
    def is_explained(self) -> bool:
        """A printed line that closes, or whose remainder has the size that its name claims."""
        return self.documented is not None and (self.is_named or not self.is_open)


@dataclass(frozen=True, slots=True)
class Ledger:
    title: str
    entries: tuple[Entry, ...]
    documented: Decimal | None
    modelled: Decimal
    unpriced: int
    month_hours: int
    region: str
    price_book: str

    @property
    def printed(self) -> int:
        """How many lines the source has printed."""
        return sum(entry.documented is not None for entry in self.entries)

    @property
    def explained(self) -> int:
        return sum(entry.is_explained for entry in self.entries)

    @property
    def residual(self) -> Decimal | None:
        if self.documented is None:
            return None
        return cents(self.modelled) - cents(self.documented)


@dataclass(frozen=True, slots=True)
class Position:
    """One position of a dial and how many lines close there while the others stay."""

    value: str
    label: str
    is_set: bool
    closes: int


@dataclass(frozen=True, slots=True)
class Dial:
    id: str
    label: str
    help: str
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class BenchView:
    headline: str
    ledger: Ledger
    chart: SafeString
    dials: tuple[Dial, ...]
    is_solved: bool
    is_kept: bool
    problem: str
    key: UUID
    url: str
    keep_url: str


@dataclass(frozen=True, slots=True)
class LedgersView:
    """One ledger, or two beside each other; `mode` says which columns there are."""

    mode: str
    ledgers: tuple[Ledger, ...]
    caption: str
    bench: BenchView | None = None


def build(scene: Scene, block: BillView) -> LedgersView:
    if block.mode == "reconcile":
        return LedgersView(block.mode, (), block.caption, bench(scene, block))
    names = [block.architecture, *([block.compare] if block.compare else [])]
    ledgers = tuple(_named(scene, block, name) for name in names)
    return LedgersView(block.mode, ledgers, block.caption)


def _named(scene: Scene, block: BillView, name: str) -> Ledger:
    architecture = scene.architecture(name, block)
    title = _("Your system now") if name == "current" else architecture.title
    return ledger(title, assessed(architecture).cost, architecture)


def ledger(title: str, bill: Bill, architecture: Architecture) -> Ledger:
    return Ledger(
        title=title,
        entries=tuple(_entry(line, architecture) for line in bill.lines),
        documented=bill.documented_usd,
        modelled=bill.total_usd,
        unpriced=len(bill.unpriced),
        month_hours=bill.month_hours,
        region=bill.region,
        price_book=bill.price_book,
    )


def _entry(line: Line, architecture: Architecture) -> Entry:
    state: str = line.status
    if line.status == Status.CLOSED:
        state = "fitted" if line.fitted else "exact"
    component = architecture.components.get(line.label)
    label = (component.label or component.title) if component else line.label
    return Entry(
        label=label,
        documented=line.documented_usd,
        modelled=None if line.usd is None else cents(line.usd),
        delta=None if line.delta_usd is None else -line.delta_usd,
        state=state,
        formula=line.formula,
        note=line.residual if state == "residual" else line.fitted,
        is_named=_is_named(line, architecture),
    )


def _is_named(line: Line, architecture: Architecture) -> bool:
    printed = architecture.documented.lines if architecture.documented else ()
    named = next((one.residual_usd for one in printed if one.id == line.id), Decimal(0))
    return bool(named) and line.delta_usd == cents(named)


def bench(scene: Scene, block: BillView) -> BenchView:
    """The bench at the dials of the address; a kept solution comes back as it was left."""
    answer = scene.play.answer(block.id)
    kept = answer.get("knobs", {}) if answer else {}
    turned_now = {} if OWNER in scene.dials else scene.dials
    chosen = _settings(block, turned_now or (kept if isinstance(kept, dict) else {}))
    documented = scene.architecture(block.architecture, block)
    book = _ledger_at(documented, block, chosen)
    return BenchView(
        headline=_headline(book),
        ledger=book,
        chart=_drawn(turned(documented, block.knobs, chosen), f"chart-{block.id}", get_language()),
        dials=tuple(_dial(documented, block, knob, chosen) for knob in block.knobs),
        is_solved=book.explained == book.printed,
        is_kept=answer is not None,
        problem=scene.problem(block),
        key=scene.key(block, StepEvent.Kind.CLOSED, 1),
        url=scene.url("block", block),
        keep_url=scene.url("answer", block),
    )


def _settings(block: BillView, dials: Mapping[str, str]) -> dict[str, str]:
    """A position for every dial; a value that no dial has is its first position."""
    return {knob.id: _position(knob, dials.get(knob.id, "")) for knob in block.knobs}


def _position(knob: Knob, wanted: str) -> str:
    values = [position(choice.value) for choice in knob.choices]
    return wanted if wanted in values else values[0]


def _ledger_at(documented: Architecture, block: BillView, settings: Mapping[str, str]) -> Ledger:
    return _turned_ledger(documented, block.knobs, tuple(settings.items()))


@lru_cache(maxsize=512)
def _turned_ledger(
    documented: Architecture, knobs: tuple[Knob, ...], settings: tuple[tuple[str, str], ...]
) -> Ledger:
    system = turned(documented, knobs, dict(settings))
    return ledger(system.title, _bill_at(system), system)


@lru_cache(maxsize=512)
def _bill_at(system: Architecture) -> Bill:
    return reconcile(system, PriceBook.shipped())


@lru_cache(maxsize=512)
def _drawn(system: Architecture, id_: str, _language: str | None) -> SafeString:
    """The chart of a turned system; its words are those of the language that is active."""
    names = {name: part.label or part.title for name, part in system.components.items()}
    return charts.bill_chart(_bill_at(system), labels=names, id_=id_)


def _dial(documented: Architecture, block: BillView, knob: Knob, chosen: Mapping[str, str]) -> Dial:
    positions = tuple(
        Position(
            value=position(choice.value),
            label=choice.label,
            is_set=chosen[knob.id] == position(choice.value),
            closes=_closes(documented, block, {**chosen, knob.id: position(choice.value)}),
        )
        for choice in knob.choices
    )
    return Dial(knob.id, knob.label, knob.help, positions)


def _closes(documented: Architecture, block: BillView, settings: Mapping[str, str]) -> int:
    return _ledger_at(documented, block, settings).explained


def _headline(book: Ledger) -> str:
    """The finding: how many lines are closed, and what is left."""
    closed, left = book.explained, book.residual or Decimal(0)
    if closed == book.printed:
        return _all_closed(closed, left)
    lines = ngettext("%(n)s line closed.", "%(n)s lines closed.", closed) % {"n": closed}
    if not left:
        return _("%(lines)s The errors cancel out.") % {"lines": lines}
    words = {"lines": lines, "usd": numbers.usd(abs(left))}
    if left > 0:
        return _("%(lines)s %(usd)s too much.") % words
    return _("%(lines)s %(usd)s missing.") % words


def _all_closed(closed: int, left: Decimal) -> str:
    if not left:
        return ngettext(
            "The line is closed. Nothing is left.",
            "All %(n)s lines are closed. Nothing is left.",
            closed,
        ) % {"n": closed}
    return ngettext(
        "The line is explained. What is left has a name: %(usd)s.",
        "All %(n)s lines are explained. What is left has a name: %(usd)s.",
        closed,
    ) % {"n": closed, "usd": numbers.usd(abs(left))}
