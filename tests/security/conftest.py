from __future__ import annotations

import pytest
from people import Person
from world import World, world_of


@pytest.fixture
def world(alice: Person) -> World:
    return world_of(alice)
