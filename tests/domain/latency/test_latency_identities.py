"""The identities hold on other seeds than that of the truth case, and notice what is lost."""

from __future__ import annotations

import pytest

from archlab.domain.latency import identities
from archlab.domain.latency.tables import ANSWERED, SERVING_S


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_identities_hold_on_any_seed(seed: int) -> None:
    found = identities.differences(seed)
    assert found.requests == 0
    assert max(found.sojourns, found.services, found.explained) < 1e-9


def test_a_lost_request_and_a_second_too_much_are_noticed() -> None:
    plan, state = identities._ran(identities.PATIENT, 4)
    state.counts[ANSWERED] -= 1
    state.done[0] += 1.0
    state.noted_spent[-1, 1, SERVING_S] += 1.0
    assert identities._requests((plan, state)) == 1
    assert identities._sojourns((plan, state)) > 1e-9
    assert identities._services(plan, state) > 1e-9
