from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from records_examples import drop_the_gateway, keep_the_gateway, needles

from archlab.domain.records import (
    Basis,
    Cost,
    DecisionRecord,
    Latency,
    Link,
    Needles,
    Outage,
    Outcome,
    Point,
    State,
    Status,
    Tone,
    consequences,
    markdown,
    superseding,
    tree,
)
from archlab.domain.records.figures import cost, latency, milliseconds, number, outages, usd

GOLDEN = Path(__file__).with_name("drop-the-nat-gateway.md")


def chain() -> tuple[DecisionRecord, ...]:
    return superseding((keep_the_gateway(), drop_the_gateway()), {2: 3})


def with_needles(record: DecisionRecord, **changed: object) -> DecisionRecord:
    first, *rest = record.options
    other = replace(first, needles=replace(first.needles, **changed))  # type: ignore[arg-type]
    bare = replace(record.evidence, cost_lines=())
    return replace(record, options=(other, *rest), evidence=bare)


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("| Option", "| A:"))]


def test_a_learners_record_is_the_golden_text() -> None:
    _, newer = chain()
    assert markdown(newer) == GOLDEN.read_text(encoding="utf-8")


def test_a_superseded_record_differs_from_the_accepted_one_in_two_places() -> None:
    older, _ = chain()
    accepted = markdown(keep_the_gateway()).splitlines()
    changed = [
        (before, after)
        for before, after in zip(accepted, markdown(older).splitlines(), strict=True)
        if before != after
    ]
    name = "0003-drop-the-nat-gateway"
    assert changed == [
        ("- Status: accepted", f"- Status: superseded by [{name}]({name}.md)"),
        ("Accepted", f"Superseded by [3. Drop the NAT gateway]({name}.md)"),
    ]


def test_a_record_is_ascii_where_its_words_are() -> None:
    assert markdown(drop_the_gateway()).isascii()


def test_sections_without_content_are_left_out() -> None:
    text = markdown(keep_the_gateway())
    for heading in ("Drivers", "Consequences", "Confirmation", "Assumptions", "claims", "Votes"):
        assert heading not in text
    assert "No reason was written down." in text


def test_blank_lines_stand_around_every_block_and_never_twice() -> None:
    text = markdown(chain()[1])
    assert "\n\n\n" not in text
    assert text.endswith("`\n")
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if line.startswith("#"):
            assert lines[place + 1] == ""


def test_figures_that_nobody_has_are_words() -> None:
    record = with_needles(
        drop_the_gateway(),
        cost=Cost(None, 744),
        latency=Latency(None, None),
        downtime=(),
    )
    row = next(row for row in rows(markdown(record)) if row.startswith("| A:"))
    assert row.endswith("| not priced | not modelled | not modelled | 2 of 3 |")


def test_a_basis_that_differs_between_options_stands_in_the_cells() -> None:
    record = replace(
        drop_the_gateway(), evidence=replace(drop_the_gateway().evidence, cost_lines=())
    )
    assert "| A: Keep the NAT gateway | 90.87 (documented) |" in markdown(record)


def test_a_basis_that_is_the_same_for_all_stands_in_the_heading() -> None:
    record = with_needles(drop_the_gateway(), cost=Cost(Decimal(90), 744))
    assert "| Cost, USD/month of 744 h (modelled) |" in markdown(record)


def test_months_that_differ_stand_in_the_cells() -> None:
    record = with_needles(drop_the_gateway(), cost=Cost(Decimal(90), 730))
    head, row = rows(markdown(record))
    assert "| Cost, USD/month (modelled) |" in head
    assert "| 90.00 in 730 h |" in row


def test_loads_that_differ_stand_in_the_cells() -> None:
    load = Latency(Decimal(1), Decimal(2), "Page", "50 requests/s", Basis.ASSUMED)
    head, row = rows(markdown(with_needles(drop_the_gateway(), latency=load)))
    assert "| Latency, p50 / p99 |" in head
    assert "| 1 ms / 2 ms Page at 50 requests/s (assumed) |" in row


@pytest.mark.parametrize(
    ("amount", "shown"), [("33.645", "33.65"), ("83.3", "83.30"), ("-0.001", "0.00")]
)
def test_money_has_two_decimals(amount: str, shown: str) -> None:
    assert usd(Decimal(amount)) == shown


@pytest.mark.parametrize(("ms", "shown"), [("12.5", "13"), ("0.4", "below 1"), ("0", "0")])
def test_a_time_is_whole_milliseconds_and_never_rounded_to_nothing(ms: str, shown: str) -> None:
    assert milliseconds(Decimal(ms)) == shown


@pytest.mark.parametrize(("value", "shown"), [("50", "50"), ("0.50", "0.5"), ("1E+2", "100")])
def test_a_number_keeps_only_the_digits_that_say_something(value: str, shown: str) -> None:
    assert number(Decimal(value)) == shown


def test_an_unpriced_part_is_named_beside_the_figure() -> None:
    part = Cost(Decimal("485.25"), 730, unpriced=("cache",))
    assert cost(part) == "485.25; not priced: cache"
    assert cost(replace(part, usd=None)) == "not priced: cache"


def test_one_percentile_may_be_missing() -> None:
    assert latency(Latency(Decimal(13), None)) == "13 ms / not modelled"


def test_a_system_that_cannot_keep_up_is_overloaded() -> None:
    full = Latency(None, None, missing=State.OVERLOADED)
    assert latency(full) == "overloaded"
    files = tree((with_needles(drop_the_gateway(), latency=full),))
    assert (
        "| 90.87 (documented) | overloaded |"
        in files["docs/decisions/0003-drop-the-nat-gateway.md"]
    )
    assert "\nA,,,overloaded,,overloaded," in files["docs/decisions/evidence/0003-latency.csv"]
    assert '"status": "overloaded"' in files["decisions.json"]


def test_outages_stand_before_what_is_not_modelled() -> None:
    found = needles("1", Outage("gateway", None), Outage("payments", Decimal("7.5")), remark="odd")
    assert outages(found) == "12.7: all requests, and 7.5: payments; gateway: not modelled; odd"


def test_consequences_compare_the_needles_as_printed() -> None:
    before = needles("90.87")
    after = replace(
        needles("57.22"),
        latency=Latency(Decimal(19), Decimal("319.6"), "Page", "6 requests/h"),
        downtime=(Outage("all requests", Decimal("12.65")),),
    )
    assert consequences(before, after) == (
        Point(Tone.GOOD, "the bill falls from 90.87 to 57.22 USD per month (-33.65, -37 %)"),
        Point(Tone.BAD, 'p99 of "Page" rises from 34 to 320 ms'),
        Point(Tone.NEUTRAL, "expected downtime stays at 12.7 minutes per month"),
    )


def test_a_bill_that_starts_at_nothing_has_no_percentage() -> None:
    (first, *_) = consequences(needles("0"), needles("8.51"))
    assert first == Point(Tone.BAD, "the bill rises from 0.00 to 8.51 USD per month (+8.51)")


def test_what_is_not_known_on_one_side_is_not_compared() -> None:
    unknown = Needles(Cost(None, 744), Latency(None, None), (Outage("all requests", None),))
    assert consequences(needles("1"), unknown) == ()


def test_a_bill_with_an_unpriced_part_is_not_compared() -> None:
    partly = needles("1")
    partly = replace(partly, cost=replace(partly.cost, unpriced=("cache",)))
    assert all("bill" not in str(point.because) for point in consequences(partly, needles("2")))


def test_states_are_words_in_the_cost_table() -> None:
    record = drop_the_gateway()
    (first, *rest) = record.evidence.cost_lines
    line = replace(first, amounts=(State.NOT_PRICED, *first.amounts[1:]))
    shown = markdown(replace(record, evidence=replace(record.evidence, cost_lines=(line, *rest))))
    assert "| NAT gateway, hours | not priced | - | - | - |" in shown


def test_a_record_names_an_option_that_exists() -> None:
    with pytest.raises(ValueError, match="No option E; there are A, B, C, D"):
        replace(keep_the_gateway(), outcome=Outcome("E"))


@pytest.mark.parametrize("superseded", [True, False])
def test_a_superseded_record_names_its_successor(*, superseded: bool) -> None:
    status = Status.SUPERSEDED if superseded else Status.ACCEPTED
    newer = None if superseded else Link(3, "Drop it")
    with pytest.raises(ValueError, match="took its place"):
        replace(keep_the_gateway(), status=status, superseded_by=newer)


def test_a_cost_line_has_an_amount_for_every_option() -> None:
    record = drop_the_gateway()
    (first, *_) = record.evidence.cost_lines
    short = replace(first, amounts=first.amounts[:3])
    with pytest.raises(ValueError, match="one amount per option"):
        replace(record, evidence=replace(record.evidence, cost_lines=(short,)))
