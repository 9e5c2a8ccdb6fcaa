"""The figures of an export, compared file with file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from decimal import Decimal

from archlab.domain.records import Document
from archlab.domain.records.document import OptionPart, RecordPart

FOLDER = "docs/decisions"


def check_figures(files: Mapping[str, str]) -> None:
    """Markdown, JSON and CSV say the same, and each column of a bill adds up to its total."""
    for record in Document.model_validate_json(files["decisions.json"]).records:
        _check_bill(files, record)
        page = files[f"{FOLDER}/{record.file}"]
        for row, option in zip(rows_of(page, "Option | Cost"), record.options, strict=True):
            _check_needles(files, record, option, row)


def rows_of(text: str, head: str) -> list[list[str]]:
    """The cells of the table whose heading starts so, without heading and rule."""
    lines = text.partition(f"\n| {head}")[2].partition("\n\n")[0].splitlines()[2:]
    return [re.split(r" (?<!\\)\| ", line.removeprefix("| ").removesuffix(" |")) for line in lines]


def sheet(files: Mapping[str, str], record: RecordPart, kind: str) -> list[dict[str, str]]:
    number = record.file.partition("-")[0]
    return list(csv.DictReader(io.StringIO(files[f"{FOLDER}/evidence/{number}-{kind}.csv"])))


def _check_bill(files: Mapping[str, str], record: RecordPart) -> None:
    *lines, total = sheet(files, record, "cost")
    table = rows_of(files[f"{FOLDER}/{record.file}"], "Line that changes")[:-2]
    for place, option in enumerate(record.options):
        column = [line[f"{option.letter}_usd"] for line in lines]
        assert ["" if row[place + 1] == "-" else row[place + 1] for row in table] == column
        assert [line.usd.get(option.letter, "") for line in record.evidence.cost_lines] == column
        assert total[f"{option.letter}_usd"] == (option.cost.usd_month or "not priced")
        amounts = [Decimal(cell) for cell in column if cell and cell != "not priced"]
        if amounts and option.cost.usd_month:
            assert sum(amounts) == Decimal(option.cost.usd_month), (record.file, option.letter)


def _check_needles(
    files: Mapping[str, str], record: RecordPart, option: OptionPart, row: list[str]
) -> None:
    cost = option.cost.usd_month or "not priced"
    assert re.fullmatch(rf"{cost}(?:[;:].*| in [0-9]+ h| \(\w+\))*", row[1])
    found = next(r for r in sheet(files, record, "latency") if r["option"] == option.letter)
    pair = (option.latency.p50_ms, option.latency.p99_ms)
    assert (found["p50_ms"], found["p99_ms"]) == tuple(one or option.latency.status for one in pair)
    if "below 1" not in row[2]:
        assert re.findall(r"([0-9]+) ms", row[2]) == [one for one in pair if one]
    minutes = [one.minutes_month for one in option.downtime if one.minutes_month]
    assert re.findall(r"(?:^|, and )([0-9]+\.[0-9]): ", row[3]) == minutes
    assert [
        one["minutes_month"]
        for one in sheet(files, record, "downtime")
        if one["option"] == option.letter and not one["failure"] and one["basis"]
    ] == minutes
