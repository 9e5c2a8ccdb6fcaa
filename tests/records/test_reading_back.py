"""Every record that we write is read back by our own reader, as another tool would read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from people import Person
from record_desk import pages_of, played, write
from records_examples import drop_the_gateway, keep_the_gateway

from archlab.domain.records import (
    DecisionRecord,
    Link,
    Own,
    Status,
    file_name,
    markdown,
    one_line,
    read,
    superseding,
)
from archlab.domain.records.names import width_for
from archlab.journeys.queries import runs
from archlab.records.queries import of_run


def plain(text: str | Own) -> str:
    return one_line(text.words if isinstance(text, Own) else text)


def assert_reads_back(records: Sequence[DecisionRecord]) -> None:
    width = width_for([record.number for record in records])

    def name(link: Link) -> str:
        return file_name(link.number, link.title, width=width)

    for record in records:
        found = read(markdown(record, width=width))
        assert found.title == plain(record.title)
        assert (found.status, found.date) == (record.status, record.date)
        assert found.deciders == plain(record.deciders)
        assert found.tags == record.tags
        assert found.supersedes == tuple(name(link) for link in record.supersedes)
        assert found.superseded_by == (name(record.superseded_by) if record.superseded_by else "")
        assert found.section("Decision Outcome").startswith("Chosen option: ")


def test_the_examples_read_back_alone_and_as_a_chain() -> None:
    pair = [keep_the_gateway(), drop_the_gateway()]
    assert_reads_back(pair)
    assert_reads_back(superseding(pair, {2: 3}))


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.SUPERSEDED])
def test_every_status_reads_back(status: Status) -> None:
    assert_reads_back([replace(drop_the_gateway(), status=status)])


@pytest.mark.parametrize(
    "words",
    [
        "Keep `it` *simple*, [please](x)",
        "- Status: rejected",
        "# Date: 1999-01-01",
        "Supersedes [9. Nothing](0009-nothing.md)",
        "\U0001f600",
        "\u0627\u0644\u0628\u0648\u0627\u0628\u0629",
        "a \\ b | c",
    ],
)
def test_words_that_look_like_the_layout_read_back_as_words(words: str) -> None:
    record = replace(
        drop_the_gateway(), title=Own(words), deciders=Own(words), own_words=Own(f"\n\n{words}\n\n")
    )
    newer = replace(drop_the_gateway(), number=4, title=Own(f"Not {words}"))
    assert_reads_back(superseding([record, newer], {3: 4}))


def test_five_digits_read_back() -> None:
    assert_reads_back([replace(drop_the_gateway(), number=number) for number in (9999, 10000)])


@pytest.mark.django_db
def test_the_records_of_a_played_journey_read_back(alice: Person) -> None:
    folder = played(alice, None)
    page = pages_of(alice, folder)[1]
    assert write(alice, page, deciders="Ada *and* | Bob").status_code == 302
    records = of_run(runs().get()).records
    assert len(records) >= 9
    assert any(record.superseded_by for record in records)
    assert_reads_back(records)
