"""Problems for people, for programs, for GitHub and for code scanners."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from archlab.domain.pack.codes import CODES
from archlab.domain.pack.problem import Problem

Format = Literal["text", "json", "github", "sarif"]
DOCS = "docs/authoring/lint-codes.md"
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def format_problems(
    problems: Sequence[Problem], style: Format = "text", *, prefix: str = "", version: str = ""
) -> str:
    """The problems as one text that ends with a newline; empty text for no problems.

    `prefix` is put before every path (the folder of the pack), `version` is the pack's hash.
    """
    return _FORMATS[style](problems, prefix, version)


def _severity(problem: Problem) -> Literal["error", "warning"]:
    return "error" if problem.is_error else "warning"


def _text(problems: Sequence[Problem], prefix: str, _version: str) -> str:
    return "".join(f"{prefix}{problem}\n" for problem in problems)


def _json(problems: Sequence[Problem], prefix: str, version: str) -> str:
    rows = [
        {
            "path": prefix + one.path,
            "line": one.line,
            "column": one.column,
            "code": one.code,
            "severity": _severity(one),
            "message": one.message,
            "hint": one.hint,
        }
        for one in problems
    ]
    found = {"format": "archlab.problems/1", "version": version or None, "problems": rows}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _said(problem: Problem) -> str:
    return f"{problem.message} ({problem.hint})" if problem.hint else problem.message


def _github(problems: Sequence[Problem], prefix: str, _version: str) -> str:
    return "".join(
        f"::{_severity(one)} file={_property(prefix + one.path)},line={one.line},col={one.column},"
        f"title={_property(f'{one.code} {CODES[one.code]}')}::{_escaped(_said(one))}\n"
        for one in problems
    )


def _sarif(problems: Sequence[Problem], prefix: str, _version: str) -> str:
    rules = [
        {
            "id": code,
            "name": name,
            "helpUri": f"{DOCS}#{code.lower()}-{name}",
            "shortDescription": {"text": name.replace("-", " ")},
            "defaultConfiguration": {"level": "error" if code.startswith("E") else "warning"},
        }
        for code, name in CODES.items()
    ]
    driver = {"name": "archlab", "rules": rules}
    results = [_result(one, prefix) for one in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    found = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _result(problem: Problem, prefix: str) -> Mapping[str, object]:
    path = prefix + problem.path
    without_numbers = re.sub(r"[0-9]+", "", f"{problem.code}|{path}|{problem.message}")
    fingerprint = hashlib.sha256(without_numbers.encode()).hexdigest()
    place = {
        "artifactLocation": {"uri": path},
        "region": {"startLine": problem.line, "startColumn": problem.column},
    }
    return {
        "ruleId": problem.code,
        "level": _severity(problem),
        "message": {"text": _said(problem)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"archlab/v1": fingerprint},
    }


_FORMATS: Mapping[Format, Callable[[Sequence[Problem], str, str], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
