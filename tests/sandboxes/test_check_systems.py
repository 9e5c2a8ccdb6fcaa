"""The systems that the checks are tried on, and what the engine repeats of the compiler."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cfnlint.api import ManualArgs, lint
from check_systems import REGION, SYSTEMS

from archlab.domain.architecture.kinds import cloudfront, ec2_group
from archlab.domain.cloudformation import ground, template_of
from archlab.domain.grading.state_checks import edge
from archlab.sandboxes.engine import scene
from archlab.sandboxes.engine.readers import autoscaling, ec2


@pytest.mark.parametrize("name", SYSTEMS)
def test_cfn_lint_finds_nothing_in_a_right_system(name: str) -> None:
    text = template_of(SYSTEMS[name]()).text
    matches = lint(text, config=ManualArgs(regions=[REGION]))
    assert [f"{one.rule.id} {one.message}" for one in matches] == []


def test_the_engine_knows_the_same_names_as_the_compiler() -> None:
    """They are written twice: the compiler is too slow to import for every attempt."""
    assert set(ec2.EDGE_LISTS) == set(ground.EDGE_PREFIX_LISTS.values())
    assert ec2_group.WARNING == autoscaling.WARNING
    assert {ground.table(zone) for zone in ground.ZONES} == {
        f"{scene.PRIVATE_TABLE}{zone}" for zone in ground.ZONES
    }
    assert cloudfront.UNCACHED == edge.UNCACHED


def test_readers_do_without_the_compiler() -> None:
    code = (
        "import archlab.sandboxes.engine.phases, sys;"
        "sys.exit('archlab.domain.architecture' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
