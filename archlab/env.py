"""What the environment says, read once and typed. A bad value stops the start with a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})
NUMBER = re.compile(r"[0-9]{1,9}")


class BadSetting(SystemExit):
    """Ends the process with one sentence where another error would print a traceback."""


def text(name: str, default: str = "") -> str:
    """The variable `name`, or what the file named by `NAME_FILE` holds (for secrets)."""
    value, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if value and file:
        raise BadSetting(f"{name} and {name}_FILE are both set: keep one of them.")
    if file:
        return _content(f"{name}_FILE", Path(file))
    return value or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value not in YES | NO:
        raise BadSetting(f"{name}={value}: write yes or no.")
    return value in YES


def choice(name: str, default: str, choices: Sequence[str]) -> str:
    value = text(name, default)
    if value not in choices:
        raise BadSetting(f"{name}={value}: write one of {', '.join(choices)}.")
    return value


def words(name: str, *, pattern: str, example: str) -> list[str]:
    """A list, separated by commas; empty when the variable is not set."""
    found = [word.strip() for word in text(name).split(",") if word.strip()]
    for word in found:
        if not re.fullmatch(pattern, word):
            raise BadSetting(f"{name}: {word} is not of the form {example}.")
    return found


def integer(name: str, *, default: int, low: int, high: int) -> int:
    value = text(name)
    if not value:
        return default
    if not (NUMBER.fullmatch(value) and low <= int(value) <= high):
        raise BadSetting(f"{name}={value}: write a whole number from {low} to {high}.")
    return int(value)


def hand_on(name: str, value: str) -> None:
    """Set a variable that a library reads for itself, unless the environment has it already."""
    os.environ.setdefault(name, value)


def _content(name: str, file: Path) -> str:
    try:
        content = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}={file}: the file cannot be read ({error}).") from None
    if not content:
        raise BadSetting(f"{name}={file}: the file is empty. Write the value into it.")
    return content
