from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import sys, django
from django.core.management import call_command
django.setup()
call_command("check")
print(sorted({"numba", "archlab.wsgi"} & set(sys.modules)))
"""


def test_a_command_that_simulates_nothing_never_pays_for_the_compiler() -> None:
    """numba costs 0.2 s and 65 MB, and compiling the kernel some seconds."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"
