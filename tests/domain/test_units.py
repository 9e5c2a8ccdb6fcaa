from __future__ import annotations

from decimal import Decimal

import pytest

from archlab.domain.units import Unit, blocks


@pytest.mark.parametrize(
    ("quantity", "size", "expected"),
    [
        ("1", "512", 1),
        ("512", "512", 1),
        ("512.001", "512", 2),
        ("1025", "512", 3),
        ("7", "2", 4),
        ("0", "64", 1),
        ("1.0000000000000000000000000000000000001", "1", 2),
    ],
)
def test_a_payload_fills_whole_blocks_and_at_least_one(
    quantity: str, size: str, expected: int
) -> None:
    assert blocks(Decimal(quantity), Decimal(size)) == expected


@pytest.mark.parametrize(("quantity", "size"), [("-1", "64"), ("1", "0"), ("1", "-64")])
def test_blocks_refuse_a_negative_quantity_and_an_empty_block(quantity: str, size: str) -> None:
    with pytest.raises(ValueError, match="write a quantity from 0 up and a block size above 0"):
        blocks(Decimal(quantity), Decimal(size))


@pytest.mark.parametrize(
    ("unit", "quantity", "text"),
    [
        (Unit.HOUR, "744", "h"),
        (Unit.VCPU_HOUR, "186", "vCPU-h"),
        (Unit.GB_SECOND, "1", "GB-s"),
        (Unit.GB, "3.78", "GB"),
        (Unit.MILLION_RU, "2", "million-RU"),
        (Unit.KEY_MONTH, "11.93", "key-months"),
        (Unit.REQUEST, "1", "request"),
        (Unit.QUERY, "75000", "queries"),
        (Unit.GIB_MONTH, "0", "GiB-months"),
    ],
)
def test_a_unit_reads_well_behind_its_number(unit: Unit, quantity: str, text: str) -> None:
    assert unit.of(Decimal(quantity)) == text


def test_only_hours_grow_with_the_month() -> None:
    growing = {unit for unit in Unit if unit.scales_with_month}
    assert growing == {
        Unit.ACU_HOUR,
        Unit.ENDPOINT_AZ_HOUR,
        Unit.GB_HOUR,
        Unit.HOUR,
        Unit.LCU_HOUR,
        Unit.NLCU_HOUR,
        Unit.RCU_HOUR,
        Unit.VCPU_HOUR,
        Unit.WCU_HOUR,
    }
