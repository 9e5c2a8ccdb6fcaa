"""Commands as a shell runs them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.core.management import ManagementUtility


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """`manage.py WORDS` in this process: what it printed, and the exit code of the process."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Ran:
        code = 0
        try:
            ManagementUtility(["manage.py", *words]).execute()
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = self.capsys.readouterr()
        return Ran(code, printed.out, printed.err)
