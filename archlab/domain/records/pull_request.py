"""`PULL_REQUEST.md`: what the export adds, with which figures, and how to check it.

No word of a participant stands in it: hosts make links and mentions of such texts, and a pull
request is read by more people than a record.
"""

from __future__ import annotations

from collections.abc import Sequence

from archlab.domain.records.figures import latency, tenth, usd
from archlab.domain.records.layout import bullets, section, table
from archlab.domain.records.names import file_name, width_for
from archlab.domain.records.record import DecisionRecord, Needles, State
from archlab.domain.records.sections import title
from archlab.domain.records.text import Own, code

_CHECKS = (
    "`sha256sum -c MANIFEST.sha256` compares every file with its sum",
    "`decisions.json` holds the same records for programs; `decisions.schema.json` describes it",
    "each record names its price book, its scenario and the command that computes it again",
)


def pull_request(records: Sequence[DecisionRecord], *, continues: bool) -> str:
    """The text of a pull request. Where the records continue a folder (`continues`), it lists what
    is left to the reader: lines for the index and for files of their own."""
    count = len(records)
    width = width_for([record.number for record in records])
    names = {r.number: file_name(r.number, r.title, width=width) for r in records}
    added = [f"`docs/decisions/{names[r.number]}`: {_standing(r, names)}" for r in records]
    blocks = [
        f"# Add {count} decision record{'' if count == 1 else 's'}",
        *section("## What changes", bullets(added)),
        *section("## Figures of the chosen options", _figures(records) if records else ""),
        *section("## Left to you", bullets(_left(records, names, continues=continues))),
        *section("## How to check", bullets(_CHECKS)),
    ]
    return "\n\n".join(blocks) + "\n"


def _standing(record: DecisionRecord, names: dict[int, str]) -> str:
    older = [names[target.number] for target in record.supersedes] + list(record.overtakes)
    supersedes = f", supersedes {', '.join(f'`{name}`' for name in older)}" if older else ""
    if record.superseded_by:
        return f"superseded by `{names[record.superseded_by.number]}`{supersedes}"
    return f"{record.status}{supersedes}"


def _figures(records: Sequence[DecisionRecord]) -> str:
    head = ["Record", "Option", "USD/month", "p50 / p99", "Minutes down a month, all requests"]
    rows = [
        [f"{record.number}", record.chosen.letter, *_needles(record.chosen.needles)]
        for record in records
    ]
    return table(head, rows, right={0, 2, 3, 4})


def _needles(needles: Needles) -> list[str]:
    """Without the names of parts and flows, which a person may have given."""
    cost = State.NOT_PRICED if needles.cost.usd is None else usd(needles.cost.usd)
    partly = "; partly not priced" if needles.cost.usd is not None and needles.cost.unpriced else ""
    whole = needles.downtime[0].minutes if needles.downtime else None
    down = State.NOT_MODELLED if whole is None else tenth(whole)
    return [cost + partly, latency(needles.latency), down]


def _left(
    records: Sequence[DecisionRecord], names: dict[int, str], *, continues: bool
) -> list[str]:
    lines = [_index_line(record, names[record.number]) for record in records] if continues else []
    return [*lines, *_yours(records, names)]


def _index_line(record: DecisionRecord, name: str) -> str:
    number = name.partition("-")[0]
    return f"add to your index: {code(f'- [ADR-{number}]({name}) - {_title(record, name)}')}"


def _yours(records: Sequence[DecisionRecord], names: dict[int, str]) -> list[str]:
    """The two places in which a file of the reader says that it was superseded."""
    found = [(mine, record) for record in records for mine in record.overtakes]
    return [_your_line(mine, record, names[record.number]) for mine, record in found]


def _your_line(mine: str, record: DecisionRecord, name: str) -> str:
    link = f"[{record.number}. {_title(record, name)}]({name})"
    short = f"[{name.removesuffix('.md')}]({name})"
    return (
        f"in {code(mine)}: below `## Status` write {code(f'Superseded by {link}')}"
        f" instead of its status,"
        f" and {code(f'- Status: superseded by {short}')} if it has such a line"
    )


def _title(record: DecisionRecord, name: str) -> str:
    """The title, or as much of it as the name of the file holds where a person wrote it."""
    if isinstance(record.title, Own):
        return name.partition("-")[2].removesuffix(".md").replace("-", " ")
    return title(record)
