"""`python -m archlab.domain.pack check FOLDER ...`: the linter without a web framework."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from archlab.domain.pack.check import lint
from archlab.domain.pack.files import files_in, version_of
from archlab.domain.pack.formats import Format, format_problems


def main(arguments: Sequence[str]) -> int:
    """0 without errors, 1 with errors, 2 when it could not run."""
    parser = ArgumentParser(prog="python -m archlab.domain.pack", description=__doc__)
    parser.add_argument("command", choices=["check", "hash"])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--format", choices=get_args(Format), default="text")
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")
    given = parser.parse_args(arguments)
    for folder in given.folders:
        if not folder.is_dir():
            parser.error(f"{folder} is not a folder")
    if given.command == "hash":
        lines = (f"{version_of(files_in(one))}  {one}\n" for one in given.folders)
        sys.stdout.writelines(lines)
        return 0
    return max(_check(folder, given) for folder in given.folders)


def _check(folder: Path, given: Namespace) -> int:
    problems = lint(folder)
    sys.stdout.write(format_problems(problems, given.format, prefix=f"{folder.as_posix()}/"))
    errors = sum(problem.is_error for problem in problems)
    if given.format == "text":
        sys.stdout.write(f"{folder}: {errors} errors, {len(problems) - errors} warnings\n")
    return 1 if errors or (given.strict and problems) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
