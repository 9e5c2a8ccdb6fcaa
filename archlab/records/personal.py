"""The decision records among the files of a person's export."""

from __future__ import annotations

from collections.abc import Iterator

from archlab.accounts.models import Learner
from archlab.domain.records import tree
from archlab.records.queries import binders_of


def texts_of(learner: Learner) -> Iterator[tuple[str, str]]:
    """One folder for each journey and one for records without; an empty one is left out."""
    for binder in binders_of(learner):
        folder = "own" if binder.enrolment is None else f"{binder.title}-{binder.id}"
        for path, text in tree(binder.records).items():
            yield f"decisions/{folder}/{path}", text
