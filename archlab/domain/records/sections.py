"""The sections of a record under their MADR 4 names; a section without content is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archlab.domain.records.figures import number, usd
from archlab.domain.records.layout import bullets, note, section
from archlab.domain.records.names import DIGITS, file_name
from archlab.domain.records.needles import name_of, needle_table
from archlab.domain.records.numbering import your_file
from archlab.domain.records.record import (
    Confirmation,
    DecisionRecord,
    Driver,
    Link,
    Point,
    Revisit,
    Statement,
    Status,
)
from archlab.domain.records.text import Text, inline, is_blank, paragraphs, sentence


def title(record: DecisionRecord) -> str:
    return "Decision" if is_blank(record.title) else inline(record.title)


def deciders(record: DecisionRecord) -> str:
    return "not named" if is_blank(record.deciders) else inline(record.deciders)


def link(target: Link, width: int = DIGITS) -> str:
    """`[3. Title](0003-title.md)`, as adr-tools reads it."""
    words = "Decision" if is_blank(target.title) else inline(target.title)
    return f"[{target.number}. {words}]({file_name(target.number, target.title, width=width)})"


def status(record: DecisionRecord, width: int) -> list[str]:
    """adr-viewer believes the first "Accepted" it sees, so a superseded record has none."""
    words = record.status.capitalize()
    if record.status is Status.SUPERSEDED and record.superseded_by:
        words = f"Superseded by {link(record.superseded_by, width)}"
    return ["## Status", words, *older(record, width)]


def older(record: DecisionRecord, width: int) -> list[str]:
    """What it supersedes, of this tree and of the reader's own folder, one paragraph each."""
    own = [f"Supersedes {link(target, width)}" for target in record.supersedes]
    return own + [f"Supersedes {_yours(name)}" for name in record.overtakes]


def context(record: DecisionRecord) -> list[str]:
    body = [] if is_blank(record.situation) else [paragraphs(record.situation)]
    if not is_blank(record.own_words):
        body += ["In my own words:", paragraphs(record.own_words)]
    return [_statement(record.statement), *body]


def drivers(record: DecisionRecord) -> str:
    return bullets(_driver(one) for one in record.drivers)


def options(record: DecisionRecord) -> str:
    return bullets(name_of(one) for one in record.options)


def chosen(record: DecisionRecord) -> list[str]:
    said = record.outcome
    reason = ". No reason was written down."
    if not is_blank(said.because):
        reason = f", because {sentence(said.because)}"
    decided = [] if is_blank(said.decided) else [sentence(said.decided)]
    if said.confidence is not None:
        decided.append(f"Confidence {said.confidence} of 5.")
    return [
        f'Chosen option: "{name_of(record.chosen)}"{reason}',
        *filter(None, [" ".join(decided)]),
    ]


def confirmation(record: DecisionRecord) -> str:
    checks = [_check(one) for one in record.confirmation]
    return bullets(checks + [_revisit(one) for one in record.revisit])


def comparison(record: DecisionRecord) -> list[str]:
    """The needles of all options, then what speaks for and against each."""
    blocks = [needle_table(record)]
    for option in record.options:
        blocks += section(f"### {name_of(option)}", points(option.points))
    return blocks


def points(said: Sequence[Point]) -> str:
    return bullets(f"{one.tone.capitalize()}, because {inline(one.because)}" for one in said)


def _yours(name: str) -> str:
    file = your_file(name)
    return f"[{file.number}. {inline(file.title)}]({name})"


def _statement(said: Statement) -> str:
    against = "" if is_blank(said.against) else f" and against {inline(said.against)}"
    parts = [
        *_clause("in the context of", said.context),
        *_clause("facing", said.facing),
        f"we decided for {inline(said.chosen)}{against}",
        *_clause("to achieve", said.achieve),
        *_clause("accepting that", said.accepting),
    ]
    text = ", ".join(parts).rstrip(".") + "."
    return text[0].upper() + text[1:]


def _clause(start: str, rest: Text) -> Iterable[str]:
    return () if is_blank(rest) else (f"{start} {inline(rest)}",)


def _driver(driver: Driver) -> str:
    if driver.must:
        return f"{inline(driver.text)} (must)"
    weight = "" if driver.weight is None else f" (weight {driver.weight} of 5)"
    return inline(driver.text) + weight


def _check(one: Confirmation) -> str:
    lab = note(bool(one.lab), f" (lab {inline(one.lab)})")
    how = note(not is_blank(one.how), f": {inline(one.how)}")
    alarm = "" if one.alarm_usd is None else f"; a budget alarm stands at {usd(one.alarm_usd)} USD"
    return f"{inline(one.check)}{lab}{how}{alarm}"


def _revisit(one: Revisit) -> str:
    if one.threshold is None:
        return f"Revisit when {inline(one.when)}"
    return f"Revisit when {inline(one.when)}: {number(one.threshold)} {inline(one.unit)}".rstrip()
