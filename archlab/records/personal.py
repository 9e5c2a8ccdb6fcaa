"""The decision records among the files of a person's export."""

from __future__ import annotations

from collections.abc import Iterator

from archlab.accounts.models import Learner
from archlab.domain.records import tree
from archlab.records.queries import Binder, binders_of


def texts_of(learner: Learner) -> Iterator[tuple[str, str]]:
    """One folder for each journey and one for records without; an empty one is left out."""
    for binder in binders_of(learner):
        for path, text in tree(binder.records).items():
            yield f"decisions/{_folder(binder)}/{path}", text


def _folder(binder: Binder) -> str:
    run = binder.enrolment
    return f"{run.version.scenario.slug}-{run.pk}" if run else "own"
