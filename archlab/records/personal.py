"""The decision records among the files of a person's export."""

from __future__ import annotations

from collections.abc import Iterator

from archlab.accounts.models import Learner
from archlab.domain.records import tree
from archlab.journeys.queries import runs_of
from archlab.records.queries import records_of


def texts_of(learner: Learner) -> Iterator[tuple[str, str]]:
    """One folder for each journey; a journey without a decision has none."""
    for enrolment in runs_of(learner):
        if records := records_of(enrolment):
            folder = f"decisions/{enrolment.version.scenario.slug}-{enrolment.pk}"
            for path, text in tree(records).items():
                yield f"{folder}/{path}", text
