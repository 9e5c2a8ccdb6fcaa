"""`manage.py prices`, as a shell sees it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as real_settings
from shell import Shell

from archlab.domain.pack import read
from archlab.domain.pricing import PriceBook
from archlab.domain.pricing.book import shipped_text
from archlab.operations import pricecheck

OFFERS = str(Path(__file__).parents[1] / "data" / "pricing" / "offers")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEYS = ["holds", "price_book", "rows", "confidence", "freshness", "stale", "undated",
        "not_accepted", "unknown", "not_priced"]  # fmt: skip
IRELAND = ("--offer", "AWSELB", "--region", "eu-west-1", "--from", OFFERS)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def changed(tmp_path: Path, name: str = "prices-2026-12", **fields: Any) -> Path:
    """The shipped book with other fields in the row of the LCU in Ireland."""
    content = json.loads(shipped_text())
    row = next(r for r in content["prices"] if (r["key"], r["region"]) == ("alb.lcu", "eu-west-1"))
    row.update(fields)
    file = tmp_path / f"{name}.json"
    file.write_text(json.dumps(content), "utf-8")
    return file


def checked(shell: Shell, *words: str) -> Any:
    with time_machine.travel(NOW, tick=False):
        return json.loads(shell("prices", "check", "--json", *words).out)


def test_the_shipped_book_holds(shell: Shell) -> None:
    found = checked(shell)
    assert list(found) == KEYS
    assert found["holds"] is True
    assert found["price_book"] == PriceBook.shipped().reference
    assert found["confidence"] == {"A": 89, "B": 114, "C": 23, "D": 20}
    assert sum(found["freshness"].values()) == found["rows"] == 246
    assert len(found["stale"]) == found["freshness"]["stale"]


def test_age_is_counted_on_the_day_of_the_check(shell: Shell) -> None:
    assert checked(shell)["freshness"] == {"fresh": 111, "stale": 75, "undated": 60}
    with time_machine.travel(datetime(2028, 1, 1, tzinfo=UTC), tick=False):
        later = json.loads(shell("prices", "check", "--json").out)
    assert later["freshness"] == {"fresh": 0, "stale": 186, "undated": 60}
    assert later["holds"] is True


def test_the_check_in_words_ends_with_the_verdict(shell: Shell) -> None:
    ran = shell("prices", "check")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == f"{PriceBook.shipped().reference}: 246 rows"
    assert "89 verified (A)" in lines[1]
    assert lines[-1] == "the book holds"


def test_a_file_with_a_broken_rule_does_not_hold(shell: Shell, tmp_path: Path) -> None:
    ran = shell("prices", "check", str(changed(tmp_path, price_usd="0")))
    assert ran.code == 1
    assert "AWSELB:alb.lcu in eu-west-1): a price of 0 needs free: true" in ran.out
    told = json.loads(shell("prices", "check", "--json", str(tmp_path / "prices-2026-12.json")).out)
    assert told["holds"] is False
    assert "a price of 0 needs free: true" in told["problem"]


def test_a_row_without_evidence_that_a_pack_uses_and_has_not_accepted(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "weak.json"
    content = json.loads(shipped_text())
    for row in content["prices"]:
        if (row["service"], row["key"]) == ("AmazonVPC", "nat-gateway.hour"):
            row["confidence"] = "D"
    file.write_text(json.dumps(content), "utf-8")
    ran = shell("prices", "check", str(file), "--json")
    assert ran.code == 1
    assert {
        "system": "lambda-to-fargate/fargate",
        "component": "nat",
        "key": "AmazonVPC:nat-gateway.hour",
        "region": "us-east-1",
    } in json.loads(ran.out)["not_accepted"]
    assert shell("prices", "check", str(file)).out.splitlines()[-1] == "the book does not hold"


@pytest.mark.parametrize(
    ("key", "kept_region", "finding"),
    [
        ("AmazonSNS:publish", "", "unknown"),
        ("AmazonSNS:publish", "eu-west-1", "not_priced"),
        ("AmazonVPC:nat-gateway.hour", "", "not_priced"),
        ("AmazonVPC:nat-gateway.hour", "us-west-2", "not_priced"),
    ],
)
def test_a_key_that_nothing_knows_fails_and_a_missing_price_is_told(
    shell: Shell, tmp_path: Path, key: str, kept_region: str, finding: str
) -> None:
    """The updater has a rule for the NAT gateway, so its key is no slip of the pen."""
    content = json.loads(shipped_text())
    own = [row for row in content["prices"] if f"{row['service']}:{row['key']}" == key]
    content["prices"] = [row for row in content["prices"] if row not in own]
    if kept_region:
        content["prices"].append({**own[0], "region": kept_region})
    file = tmp_path / "less.json"
    file.write_text(json.dumps(content), "utf-8")
    ran = shell("prices", "check", str(file), "--json")
    assert ran.code == (1 if finding == "unknown" else 0)
    found = json.loads(ran.out)
    for name in ("unknown", "not_priced"):
        assert (key in {one["key"] for one in found[name]}) == (name == finding)


def test_what_a_pack_accepted_by_name_is_accepted() -> None:
    pack = read(real_settings.PACK_DIR / "lambda-to-fargate")
    found = pricecheck.report(PriceBook.shipped(), [pack], NOW.date())
    assert found.not_accepted == ()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "the following arguments are required"),
        (("buy",), "invalid choice: 'buy'"),
        (("check", "/nowhere.json"), "/nowhere.json: the file cannot be read"),
        (("diff", "/nowhere.json", "/nowhere.json"), "the file cannot be read"),
        (("diff", "/nowhere.json"), "the following arguments are required: B"),
        (("update", "--offer", "AWSELD"), "--offer AWSELD: the book needs AWSDataTransfer, AWSELB"),
        (("update", "--region", "mars"), "invalid choice: 'mars'"),
        (("update", "--from", "/nowhere"), "--from /nowhere: there is no such folder"),
    ],
)
def test_a_bad_argument_is_a_sentence_and_exit_2(
    shell: Shell, words: tuple[str, ...], sentence: str
) -> None:
    ran = shell("prices", *words)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert "Traceback" not in ran.err


def test_an_update_writes_a_proposal_and_leaves_the_book_in_use_alone(
    shell: Shell, tmp_path: Path
) -> None:
    with time_machine.travel(NOW, tick=False):
        ran = shell("prices", "update", *IRELAND, "--output", str(tmp_path))
    assert ran.code == 0
    assert ran.out.splitlines()[:2] == [
        f"wrote {tmp_path / 'prices-2026-11.json'}",
        f"wrote {tmp_path / 'prices-2026-11.md'}",
    ]
    assert "2 rows found their price, 0 did not" in ran.out
    assert checked(shell)["price_book"] == PriceBook.shipped().reference
    with time_machine.travel(NOW, tick=False):
        again = shell("prices", "update", *IRELAND, "--output", str(tmp_path))
    assert again.code == 2
    assert "prices-2026-11.json is there already" in again.err


def test_without_an_output_the_proposal_goes_to_the_data_folder(
    shell: Shell, tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    assert shell("prices", "update", *IRELAND).code == 0
    assert len(list((tmp_path / "prices").iterdir())) == 2


def test_a_dry_run_prints_the_paper_and_writes_nothing(shell: Shell, tmp_path: Path) -> None:
    ran = shell("prices", "update", *IRELAND, "--output", str(tmp_path), "--dry-run")
    assert ran.code == 0
    assert "| `AWSELB:alb.lcu` | eu-west-1 | 0.008 | 0.009 | +12.5 | A |" in ran.out
    assert list(tmp_path.iterdir()) == []


def test_an_update_that_misses_rows_is_written_and_exits_1(shell: Shell, tmp_path: Path) -> None:
    words = ("--offer", "AWSELB", "--from", OFFERS, "--output", str(tmp_path))
    ran = shell("prices", "update", *words)
    assert ran.code == 1
    assert len(list(tmp_path.iterdir())) == 2
    assert "AWSELB in us-west-2" in next(tmp_path.glob("*.md")).read_text("utf-8")


def test_an_update_that_reads_nothing_could_not_run(shell: Shell, tmp_path: Path) -> None:
    ran = shell("prices", "update", "--offer", "AWSELB", "--from", str(tmp_path))
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be read" in ran.err


def test_diff_exits_1_when_a_row_needs_a_look(shell: Shell, tmp_path: Path) -> None:
    same = changed(tmp_path, "a", price_usd="0.008")
    near = changed(tmp_path, "b", price_usd="0.0082")
    far = changed(tmp_path, "c", price_usd="0.009")
    assert shell("prices", "diff", str(same), str(near)).code == 0
    ran = shell("prices", "diff", str(same), str(far))
    assert ran.code == 1
    assert "## Look at these first" in ran.out
    bad = changed(tmp_path, "d", price_usd="0")
    assert shell("prices", "diff", str(same), str(bad)).code == 2


def test_the_file_that_is_named_is_the_book_in_use(
    shell: Shell, tmp_path: Path, settings: Any
) -> None:
    settings.PRICE_SNAPSHOT = str(changed(tmp_path, price_usd="0.0123"))
    assert checked(shell)["price_book"].startswith("prices-2026-12@")
    ran = shell("price", "AWSELB:alb.lcu", "--region", "eu-west-1", "--quantity", "1000")
    assert ran.out.startswith("12.3")


@pytest.mark.parametrize("content", [None, "{", '{"schema": "archlab.prices/1"}'])
def test_a_book_that_cannot_be_trusted_stops_every_command(
    shell: Shell, tmp_path: Path, settings: Any, content: str | None
) -> None:
    file = tmp_path / "prices.json"
    if content is not None:
        file.write_text(content, "utf-8")
    settings.PRICE_SNAPSHOT = str(file)
    ran = shell("check")
    assert ran.code == 1
    assert "(archlab.E009)" in ran.err
    assert f"ARCHLAB_PRICE_SNAPSHOT={file} is no price book" in ran.err
