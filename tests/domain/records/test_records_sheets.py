from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from records_examples import SVG, drop_the_gateway, saying, team_chain

from archlab.domain.records import Cost, Latency, Own, State, Votes
from archlab.domain.records.sheets import (
    cost_sheet,
    downtime_sheet,
    evidence_files,
    latency_sheet,
    votes_sheet,
)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_the_columns_are_those_that_the_format_promises() -> None:
    record = team_chain()[1]
    heads = {kind: text.split("\n")[0] for kind, text in evidence_files(record).items()}
    assert heads == {
        "cost.csv": "line,component,price,region,quantity,unit,A_usd,B_usd,C_usd,D_usd,"
        "status,basis,formula",
        "latency.csv": "option,flow,rate_per_s,p50_ms,p95_ms,p99_ms,p50_low_ms,p50_high_ms,"
        "p95_low_ms,p95_high_ms,p99_low_ms,p99_high_ms,replications,seed,basis",
        "downtime.csv": "option,failure,per_month,minutes_each,minutes_month,hits,basis,source",
        "votes.csv": "round,option,votes,mean_confidence",
        "diagram.svg": SVG,
    }


def test_a_line_of_the_bill_keeps_its_price_and_its_formula() -> None:
    assert rows(cost_sheet(team_chain()[1]))[1] == [
        *("NAT gateway, hours", "nat", "AmazonVPC:nat-gateway.hour", "us-east-1", "744", "h"),
        *("33.48", "", "", "", "priced", "documented", "744 x 0.045"),
    ]


def test_a_simulation_keeps_its_spread_and_its_seed() -> None:
    assert rows(latency_sheet(team_chain()[1]))[1] == [
        *("A", "Page", "0.0017", "13", "29", "34", "", "", "", "", "33", "35"),
        *("20", "20261121", "modelled"),
    ]


def test_outages_come_before_the_failures_behind_them() -> None:
    assert rows(downtime_sheet(team_chain()[1]))[1:4] == [
        ["A", "", "", "", "12.7", "all requests", "assumed", ""],
        ["A", "", "", "", "not modelled", "the gateway's own failure", "", ""],
        [
            *("A", "task fails", "2", "3.83", "7.7", "all requests", "assumed"),
            "assumed; nobody counts them",
        ],
    ]


def test_votes_are_counted_by_round_and_option() -> None:
    assert rows(votes_sheet(team_chain()[1]))[6:9] == [
        ["2", "A", "2", "4.0"],
        ["2", "B", "6", "3.9"],
        ["2", "C", "1", "2.0"],
    ]


def test_one_person_has_no_table_of_votes() -> None:
    assert list(evidence_files(drop_the_gateway())) == ["cost.csv", "latency.csv", "downtime.csv"]


def test_a_team_in_which_nobody_voted_has_a_heading_alone() -> None:
    assert votes_sheet(replace(drop_the_gateway(), votes=Votes((), 0))).count("\n") == 1


def test_states_are_words_and_never_nothing() -> None:
    record = drop_the_gateway()
    first = record.options[0]
    needles = replace(first.needles, cost=Cost(None, 744), latency=Latency(None, None))
    line = replace(
        record.evidence.cost_lines[0], amounts=(State.NOT_PRICED, None, Decimal(0), None)
    )
    record = replace(
        record,
        options=(replace(first, needles=needles), *record.options[1:]),
        evidence=replace(record.evidence, cost_lines=(line,)),
    )
    one, _rounding, total = rows(cost_sheet(record))[1:]
    assert one[6:11] == ["not priced", "", "0.00", "", "not priced"]
    assert total[6:12] == [
        *("not priced", "57.22", "60.98", "83.30", "partly priced", "modelled"),
    ]
    assert rows(latency_sheet(record))[1][3:6] == ["not modelled", "", "not modelled"]


@pytest.mark.parametrize(
    "words",
    ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\uff1d1", "\u0000=1", "\u200b-1", "\n=1"],
)
def test_no_text_becomes_a_formula(words: str) -> None:
    for text in evidence_files(saying(team_chain()[1], words)).values():
        for row in rows(text)[1:]:
            assert all(cell[:1] not in {"=", "@", "+", "\uff1d"} for cell in row)
            assert all(cell[:1] != "-" or cell[1:].replace(".", "").isdigit() for cell in row)
    found = rows(cost_sheet(saying(team_chain()[1], words)))[1][0]
    assert found.startswith("'")


def test_a_negative_amount_is_no_text() -> None:
    record = drop_the_gateway()
    line = replace(record.evidence.cost_lines[0], amounts=(Decimal("-3.5"), None, None, None))
    shown = cost_sheet(replace(record, evidence=replace(record.evidence, cost_lines=(line,))))
    assert rows(shown)[1][6] == "-3.50"


def test_quotes_and_commas_survive() -> None:
    said = 'a "b", c'
    assert rows(cost_sheet(saying(drop_the_gateway(), said)))[1][0] == said


def test_a_line_break_never_makes_a_row() -> None:
    record = replace(drop_the_gateway(), deciders=Own("x"))
    plain, broken = saying(record, "x"), saying(record, "x\ny")
    assert cost_sheet(plain).count("\n") == cost_sheet(broken).count("\n")
