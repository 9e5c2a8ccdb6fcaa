from __future__ import annotations

from decimal import Decimal

import pytest
from architecture_builders import part
from pydantic import ValidationError

from archlab.domain.architecture import Value
from archlab.domain.architecture.parameters import problems


def of_nat(value: Value) -> Value:
    return part("nat_gateway", processed_gb=value).parameters()["processed_gb"]


def test_text_becomes_a_number_by_its_field() -> None:
    assert of_nat("3.78") == Decimal("3.78")
    assert of_nat(4) == Decimal(4)
    assert part("alb", zones="3").parameters()["zones"] == 3
    assert part("alb", sticky="true").parameters()["sticky"] is True
    assert part("ec2_instance", type="5").parameters()["type"] == "5"
    assert part("fargate_service", cpu="256", memory_mib="512").parameters()["cpu"] == 256


@pytest.mark.parametrize("text", ["1e3", "+1", ".5", "1_000", "1.", "0x1", "NaN", "1.1234567", ""])
def test_a_decimal_is_written_in_plain_digits(text: str) -> None:
    with pytest.raises(ValidationError, match="write a number such as 2"):
        of_nat(text)


@pytest.mark.parametrize("text", ["2.0", "02", "two", "1e1"])
def test_a_whole_number_is_written_in_plain_digits(text: str) -> None:
    with pytest.raises(ValidationError, match="write a whole number such as 2"):
        part("alb", zones=text)


@pytest.mark.parametrize("text", ["yes", "True", "1"])
def test_a_boolean_is_true_or_false(text: str) -> None:
    with pytest.raises(ValidationError, match="write true or false"):
        part("alb", sticky=text)


def test_a_float_is_never_money() -> None:
    with pytest.raises(ValidationError):
        part("nat_gateway").model_validate({"id": "nat", "processed_gb": 3.78})


def test_a_boolean_is_no_number() -> None:
    with pytest.raises(ValidationError):
        part("alb", zones=True)
    with pytest.raises(ValidationError):
        of_nat(value=True)


def test_a_component_does_not_change() -> None:
    nat = part("nat_gateway")
    with pytest.raises(ValidationError, match="frozen"):
        nat.label = "other"  # type: ignore[misc]


def test_every_problem_is_named_once_in_plain_words() -> None:
    with pytest.raises(ValidationError) as error:
        part("fargate_service", memory_mib=100, tasks=-1, arch="mips", speed=9)
    assert problems(error.value) == {
        "cpu": "is required: write a value",
        "memory_mib": "write a number from 512 up, not 100",
        "tasks": "write a number from 0 up, not -1",
        "arch": "write 'x86_64' or 'arm64', not 'mips'",
        "speed": "is not a parameter here: take it out",
    }
