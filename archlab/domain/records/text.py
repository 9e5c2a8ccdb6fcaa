"""Other people's words in Markdown: nothing else in the product may write text into a record."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Own:
    """Words that a person typed. They are shown exactly as typed, whatever they hold."""

    words: str


Text = str | Own
"""Plain text: a `str` comes from a reviewed pack or from the product, `Own` from a person."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&!:@]")
_SPECIAL_BUT_COLON = re.compile(r"[\\`*_\[\]<>#|~&!@]|:(?=//)")
_WWW = re.compile(r"(www)\.", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"([0-9]+)([.)])")
_BLANK_LINES = re.compile(r"\n\s*\n")


def one_line(text: str) -> str:
    """NFC, without control and formatting characters, every run of white space one blank."""
    plain = unicodedata.normalize("NFC", text)
    visible = (" " if unicodedata.category(char).startswith("C") else char for char in plain)
    return " ".join("".join(visible).split())


def escape(text: str) -> str:
    """Markdown that renders as exactly `one_line(text)` after other text on a line.

    Good for list items, table cells, headings and paragraphs; GitHub finds no link in it either,
    except a bare e-mail address.
    """
    return _WWW.sub(r"\1\\.", _SPECIAL.sub(r"\\\g<0>", one_line(text)))


def inline(text: Text) -> str:
    """Text of either origin for the middle of a line.

    Reviewed text keeps its colons, which harm nothing but a link; all else is escaped as well.
    """
    if isinstance(text, Own):
        return escape(text.words)
    return _WWW.sub(r"\1\\.", _SPECIAL_BUT_COLON.sub(r"\\\g<0>", one_line(text)))


def paragraphs(text: Text) -> str:
    """Text of either origin as paragraphs of its own: no line of it can start a block."""
    words = text.words if isinstance(text, Own) else text
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return "\n\n".join(
        paragraph
        for part in _BLANK_LINES.split(words)
        if (paragraph := _paragraph(part, own=isinstance(text, Own)))
    )


def sentence(text: Text) -> str:
    """Text of either origin with a full stop at its end, unless it ends a sentence already."""
    words = plain_line(text)
    return inline(text) if words.endswith((".", "!", "?")) else inline(text) + "."


def is_blank(text: Text) -> bool:
    """There is nothing to read in it."""
    return not plain_line(text)


def plain_line(text: Text) -> str:
    """Text of either origin as one line without any mark-up, for JSON and CSV."""
    return one_line(text.words if isinstance(text, Own) else text)


def plain_lines(text: Text) -> str:
    """Text of either origin with its line breaks and nothing else that cannot be seen."""
    words = text.words if isinstance(text, Own) else text
    lines = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(one_line(line) for line in lines).strip("\n")


def code(text: str) -> str:
    """A code span around any text, with as many back-ticks as it takes."""
    line = one_line(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    blank = " " if len(fence) > 1 else ""
    return f"{fence}{blank}{line}{blank}{fence}"


def _paragraph(text: str, *, own: bool) -> str:
    lines = (inline(Own(line) if own else line) for line in text.split("\n"))
    return "\n".join(_as_text(line) for line in lines if line)


def _as_text(line: str) -> str:
    if line[0] in "-+=:":
        return "\\" + line
    return _LIST_NUMBER.sub(r"\1\\\2", line, count=1) if _LIST_NUMBER.match(line) else line
