from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from decimal import Decimal

import jsonschema
import pytest
from pydantic import ValidationError
from records_examples import drop_the_gateway, saying, team_chain, with_simulation

from archlab.domain.records import (
    Cost,
    DecisionRecord,
    Document,
    Evidence,
    Latency,
    Own,
    State,
    as_json,
    document_of,
    tree,
)
from archlab.domain.records.document import schema_of_the_code, schema_text, written

FIGURE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def bare() -> DecisionRecord:
    """A record without figures, as a lab alone gives it."""
    whole = drop_the_gateway()
    options = tuple(
        replace(
            option,
            needles=replace(
                option.needles, cost=Cost(None, 0), latency=Latency(None, None), downtime=()
            ),
        )
        for option in whole.options
    )
    return replace(whole, options=options, evidence=Evidence())


def test_the_published_schema_is_that_of_the_code() -> None:
    assert schema_text() == schema_of_the_code()


@pytest.mark.parametrize("records", [team_chain(), (drop_the_gateway(),), (bare(),), ()])
def test_a_document_is_valid_for_another_validator(records: tuple[DecisionRecord, ...]) -> None:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(as_json(records)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"usd_month": "57.22"', '"usd_month": 57.22'),
        ('"usd_month": "57.22"', '"usd_month": "about 57"'),
        ('"format": "archlab-decisions/1"', '"format": "archlab-decisions/2"'),
        ('"kernel": null', '"kernel": null, "host": "laptop"'),
    ],
)
def test_the_schema_refuses_what_is_no_such_document(old: str, new: str) -> None:
    text = as_json(team_chain())
    assert old in text
    broken = text.replace(old, new, 1)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json.loads(schema_text())).validate(json.loads(broken))
    with pytest.raises(ValidationError):
        Document.model_validate_json(broken)


def test_a_document_that_is_read_is_written_the_same() -> None:
    text = as_json(team_chain())
    assert written(Document.model_validate_json(text)) == text
    assert text.endswith("}\n")


def test_what_all_records_share_stands_beside_them() -> None:
    shared = document_of((team_chain()[1],))
    assert shared.scenario is not None
    assert shared.scenario.slug == "lambda-to-fargate"
    assert shared.team == "Team Fjord (9 participants, anonymous vote)"
    assert shared.kernel == "1"
    mixed = document_of(team_chain())
    assert (mixed.team, mixed.kernel) == (None, None)
    assert mixed.price_book == shared.price_book


def test_words_are_plain_and_keep_their_lines() -> None:
    said = "A *b* <c>\u202e & [d](e)\r\n\r\nnext\u0000 line"
    record = document_of((saying(drop_the_gateway(), said),)).records[0]
    assert record.own_words == "A *b* <c> & [d](e)\n\nnext line"
    assert record.deciders == "A *b* <c> & [d](e) next line"


def test_figures_that_nobody_has_are_null_beside_a_word() -> None:
    option = document_of((bare(),)).records[0].options[0]
    assert (option.cost.usd_month, option.cost.status, option.cost.basis) == (
        None,
        State.NOT_PRICED,
        None,
    )
    assert (option.latency.p99_ms, option.latency.status) == (None, State.NOT_MODELLED)
    assert option.downtime == []


def test_an_option_with_an_unpriced_part_is_partly_priced() -> None:
    record = drop_the_gateway()
    first = record.options[0]
    partly = replace(first.needles.cost, unpriced=(Own("=cache"),))
    option = replace(first, needles=replace(first.needles, cost=partly))
    cost = document_of((replace(record, options=(option, *record.options[1:])),))
    found = cost.records[0].options[0].cost
    assert (found.usd_month, found.status, found.unpriced) == ("90.87", "partly priced", ["=cache"])


def test_a_vote_stands_with_its_option() -> None:
    record = document_of(team_chain()).records[1]
    assert [option.votes for option in record.options] == [
        {"1": 5, "2": 2},
        {"1": 2, "2": 6},
        {"1": 2, "2": 1},
        {"1": 0, "2": 0},
    ]
    assert record.votes is not None
    assert [one.mean_confidence for one in record.votes.rounds] == ["2.9", "3.8"]


def test_time_below_a_millisecond_keeps_its_digits() -> None:
    option = with_simulation(drop_the_gateway().options[0])
    quick = replace(option.needles.latency, p50_ms=Decimal("0.40"))
    option = replace(option, needles=replace(option.needles, latency=quick))
    record = replace(drop_the_gateway(), options=(option, *drop_the_gateway().options[1:]))
    found = document_of((record,)).records[0].options[0].latency
    assert (found.p50_ms, found.p95_ms, found.p99_range_ms) == ("0.4", "29", ("33", "35"))


def rows_of(text: str, head: str) -> list[list[str]]:
    """The cells of the table whose heading starts so, without heading and rule."""
    lines = text.partition(f"\n| {head}")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def sheet(files: dict[str, str], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"docs/decisions/evidence/{name}"])))


def test_the_same_figures_stand_in_the_markdown_the_json_and_the_tables() -> None:
    """Also their sums: each column of cost lines adds up to its total, to the cent."""
    files = tree(team_chain())
    text = files["docs/decisions/0003-drop-the-nat-gateway.md"]
    options = Document.model_validate_json(files["decisions.json"]).records[1].options
    lines, downtime = sheet(files, "0003-cost.csv"), sheet(files, "0003-downtime.csv")
    needles, latencies = rows_of(text, "Option | Cost"), sheet(files, "0003-latency.csv")
    totals = next(row for row in rows_of(text, "Line that") if row[0] == "Total")
    for place, option in enumerate(options):
        _name, cost, latency, outages, _musts = needles[place]
        column = [line[f"{option.letter}_usd"] for line in lines]
        assert cost == totals[place + 1] == option.cost.usd_month == column[-1]
        assert sum(Decimal(cell or 0) for cell in column[:-1]) == Decimal(cost)
        found = latencies[place]
        assert FIGURE.findall(latency) == [option.latency.p50_ms, option.latency.p99_ms]
        assert (found["p50_ms"], found["p99_ms"]) == (option.latency.p50_ms, option.latency.p99_ms)
        said = [one.minutes_month for one in option.downtime if one.minutes_month]
        rows = [row for row in downtime if row["option"] == option.letter and not row["failure"]]
        assert FIGURE.findall(outages) == said
        assert [row["minutes_month"] for row in rows if row["basis"]] == said


def test_each_amount_of_the_cost_table_is_that_of_the_file_and_of_the_json() -> None:
    files = tree(team_chain())
    table = rows_of(files["docs/decisions/0003-drop-the-nat-gateway.md"], "Line that")[:-2]
    lines = Document.model_validate_json(files["decisions.json"]).records[1].evidence.cost_lines
    for row, line, cells in zip(sheet(files, "0003-cost.csv"), lines, table, strict=False):
        amounts = ["" if cell == "-" else cell for cell in cells[1:]]
        assert [row[f"{letter}_usd"] for letter in "ABCD"] == amounts
        assert [line.usd.get(letter, "") for letter in "ABCD"] == amounts
    assert len(table) == len(lines) == 8


def test_a_changed_cent_is_noticed() -> None:
    """The control of the sums above."""
    record = drop_the_gateway()
    first, *rest = record.evidence.cost_lines
    wrong = replace(first, amounts=(Decimal("33.49"), *first.amounts[1:]))
    lines = (wrong, *rest)
    files = tree((replace(record, evidence=replace(record.evidence, cost_lines=lines)),))
    column = [line["A_usd"] for line in sheet(files, "0003-cost.csv")]
    assert sum(Decimal(cell or 0) for cell in column[:-1]) != Decimal(column[-1])
