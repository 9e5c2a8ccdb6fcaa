from __future__ import annotations

from archlab.accounts.visitor import Visitor
from archlab.web.http import HtmxRequest


class LearnerRequest(HtmxRequest):
    learner: Visitor
