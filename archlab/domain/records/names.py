"""Names of record files: four digits or more, then the title in plain ASCII words."""

from __future__ import annotations

import re
import unicodedata

from archlab.domain.records.text import Own, Text

DIGITS = 4
LONGEST = 80
"""Characters of a whole file name, the extension included."""


def file_name(number: int, title: Text, *, width: int = DIGITS) -> str:
    """`0003-drop-the-nat-gateway.md`; a title without any Latin letter or digit is "decision".

    `width` is at least four: the digits of the last number of the folder, because a folder that
    mixes widths sorts wrongly.
    """
    if number < 0:
        raise ValueError(f"{number}: a record's number is 0 or more.")
    words = title.words if isinstance(title, Own) else title
    head = f"{number:0{max(width, DIGITS)}}-"
    return f"{head}{_slug(words)[: LONGEST - len(head) - len('.md')].rstrip('-')}.md"


def evidence_name(number: int, kind: str, *, width: int = DIGITS) -> str:
    """`0003-cost.csv`, in the folder `evidence` beside the records."""
    return f"{number:0{max(width, DIGITS)}}-{kind}"


def width_for(numbers: list[int]) -> int:
    """The digits that a folder with these numbers needs."""
    return max([DIGITS, *(len(str(number)) for number in numbers)])


def _slug(title: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", title).casefold())
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or "decision"
