"""Whose rows are whose: each model that leads to a person says here how it is exported and erased.

Declared here, filled by the apps above in `AppConfig.ready()`; a test walks all models and fails
where one is missing.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from archlab.accounts.models import Learner, User

Rows = models.QuerySet[Any]
Texts = Callable[[Learner], Iterable[tuple[str, str]]]
"""Further files of an export: names and texts."""


@dataclass(frozen=True)
class Retained:
    """Rows that outlive the person for `days`. `release` takes the person out of them."""

    reason: str
    days: int
    release: Callable[[Rows], None]


@dataclass(frozen=True)
class Personal:
    model: type[models.Model]
    path: str
    hidden: frozenset[str]
    retained: Retained | None

    def of(self, person: Person) -> Rows:
        """The person's rows; `path` ends at a learner or at a user."""
        owner = person.user if self._leads_to_a_user() else person.learner
        rows = self.model._default_manager
        return rows.filter(**{self.path: owner.pk}) if owner else rows.none()

    def _leads_to_a_user(self) -> bool:
        end: Any = self.model
        for name in self.path.split("__"):
            if name != "pk":
                end = end._meta.get_field(name).related_model
        return bool(end is User)


@dataclass(frozen=True)
class Person:
    """A guest has a learner alone, an account usually both."""

    learner: Learner | None
    user: User | None


PERSONAL: dict[type[models.Model], Personal] = {}
TEXTS: list[Texts] = []


def register(
    model: type[models.Model],
    path: str,
    *,
    hidden: Iterable[str] = (),
    retained: Retained | None = None,
) -> None:
    """`path` leads from a row to its person, such as `enrolment__learner`, or is `pk`.

    `hidden` fields are not exported: secrets that prove who somebody is, and nothing else.
    """
    PERSONAL[model] = Personal(model, path, frozenset(hidden), retained)


def add_texts(texts: Texts) -> None:
    """Have `texts(learner)` among the files of every export."""
    TEXTS.append(texts)


def files_of(person: Person) -> Iterator[tuple[str, str]]:
    """Everything about a person: a JSON list for each model, then the texts."""
    for personal in PERSONAL.values():
        rows = [_told(personal, row) for row in personal.of(person).order_by("pk")]
        if rows:
            text = json.dumps(rows, cls=_Encoder, indent=2, ensure_ascii=False)
            yield f"{personal.model._meta.label_lower}.json", text + "\n"
    if person.learner is not None:
        for texts in TEXTS:
            yield from texts(person.learner)


def erase(person: Person) -> None:
    """Delete all rows of a person, those first that lead to them by a longer way.

    The caller has a transaction.
    """
    ways = sorted(PERSONAL.values(), key=lambda one: -_steps(one.path))
    for personal in ways:
        if personal.retained:
            personal.retained.release(personal.of(person))
        else:
            personal.of(person).delete()


def _steps(path: str) -> int:
    return 0 if path == "pk" else 1 + path.count("__")


def _told(personal: Personal, row: models.Model) -> dict[str, Any]:
    fields = [one for one in row._meta.concrete_fields if one.name not in personal.hidden]
    return {one.attname: one.value_from_object(row) for one in fields}


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, bytes | memoryview):
            return b64encode(o).decode()
        return super().default(o)
