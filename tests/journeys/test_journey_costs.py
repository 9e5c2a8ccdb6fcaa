"""What pages and states of a journey cost, and what is never kept in memory."""

from __future__ import annotations

from typing import Any

import builders
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from people import Person
from player import Player
from version_desk import TYPO, publish_edited

from archlab.journeys import runs
from archlab.journeys.answered import answers_of
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import runs_of

pytestmark = pytest.mark.django_db


def test_twenty_runs_cost_as_many_queries_as_one(
    alice: Person, django_assert_num_queries: Any
) -> None:
    builders.enrolment(alice.learner)
    assert alice.get("/journeys/").status_code == 200
    with CaptureQueriesContext(connection) as one:
        alice.get("/journeys/")
    cost = len(one)
    for _run in range(19):
        builders.enrolment(alice.learner)
    assert alice.get("/journeys/").content.count(b"/resume/") >= 20
    with django_assert_num_queries(cost):
        alice.get("/journeys/")


def test_nothing_that_a_rollback_can_take_back_is_kept(alice: Person) -> None:
    """The ids of events come again after a rollback, so no state of an open transaction may
    stay in memory."""
    player = Player(alice)
    player.start()
    player.play(until="j0-02")
    publish_edited(TYPO)
    known = Enrolment.objects.get()
    known.events.create(
        key=known.pk, kind="left", step="j0-02", at=builders.NOW, version=known.version
    )
    runs._folded.cache_clear()
    (fresh,) = runs_of(alice.learner)
    assert list(answers_of(fresh))
    assert runs._folded.cache_info().currsize == 0
