#!/usr/bin/env python3
from __future__ import annotations

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever calls an old Python gets a sentence
    sys.exit(
        "archlab needs Python 3.11 or newer. Run it through `make run`, or with .venv/bin/python."
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archlab.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        sys.exit("Django is not installed here. Run `make setup`, then .venv/bin/python manage.py.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
