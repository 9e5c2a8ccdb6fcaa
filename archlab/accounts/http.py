from __future__ import annotations

from archlab.accounts.models import User
from archlab.accounts.visitor import Visitor
from archlab.web.http import HtmxRequest


class LearnerRequest(HtmxRequest):
    """`learner` asks; `guest` is what this browser's cookie says, whoever is signed in."""

    learner: Visitor
    guest: Visitor


class UserRequest(LearnerRequest):
    """Behind `signed_in`: there is a user."""

    user: User
