"""The worked example of the format: its bytes, its version, its bill."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from archlab.domain.pack import (
    Formulas,
    canonical,
    check,
    files_in,
    files_of,
    lint,
    load,
    shipped_engines,
    version_of,
)

EXAMPLE = Path(__file__).parents[2] / "data" / "packs" / "ninety-dollar-bill"
VERSION = "fb9f0c8d64fa89ad421281aac5319a78d7816c9125900b03ff7e656957541b56"


@pytest.fixture
def files() -> dict[str, bytes]:
    return files_in(EXAMPLE)


def test_its_version_is_the_one_that_the_format_prints(files: dict[str, bytes]) -> None:
    assert version_of(files) == VERSION


def test_one_other_byte_is_another_version(files: dict[str, bytes]) -> None:
    for path in files:
        assert version_of({**files, path: files[path] + b" "}) != VERSION
        assert version_of({("x" if one == path else one): files[one] for one in files}) != VERSION


def test_its_canonical_bytes_give_the_files_back(files: dict[str, bytes]) -> None:
    assert files_of(canonical(files)) == files


def test_it_has_no_error_and_closes_against_the_price_book() -> None:
    assert [one for one in lint(EXAMPLE) if one.is_error] == []


def test_the_figures_behind_it_are_the_printed_ones(files: dict[str, bytes]) -> None:
    pack = load(files)
    formulas = Formulas(pack.architectures, pack.facts, shipped_engines())
    claims = pack.claims
    assert formulas.number(claims["ecs-line"].recompute, claims["ecs-line"].let) == Decimal(
        "8.67132"
    )
    assert formulas.number(claims["cheapest-task"].recompute) == Decimal("7.347")
    assert formulas.number(claims["nat-line"].recompute) == Decimal("33.48")
    assert formulas.number(claims["total"].recompute) == Decimal("90.87")
    assert pack.path_documented == ("task-size", "bill-bench")


def test_the_shared_address_line_makes_one_group_of_three(files: dict[str, bytes]) -> None:
    dearer = {
        **files,
        "architectures.yaml": files["architectures.yaml"]
        .replace(b"usd: 33.65", b"usd: 34.65")
        .replace(b"total_usd: 90.87", b"total_usd: 91.87"),
    }
    claims = files["claims.yaml"].replace(b"value: 33.65", b"value: 34.65")
    dearer["claims.yaml"] = claims.replace(b"value: 90.87", b"value: 91.87")
    problems = check(dearer, engines=shipped_engines())
    [against_model] = [one for one in problems if one.code == "E522"]
    assert against_model.message.startswith("nat, alb, ipv4: 62.55 documented")
