"""What may stand in a name that others read: no invisible signs, no turned lines, no towers."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 40
MARKS = 3
JOINER = "\u200d"
"""Joins emoji into one; alone it is invisible."""
SELECTORS = "\ufe0e\ufe0f"


def clean(name: str) -> str:
    """The name in its composed form, or ValidationError with what to change."""
    name = unicodedata.normalize("NFC", name.strip())
    marks = "".join("m" if unicodedata.combining(sign) else "." for sign in name)
    if any(_is_hidden(name, at) for at in range(len(name))):
        raise ValidationError(_("Leave out signs that cannot be seen."), code="hidden")
    if "m" * (MARKS + 1) in marks:
        raise ValidationError(_("Put at most three marks on one letter."), code="marks")
    if len(re.sub("m+", "", marks)) > LONGEST:
        raise ValidationError(_("Write at most 40 characters."), code="long")
    return name


def _is_hidden(name: str, at: int) -> bool:
    """Controls, turned lines, zero width, line separators, and signs that have no meaning yet."""
    sign = name[at]
    if sign in JOINER + SELECTORS and at:
        base = name[at - 1]
        return not (unicodedata.category(base) == "So" or base in SELECTORS or base == "\u20e3")
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
