from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import jsonschema
import pytest
from pydantic import ValidationError
from record_figures import check_figures
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


def test_the_same_figures_stand_in_the_markdown_the_json_and_the_tables() -> None:
    check_figures(tree(team_chain()))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("0003-drop-the-nat-gateway.md", "| 57.22 | 13 ms", "| 57.23 | 13 ms"),
        ("0003-drop-the-nat-gateway.md", "57.22 | 13 ms / 34", "57.22 | 13 ms / 35"),
        (
            "0003-drop-the-nat-gateway.md",
            "12.7: all requests; the int",
            "12.8: all requests; the int",
        ),
        ("0003-drop-the-nat-gateway.md", "| 33.48 |", "| 33.49 |"),
        ("evidence/0003-cost.csv", "33.48", "33.49"),
        ("evidence/0003-cost.csv", "57.22", "57.23"),
        ("evidence/0003-latency.csv", ",34,", ",35,"),
        ("evidence/0003-downtime.csv", "7.5", "7.6"),
    ],
)
def test_a_changed_figure_is_noticed(file: str, old: str, new: str) -> None:
    files = tree(team_chain())
    path = f"docs/decisions/{file}"
    assert old in files[path]
    with pytest.raises(AssertionError):
        check_figures({**files, path: files[path].replace(old, new, 1)})


def with_first_amount(amount: str) -> DecisionRecord:
    record = drop_the_gateway()
    first, *rest = record.evidence.cost_lines
    lines = (replace(first, amounts=(Decimal(amount), *first.amounts[1:])), *rest)
    return replace(record, evidence=replace(record.evidence, cost_lines=lines))


def test_a_cent_that_rounding_took_has_a_line_of_its_own() -> None:
    files = tree((with_first_amount("33.49"),))
    page = files["docs/decisions/0003-drop-the-nat-gateway.md"]
    assert "| Rounding and lines not shown | -0.01 | - | - | - |\n| Total | 90.87 |" in page
    check_figures(files)


def test_lines_that_add_up_have_no_such_line() -> None:
    assert "Rounding" not in "".join(tree((with_first_amount("33.48"),)).values())
