"""The page of the checks is the registry's, to the letter, and can be found."""

from __future__ import annotations

from pathlib import Path

from archlab.domain.architecture import KINDS
from archlab.domain.grading.state_checks import CHECKS
from archlab.domain.grading.state_checks.handbook import checks_page

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "authoring" / "checks.md"


def test_the_page_of_checks_is_up_to_date() -> None:
    command = "python -m archlab.domain.grading.state_checks.handbook > docs/authoring/checks.md"
    assert PAGE.read_text("utf-8") == checks_page(), command


def test_there_are_75_checks_of_kinds_that_exist() -> None:
    assert len(CHECKS) == 75
    assert {kind for check in CHECKS.values() for kind in check.kinds} <= set(KINDS)


def test_a_parameter_that_plants_a_mistake_exists_and_is_no_default() -> None:
    for check in CHECKS.values():
        if check.compiled:
            one = check.compiled
            field = KINDS[one.kind].parameter_fields()[one.parameter]
            assert field.default != one.value or one.value == "x86_64", check.id


def test_every_number_of_a_rule_is_in_its_sentence() -> None:
    for check in CHECKS.values():
        for name in check.limits:
            assert f"{{{name}}}" in check.expected, check.id


def test_what_no_source_teaches_is_marked_as_added() -> None:
    for check in CHECKS.values():
        assert (check.origin == "added") or check.seeds, check.id


def test_authors_find_the_page() -> None:
    assert "(docs/authoring/checks.md)" in (ROOT / "README.md").read_text("utf-8")
