"""Rules for the text of every step of every journey."""

from __future__ import annotations

import re

import builders
import pytest
from django.conf import settings

SLUGS = ("lambda-to-fargate", "spot-mvp", "ec2-to-lambda", "vps-to-aws", "eight-services")
STEPS = [(slug, step) for slug in SLUGS for step in builders.pack(slug)[0].steps]


@pytest.mark.parametrize(("slug", "step"), STEPS)
def test_the_situation_of_a_step_is_read_in_half_a_minute(slug: str, step: str) -> None:
    path = settings.PACK_DIR / slug / builders.pack(slug)[0].steps[step].path
    prose = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    situation = prose.partition("## The situation")[2].partition("## ")[0]
    assert len(situation.split()) <= 120


@pytest.mark.parametrize(("slug", "step"), STEPS)
def test_a_step_takes_five_to_twelve_minutes_and_leaves_one_sentence(slug: str, step: str) -> None:
    found = builders.pack(slug)[0].steps[step]
    assert 5 <= found.minutes <= 12
    assert found.takeaway
