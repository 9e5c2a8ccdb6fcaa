from __future__ import annotations

from django.db.models import Q

from archlab.accounts.models import Learner
from archlab.accounts.visitor import Visitor


def owned_by(visitor: Visitor, path: str = "learner") -> Q:
    """The condition for rows of this visitor; a stranger owns none, and asking costs no query."""
    if visitor.token_hash is None:
        return Q(pk__in=[])
    return Q(**{f"{path}__token_hash": visitor.token_hash})


def learner_of(visitor: Visitor) -> Learner | None:
    if visitor.token_hash is None:
        return None
    return Learner.objects.filter(token_hash=visitor.token_hash).first()
