from __future__ import annotations

from django.db.models import Q

from archlab.accounts.models import Learner
from archlab.accounts.visitor import Visitor


def owned_by(visitor: Visitor, path: str = "learner") -> Q:
    """The condition for rows of this visitor; a stranger owns none, and asking costs no query.

    `path` leads from the row to the learner; it is empty for the learner's own row.
    """
    prefix = f"{path}__" if path else ""
    if visitor.user_id is not None:
        return Q(**{f"{prefix}user_id": visitor.user_id})
    if visitor.token_hash is None:
        return Q(pk__in=[])
    return Q(**{f"{prefix}token_hash": visitor.token_hash})


def learner_of(visitor: Visitor) -> Learner | None:
    if not visitor.known:
        return None
    return Learner.objects.filter(owned_by(visitor, "")).first()
