"""What a learner gives to an edit is read before anything is called."""

from __future__ import annotations

from typing import Any

import pytest

from archlab.domain.grading.state_checks import CHECKS
from archlab.sandboxes.engine.contract import Ledger, Made
from archlab.sandboxes.engine.edits import EDITS, Number
from archlab.sandboxes.engine.values import Refused, Value


def never(service: str) -> Any:
    raise AssertionError(f"{service} was called")


def refusal(id_: str, ledger: Ledger, **args: Value) -> str:
    with pytest.raises(Refused) as raised:
        EDITS[id_](never, ledger, args)
    return str(raised.value)


@pytest.mark.parametrize("value", ["-1", "36", "7.5", "", "seven", "9" * 40, "²", True])
def test_a_number_outside_of_its_limits_is_refused(value: Value) -> None:
    said = refusal("keep_backups", Ledger(), days=value)
    assert said == "args.days: Write a whole number from 0 to 35."


def test_a_word_that_is_not_offered_is_refused() -> None:
    said = refusal("change_storage", Ledger(), type="io2; drop")
    assert said == "args.type: Choose gp2, gp3."


def test_a_value_that_an_edit_does_not_take_is_refused() -> None:
    assert "takes no such value" in refusal("rotate_key", Ledger(), KeyId="another")


def test_an_edit_of_something_that_was_not_deployed_is_refused() -> None:
    assert "Nothing was deployed" in refusal("rotate_key", Ledger())


def test_an_edit_applies_to_resources_of_its_own_type_alone() -> None:
    ledger = Ledger({"Q": Made("Q", "AWS::SQS::Queue", "q", "url")})
    ledger = ledger.having(Made("Key", "AWS::KMS::Key", "keys", "id"))
    assert "does not apply to Q" in refusal("rotate_key", ledger, resource="Q")


def test_every_default_is_a_value_that_the_edit_takes() -> None:
    for edit in EDITS.values():
        assert set(edit.values({})) == {one.name for one in edit.parameters}
        for one in edit.parameters:
            if isinstance(one, Number):
                assert one.low <= one.default <= one.high


def test_every_edit_repairs_checks_that_exist() -> None:
    for edit in EDITS.values():
        assert set(edit.repairs) <= set(CHECKS), edit.id
