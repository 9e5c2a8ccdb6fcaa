"""A step in the learner's own words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from archlab.accounts.visitor import Visitor
from archlab.domain.pack import Step
from archlab.journeys.models import Enrolment, Explanation
from archlab.journeys.queries import explanations_of, pack_played


@dataclass(frozen=True)
class WordsPage:
    """What is kept of a step; `problem` says why a text was not taken."""

    visitor: Visitor
    enrolment: Enrolment
    step_id: str
    problem: str = ""

    @property
    def step(self) -> Step:
        return pack_played(self.enrolment).steps[self.step_id]

    @cached_property
    def kept(self) -> Explanation | None:
        return explanations_of(self.visitor, self.enrolment.version.scenario_id).get(self.step_id)

    @property
    def revision(self) -> int:
        """What the form names; after a conflict that of the text beside it."""
        return self.kept.revision if self.kept else 0

    @property
    def url(self) -> str:
        return reverse("journeys:words", args=[self.enrolment.version.scenario.slug, self.step_id])
