"""What an option adds to a bill of which a part has no price."""

from __future__ import annotations

from decimal import Decimal

import builders
import pytest

from archlab.catalog.assess import assessed
from archlab.domain.pack import Decision
from archlab.journeys.blocks.decision import _dearer
from archlab.journeys.options import with_option

pytestmark = pytest.mark.django_db


def dearer(decision: str, option: str, start: str) -> Decimal | None:
    pack, _content = builders.pack("vps-to-aws")
    block = pack.block(decision)
    assert isinstance(block, Decision)
    before = pack.architectures[start]
    after = with_option(pack, block, next(o for o in block.options if o.id == option), before)
    assert after is not None
    return _dearer(assessed(before, block.flow).cost, assessed(after, block.flow).cost)


def test_a_part_that_never_had_a_price_hides_no_difference() -> None:
    move = dearer("j3-d9", "single-zone", "moved")
    assert move is not None
    assert move.quantize(Decimal("0.01")) == Decimal("-113.88")


def test_a_part_without_a_price_that_the_option_brings_makes_the_difference_unknown() -> None:
    assert dearer("j3-d5", "aws", "vps") is None
