"""How a guest's work comes into an account. Declared here, filled by the apps above in `ready()`.

A model with a foreign key to the learner needs one line. Where the account can hold the same
thing already, such as the card of one question, `settle` goes first and leaves one of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise

from archlab.accounts.models import Learner

Settle = Callable[[Learner, Learner], None]
"""Called with the guest and the owner, before the rows move, in the same transaction."""


@dataclass(frozen=True)
class Work:
    model: type[models.Model]
    label: str | Promise
    field: str = "learner"
    settle: Settle | None = None

    def of(self, learner: Learner) -> models.QuerySet[models.Model]:
        return self.model._default_manager.filter(**{self.field: learner})


WORK: dict[type[models.Model], Work] = {}


def register(
    model: type[models.Model],
    label: str | Promise,
    *,
    field: str = "learner",
    settle: Settle | None = None,
) -> None:
    """Have the rows of `model` move to the account. `label` names them in the plural."""
    WORK[model] = Work(model, label, field, settle)


def one_for_each(
    model: type[models.Model],
    *unique: str,
    newer: str,
    field: str = "learner",
) -> Settle:
    """Settles rows of which a learner has one for each value of `unique`: the one stays whose
    field `newer` is greater, the account's own when they are equal."""

    def settle(guest: Learner, owner: Learner) -> None:
        rows = model._default_manager
        for theirs in rows.filter(**{field: guest}):
            same = {name: getattr(theirs, name) for name in unique}
            mine = rows.filter(**{field: owner}, **same).first()
            if mine is not None:
                loser = mine if getattr(theirs, newer) > getattr(mine, newer) else theirs
                loser.delete()

    return settle


def work_of(learner: Learner) -> Iterator[tuple[str, int]]:
    """What there is to merge, in words and numbers; nothing for who has done nothing yet."""
    for work in WORK.values():
        if count := work.of(learner).count():
            yield str(work.label), count


def move(guest: Learner, owner: Learner) -> None:
    """All registered rows of the guest become the owner's. The caller holds both rows' locks."""
    for work in WORK.values():
        if work.settle:
            work.settle(guest, owner)
        work.of(guest).update(**{work.field: owner})
