"""What a person may do beyond learning; none of it without a second factor."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class Role(StrEnum):
    INSTRUCTOR = "instructor"
    FACILITATOR = "facilitator"
    OPERATOR = "operator"


WORDS: dict[Role, Promise] = {
    Role.INSTRUCTOR: gettext_lazy("instructor"),
    Role.FACILITATOR: gettext_lazy("facilitator"),
    Role.OPERATOR: gettext_lazy("operator"),
}
