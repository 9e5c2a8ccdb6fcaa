"""The four ways to print findings, and the page about every code."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pack_builders import TEXTS, lint_texts

from archlab.domain.pack import CODES, Problem, format_problems

ROOT = Path(__file__).parents[3]
ERROR = Problem(
    "steps/02-x.md", 14, 4, "E302", 'unknown directive "{decison}"', 'did you mean "decision"?'
)
WARNING = Problem("a,b.yaml", 1, 2, "W631", "50 % of 3:\nmore")


def test_text_is_one_line_a_finding() -> None:
    assert format_problems([ERROR]) == (
        'steps/02-x.md:14:4: E302 unknown directive "{decison}" (did you mean "decision"?)\n'
    )
    assert format_problems([ERROR], prefix="scenarios/x/").startswith(
        "scenarios/x/steps/02-x.md:14"
    )
    assert format_problems([]) == ""


def test_json_has_the_keys_that_are_promised() -> None:
    found = json.loads(format_problems([ERROR, WARNING], "json"))
    assert found["format"] == "archlab.problems/1"
    assert found["version"] is None
    assert found["problems"][0] == {
        "path": "steps/02-x.md",
        "line": 14,
        "column": 4,
        "code": "E302",
        "severity": "error",
        "message": 'unknown directive "{decison}"',
        "hint": 'did you mean "decision"?',
    }
    assert found["problems"][1]["severity"] == "warning"


def test_github_commands_escape_what_would_end_them() -> None:
    error, warning, _ = format_problems([ERROR, WARNING], "github").split("\n")
    assert error.startswith(
        "::error file=steps/02-x.md,line=14,col=4,title=E302 unknown-directive::unknown"
    )
    assert warning == (
        "::warning file=a%2Cb.yaml,line=1,col=2,title=W631 no-right-when::50 %25 of 3:%0Amore"
    )


def test_sarif_names_the_rule_the_place_and_a_lasting_fingerprint() -> None:
    found = json.loads(format_problems([ERROR], "sarif", prefix="scenarios/x/"))
    [run] = found["runs"]
    [result] = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert found["version"] == "2.1.0"
    assert result["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert place["artifactLocation"]["uri"] == "scenarios/x/steps/02-x.md"
    assert place["region"] == {"startLine": 14, "startColumn": 4}
    moved = Problem(ERROR.path, 99, 1, ERROR.code, ERROR.message, ERROR.hint)
    [again] = json.loads(format_problems([moved], "sarif", prefix="scenarios/x/"))["runs"][0][
        "results"
    ]
    assert again["partialFingerprints"] == result["partialFingerprints"]


def test_the_page_of_codes_has_a_section_for_each_and_for_no_other() -> None:
    page = (ROOT / "docs" / "authoring" / "lint-codes.md").read_text("utf-8")
    sections = re.findall(r"^## ([EW][0-9]{3}) (\S+)$", page, re.MULTILINE)
    assert dict(sections) == CODES
    assert len(sections) == len(CODES)


def test_every_rule_links_to_its_section() -> None:
    [run] = json.loads(format_problems([], "sarif"))["runs"]
    links = {rule["id"]: rule["helpUri"] for rule in run["tool"]["driver"]["rules"]}
    assert links["E302"] == "docs/authoring/lint-codes.md#e302-unknown-directive"


def test_a_comment_on_the_line_before_silences_one_warning_and_no_error() -> None:
    path = "steps/01-first.md"
    missing = TEXTS[path].replace("    right_when: Nobody knows how much memory is used.\n", "")
    allowed = missing.replace("  - id: same", "  # archlab: allow W631\n  - id: same")
    assert [one.code for one in lint_texts({**TEXTS, path: missing})] == ["W631"]
    assert lint_texts({**TEXTS, path: allowed}) == []
    other = missing.replace("  - id: same", "  # archlab: allow W624\n  - id: same")
    assert [one.code for one in lint_texts({**TEXTS, path: other})] == ["W631"]
    error = TEXTS[path].replace("score: 0.8", "score: 0.95")
    error = error.replace("    score", "    # archlab: allow E608\n    score")
    assert [one.code for one in lint_texts({**TEXTS, path: error})] == ["E608"]
