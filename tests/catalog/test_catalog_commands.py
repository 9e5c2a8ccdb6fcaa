"""bill, price, lint, coverage and load_packs, as a shell sees them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from catalog_desk import Shell, example_in
from django.conf import settings

from archlab.catalog.coverage import coverage_of
from archlab.domain.architecture import Change, apply
from archlab.domain.pack import read
from archlab.domain.pricing import PriceBook, reconcile

FARGATE = "lambda-to-fargate/fargate"
LINES = ["33.65", "16.74", "11.93", "11.16", "8.67", "7.00", "1.03", "0.56", "0.13"]
GOLDENS = Path(__file__).parents[1] / "data" / "pricing" / "bill-goldens.json"
CASES: list[Mapping[str, str | list[str]]] = json.loads(GOLDENS.read_text("utf-8"))
NAT = ("AmazonVPC:nat-gateway.hour", "--region", "us-east-1", "--quantity")


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return example_in(tmp_path)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def test_the_documented_bill_closes_line_by_line_at_744_hours(shell: Shell) -> None:
    bill = json.loads(shell("bill", FARGATE, "--json").out)
    assert list(bill) == ["total_usd", "month_hours", "region", "price_book", "lines"]
    assert (bill["total_usd"], bill["month_hours"], bill["region"]) == ("90.87", 744, "us-east-1")
    assert bill["price_book"].startswith("prices-2026-11")
    assert [line["documented_usd"] for line in bill["lines"]] == LINES
    assert [line["usd"] for line in bill["lines"]] == LINES
    assert {line["status"] for line in bill["lines"]} == {"closed"}
    assert {line["delta_usd"] for line in bill["lines"]} == {"0.00"}


def test_every_line_of_the_json_has_the_public_keys(shell: Shell) -> None:
    for line in json.loads(shell("bill", FARGATE, "--json").out)["lines"]:
        assert list(line) == [
            "components", "label", "usd", "documented_usd", "delta_usd", "status", "formula",
        ]  # fmt: skip
        assert isinstance(line["components"], list)
        assert isinstance(line["usd"], str)


def test_a_month_of_730_hours_does_not_fit(shell: Shell) -> None:
    bill = json.loads(shell("bill", FARGATE, "--hours", "730", "--json").out)
    assert (bill["total_usd"], bill["month_hours"]) == ("89.56", 730)
    residual = [line["label"] for line in bill["lines"] if line["status"] == "residual"]
    assert residual == ["NAT gateway", "Load balancer", "Public addresses", "Fargate task"]


def test_the_other_processor_family_does_not_fit() -> None:
    fargate = read(settings.PACK_DIR / "lambda-to-fargate").architectures["fargate"]
    changed = apply(fargate, Change(set={"api.arch": "x86_64"}))
    x86 = reconcile(replace(changed, documented=fargate.documented), PriceBook.shipped())
    assert x86.total_usd != Decimal("90.87")
    assert [line.label for line in x86.lines if line.status != "closed"] == ["Fargate task"]


@pytest.mark.parametrize("hours", ["1", "744"])
def test_the_hours_of_a_month_have_two_ends(shell: Shell, hours: str) -> None:
    assert json.loads(shell("bill", FARGATE, "--hours", hours, "--json").out)["month_hours"] == int(
        hours
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["bill", FARGATE, "--hours", "0"], "0: write a whole number from 1 to 744"),
        (["bill", FARGATE, "--hours", "745"], "745: write a whole number from 1 to 744"),
        (["bill", FARGATE, "--hours", "-1"], "-1: write a whole number from 1 to 744"),
        (["bill", FARGATE, "--hours", "a month"], "write a whole number from 1 to 744"),
        (["bill", FARGATE, "--hours", "٣"], "write a whole number from 1 to 744"),
        (["bill", "fargate"], "write SCENARIO/ARCHITECTURE, such as"),
        (["bill", "lambda-to-fargate/"], "write SCENARIO/ARCHITECTURE, such as"),
        (["bill", ""], "write SCENARIO/ARCHITECTURE, such as"),
        (["bill", "../scenarios/x"], "There is no scenario"),
        (["bill", "lambda-to-fargat/fargate"], "Did you mean lambda-to-fargate?"),
        (["bill", "lambda-to-fargate/fargat"], "Did you mean fargate?"),
        (["bill", "lambda-to-fargate/zzz"], "There are cluster, "),
        (["bill", FARGATE, "--region", "mars"], "the book knows ap-southeast-1, eu-west-1"),
        (["bill"], "the following arguments are required"),
        (["price", *NAT, "-5"], "--quantity -5: write 0 or more"),
        (["price", *NAT, "1e9"], "--quantity 1e9: write a number such as 744 or 3.78"),
        (["price", *NAT, "NaN"], "write a number such as"),
        (["price", *NAT, "9" * 60], "write a number such as"),
        (["price", *NAT, ""], "write a number such as"),
        (["price", *NAT, "1", "--allowances", "some"], "invalid choice: 'some'"),
        (["price", "nat", "--region", "us-east-1", "--quantity", "1"], "no price is called nat"),
        (["price", NAT[0], "--region", "mars", "--quantity", "1"], "has it in"),
        (["lint", "/nowhere/at/all"], "there is no such folder"),
        (["lint", "--format", "xml"], "invalid choice: 'xml'"),
        (["load_packs", "/nowhere/at/all"], "there is no such folder"),
        (["coverage", "everything"], "unrecognized arguments: everything"),
    ],
)
def test_a_bad_argument_is_a_sentence_and_exit_2(
    shell: Shell, words: list[str], sentence: str
) -> None:
    ran = shell(*words)
    assert ran.code == 2
    assert sentence in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("region", PriceBook.shipped().regions)
@pytest.mark.parametrize("system", ["idea", "serverless", "first-task", "fargate"])
def test_every_system_has_a_bill_or_a_sentence_in_every_region(
    shell: Shell, system: str, region: str
) -> None:
    ran = shell("bill", f"lambda-to-fargate/{system}", "--region", region, "--json")
    assert ran.code in (0, 2)
    if ran.code == 0:
        assert json.loads(ran.out)["region"] == region
    else:
        assert "no price" in ran.err


def test_a_bill_names_its_parts_and_what_stays_open(shell: Shell) -> None:
    """Seed 003: 34.60 of the other lines is named, and the cache has no price."""
    bill = json.loads(shell("bill", "vps-to-aws/aws", "--json", "--parts").out)
    rest = next(line for line in bill["lines"] if line["label"] == "Everything else")
    assert (rest["usd"], rest["delta_usd"], rest["status"]) == ("240.40", "34.60", "residual")
    assert "Not described" in rest["residual"]
    total = sum(Decimal(part["usd"]) for part in rest["parts"])
    assert round(total, 2) == Decimal("240.40")
    assert (bill["unpriced"], bill["documented_usd"]) == (1, "500")
    assert bill["allowances"] == "always-free"


def test_the_bill_in_words_has_the_same_total(shell: Shell) -> None:
    ran = shell("bill", FARGATE)
    assert ran.out.splitlines()[0].startswith("744 h, us-east-1, prices-2026-11")
    assert ran.out.splitlines()[-1].split() == ["total", "90.87", "90.87"]
    assert len(ran.out.splitlines()) == 11


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_published_bill_is_met_by_the_command(shell: Shell, case: Mapping[str, str]) -> None:
    allowances = {"applied": "always-free", "ignored": "none"}[case["free_allowance"]]
    total = Decimal(0)
    for key, quantity in zip(case["price_key"], case["quantity"], strict=True):
        ran = shell(
            "price", key, "--region", case["region"], "--quantity", quantity,
            "--allowances", allowances, "--json",
        )  # fmt: skip
        assert ran.code == 0, ran.err
        answer = json.loads(ran.out)
        assert list(answer) == [
            "usd", "key", "region", "tiers", "source", "effective_date", "confidence",
        ]  # fmt: skip
        assert answer["key"] == key
        total += Decimal(answer["usd"])
    printed = total.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert abs(printed - Decimal(case["expected_usd"])) <= Decimal(case["tolerance_usd"])


def test_without_a_word_no_allowance_is_taken_off(shell: Shell) -> None:
    words = ("price", "AWSDataTransfer:internet-out", "--region", "us-east-1", "--quantity", "100")
    assert json.loads(shell(*words, "--json").out)["usd"] == "9.00"
    free = json.loads(shell(*words, "--allowances", "always-free", "--json").out)
    assert Decimal(free["usd"]) == 0


def test_a_price_in_words_is_one_line(shell: Shell) -> None:
    ran = shell("price", *NAT, "744")
    assert ran.out.startswith("33.480 USD, AWS Price List")
    assert ran.out.count("\n") == 1


def test_the_shipped_packs_have_no_error(shell: Shell) -> None:
    ran = shell("lint")
    assert ran.code == 0
    assert " E" not in ran.out


def test_lint_names_every_problem_with_file_line_and_column(shell: Shell, packs: Path) -> None:
    pack = packs / "ninety-dollar-bill"
    scenario = pack / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("minutes: 14", "minutes: soon"))
    step = pack / "steps" / "01-task-size.md"
    step.write_text(step.read_text() + "\n```{carousel} x\n```\n")
    ran = shell("lint", str(pack))
    assert ran.code == 1
    line = 1 + scenario.read_text().splitlines().index("minutes: soon")
    assert f"{scenario}:{line}:10: E" in ran.out
    line = 1 + step.read_text().splitlines().index("```{carousel} x")
    assert f"{step}:{line}:4: E302 " in ran.out
    assert shell("lint", str(packs)).out == ran.out


def test_lint_in_json_holds_the_same_findings(shell: Shell, packs: Path) -> None:
    (packs / "ninety-dollar-bill" / "claims.yaml").write_text("facts: [\n")
    ran = shell("lint", str(packs), "--format", "json")
    assert ran.code == 1
    found = json.loads(ran.out)["problems"]
    assert [(Path(one["path"]).name, one["line"], one["code"]) for one in found] == [
        ("claims.yaml", 2, "E101")
    ]


def test_coverage_counts_the_facts_of_the_sources(shell: Shell) -> None:
    ran = shell("coverage", "--json")
    report = json.loads(ran.out)
    assert list(report) == ["facts", "covered", "missing", "differs", "claims"]
    assert list(report["claims"]) == ["recomputed", "documentary", "refuted"]
    assert report["facts"] == 500
    assert report["covered"] + len(report["missing"]) == 500
    assert not [fact for fact in report["missing"] if fact.startswith("S0-")]
    assert report["differs"] == []
    assert report["claims"]["refuted"] == []


def test_coverage_in_words_begins_with_the_count(shell: Shell) -> None:
    report = json.loads(shell("coverage", "--json").out)
    first = shell("coverage").out.splitlines()[0]
    assert first == f"{report['covered']} of 500 facts covered"


def test_coverage_finds_a_figure_that_differs_and_a_fact_that_is_missing(tmp_path: Path) -> None:
    pack = read(settings.PACK_DIR / "lambda-to-fargate")
    quoted = next(fact for fact in pack.facts.values() if fact.value is not None)
    inventory = tmp_path / "inventory.tsv"
    inventory.write_text(f"id\tvalue\n{quoted.id}\t123456.5\nS9-999\t\n")
    report = coverage_of([pack], inventory)
    assert (report.facts, report.covered) == (2, 1)
    assert report.missing == ("S9-999",)
    assert report.differs == (quoted.id,)


def test_a_template_is_json_and_what_stands_outside_is_named_beside_it(shell: Shell) -> None:
    ran = shell("template", FARGATE)
    assert json.loads(ran.out)["Resources"]["ApiTask"]["Type"] == "AWS::ECS::TaskDefinition"
    assert "Left out: payments." in ran.err
    assert ran.code == 0


def test_a_system_that_cannot_be_deployed_says_which_part_and_why(shell: Shell) -> None:
    ran = shell("template", "vps-to-aws/vps")
    assert (ran.code, ran.out) == (1, "")
    assert "box: A rented server of another provider" in ran.err
