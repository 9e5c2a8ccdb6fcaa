"""`manage.py truths`, as a shell sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shell import Shell

MM1: dict[str, Any] = {
    "id": "own",
    "model": "mmc",
    "parameters": {"lam": 4, "mu": 5, "c": 1},
    "expected": {"w": 1.0},
    "tolerance": {"analytic_rel": 1e-9},
}


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def written(tmp_path: Path, content: object) -> str:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(content), "utf-8")
    return str(file)


def test_the_truths_of_the_product_hold(shell: Shell) -> None:
    ran = shell("truths")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert len(lines) == 26
    assert lines[0].split() == ["T01", "erlang_b", "holds", "0.0e+00", "within", "1e-09"]
    assert lines[-1] == "25 of 25 hold"


def test_json_names_every_case_with_what_came_of_it(shell: Shell) -> None:
    found = json.loads(shell("truths", "--json").out)
    assert len(found) == 25
    assert {(one["verdict"], one["ok"]) for one in found} == {("holds", True)}
    pool = next(one for one in found if one["id"] == "X02")
    assert set(pool) >= {"id", "got", "expected", "ok", "why"}
    assert pool["got"]["p_timeout"] == pytest.approx(pool["expected"]["p_timeout"])


def test_cases_of_another_file_are_checked_instead(shell: Shell, tmp_path: Path) -> None:
    ran = shell("truths", written(tmp_path, {"cases": [MM1]}), "--json")
    assert ran.code == 0
    (only,) = json.loads(ran.out)
    assert (only["id"], only["ok"], only["got"]) == ("own", True, {"w": pytest.approx(1.0)})


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"expected": {"w": 1.1}}, "w is off by 0.0909, not 1e-09"),
        ({"model": "mmx"}, "the model mmx is not known, did you mean mmc?"),
        ({"parameters": {"lam": 5, "mu": 5, "c": 1}}, "the queue grows without end"),
    ],
)
def test_one_case_that_does_not_hold_is_exit_1(
    shell: Shell, tmp_path: Path, changed: dict[str, Any], why: str
) -> None:
    ran = shell("truths", written(tmp_path, {"cases": [MM1, MM1 | changed]}), "--json")
    assert ran.code == 1
    good, bad = json.loads(ran.out)
    assert (good["ok"], bad["ok"]) == (True, False)
    assert why in bad["why"]


def test_a_file_that_cannot_be_read_is_exit_2(shell: Shell, tmp_path: Path) -> None:
    missing = shell("truths", str(tmp_path / "none.json"))
    assert missing.code == 2
    assert "the file cannot be read" in missing.err
    broken = shell("truths", written(tmp_path, {"cases": [{"id": "own"}]}))
    assert broken.code == 2
    assert "cases.0.model: Field required" in broken.err
