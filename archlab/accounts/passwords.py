"""Which passwords are taken: 12 to 128 characters, none that everybody tries first."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 128


class NotTooLong:
    """A bound for the time that hashing takes."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("Write at most 128 characters.")


class NotCommon(CommonPasswordValidator):
    """Refuses what stands in Django's list of 20,000, also doubled or with signs after it."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        word = password.lower().strip()
        forms = {word, word.rstrip("0123456789!?.,-_*#$ "), *_repeated(word)}
        if forms & self.passwords or len(set(word)) < 4:
            said = _("Many people use this password. Take some words that do not belong together.")
            raise ValidationError(said, code="password_too_common")

    def get_help_text(self) -> str:
        return _("Some words that do not belong together are strong and easy to keep in mind.")


def _repeated(word: str) -> set[str]:
    """The part of which the word is two or more copies, if there is one."""
    return {
        word[:size]
        for size in range(1, len(word) // 2 + 1)
        if len(word) % size == 0 and word == word[:size] * (len(word) // size)
    }
