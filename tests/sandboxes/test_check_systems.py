"""The systems that the checks are tried on are templates that AWS would take."""

from __future__ import annotations

import pytest
from cfnlint.api import ManualArgs, lint
from check_systems import REGION, SYSTEMS

from archlab.domain.cloudformation import template_of


@pytest.mark.parametrize("name", SYSTEMS)
def test_cfn_lint_finds_nothing_in_a_right_system(name: str) -> None:
    text = template_of(SYSTEMS[name]()).text
    matches = lint(text, config=ManualArgs(regions=[REGION]))
    assert [f"{one.rule.id} {one.message}" for one in matches] == []
