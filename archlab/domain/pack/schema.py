"""From a text tree to a model, and from pydantic's errors to problems with code and place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.yamltext import COMMA, Document, Path

Model = TypeVar("Model", bound=BaseModel)

_CODES = {
    "missing": "E202",
    "extra_forbidden": "E201",
    "literal_error": "E204",
    "string_too_short": "E206",
    "string_too_long": "E206",
    "too_short": "E206",
    "too_long": "E206",
    "string_pattern_mismatch": "E207",
    "greater_than": "E205",
    "greater_than_equal": "E205",
    "less_than": "E205",
    "less_than_equal": "E205",
}
_WANTED = {
    "string_type": "text is expected here",
    "tuple_type": "a list is expected here",
    "mapping_type": "a mapping is expected here",
    "dict_type": "a mapping is expected here",
    "model_type": "a mapping is expected here",
    "model_attributes_type": "a mapping is expected here",
}


def validate(
    model: type[Model], document: Document, given: Mapping[str, object] | None = None
) -> tuple[Model | None, list[Problem]]:
    """The document as a model, or its problems. `given` are values that come from elsewhere."""
    tree = {**document.keys, **given} if given else document.keys
    try:
        return model.model_validate(tree), []
    except ValidationError as error:
        return None, problems_of(error.errors(include_url=False), model, document)


def problems_of(
    details: Sequence[ErrorDetails], model: type[BaseModel], document: Document
) -> list[Problem]:
    """One problem per cause; a misspelt key is not also a missing one."""
    found = [_Detail(detail, model, document) for detail in details]
    missing: dict[Path, list[str]] = {}
    for detail in found:
        if detail.code == "E202":
            missing.setdefault(detail.path[:-1], []).append(str(detail.path[-1]))
    misspelt: set[Path] = set()
    problems: dict[tuple[int, int, str], Problem] = {}
    for detail in found:
        if detail.code == "E201":
            problem, meant = _unknown_key(detail, missing.get(detail.path[:-1], []))
            misspelt |= {(*detail.path[:-1], meant)} if meant else set()
            problems[problem.line, problem.column, f"E201{detail.path[-1]}"] = problem
    for detail in found:
        if detail.code != "E201" and detail.path not in misspelt and not detail.follows(found):
            problem = detail.problem()
            message = problem.message if problem.code == "E202" else ""
            problems.setdefault((problem.line, problem.column, problem.code + message), problem)
    return list(problems.values())


class _Detail:
    """One error of pydantic in our words."""

    def __init__(self, detail: ErrorDetails, model: type[BaseModel], document: Document) -> None:
        self.detail, self.model, self.document = detail, model, document
        self.context: Mapping[str, Any] = detail.get("ctx", {})
        kind = detail["type"]
        self.code = kind if re.fullmatch(r"E\d{3}", kind) else _CODES.get(kind, "E203")
        self.is_key = detail["loc"][-1:] == ("[key]",)
        self.path = document.known(detail["loc"], loose=kind == "missing")
        if self.context.get("at") and self.code not in {"E208", "E209"}:
            self.path = (*self.path, self.context["at"])

    def problem(self) -> Problem:
        message, hint = self._said()
        path, document = self.path, self.document
        if self.is_key:
            return document.at_key(self.code, message, path, hint)
        if self.code == "E202":
            return document.at_holder(self.code, message, path[:-1], hint)
        of_all = self.code == "E206" and document.is_collection(path)
        if of_all or self.code in {"E208", "E209"}:
            return document.at_holder(self.code, message, path, hint)
        return document.problem(self.code, message, path, hint)

    def follows(self, others: Sequence[_Detail]) -> bool:
        """A list is only too short because one of its items could not be read."""
        if self.detail["type"] != "too_short":
            return False
        depth = len(self.path)
        return any(len(one.path) > depth and one.path[:depth] == self.path for one in others)

    def _said(self) -> tuple[str, str]:
        kind, context = self.detail["type"], self.context
        if "text" in context:
            return str(context["text"]), ""
        if kind == "missing":
            return f'the key "{self.path[-1]}" is missing', ""
        if kind == "literal_error":
            return self._unknown_word()
        if kind in _SENTENCES:
            return _SENTENCES[kind].format(**context), ""
        return _WANTED.get(kind, "this has the wrong type"), ""

    def _unknown_word(self) -> tuple[str, str]:
        given = str(self.detail["input"])
        allowed = re.findall(r"'([^']*)'", str(self.context.get("expected", "")))
        if allowed == ["archlab/1"]:
            return f'the format "{given[:40]}" is unknown: this archlab reads archlab/1', ""
        words = ", ".join(word for word in allowed if word)
        return f'"{given[:40]}" is none of: {words}', did_you_mean(given, allowed)


_SENTENCES = {
    "string_too_short": "at least {min_length} characters are needed here",
    "string_too_long": "at most {max_length} characters fit here",
    "too_short": "at least {min_length} are needed here, there are {actual_length}",
    "too_long": "at most {max_length} fit here",
    "string_pattern_mismatch": "this does not have the form {pattern}",
    "greater_than": "a number above {gt} is expected here",
    "greater_than_equal": "a number of at least {ge} is expected here",
    "less_than": "a number below {lt} is expected here",
    "less_than_equal": "a number of at most {le} is expected here",
}


def _unknown_key(detail: _Detail, missing: Sequence[str]) -> tuple[Problem, str]:
    """The problem, and the missing key that was meant."""
    word = str(detail.path[-1])
    near = get_close_matches(word, missing, n=1, cutoff=0.6)
    allowed = near or keys_at(detail.model, detail.path[:-1])
    hint = did_you_mean(word, allowed)
    if not hint and detail.document.is_flow(detail.path[:-1]):
        hint = COMMA
    message = f'unknown key "{word}"'
    return detail.document.at_key("E201", message, detail.path, hint), near[0] if near else ""


def keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand in the mapping at `path` of a document of this model."""
    types: list[object] = [model]
    for part in path:
        types = [inner for one in types for inner in _inside(one, part)]
    return [
        field.validation_alias if isinstance(field.validation_alias, str) else name
        for one in types
        if isinstance(one, type) and issubclass(one, BaseModel)
        for name, field in one.model_fields.items()
        if not str(field.validation_alias).startswith("{")
    ]


def _inside(annotation: object, part: str | int) -> list[object]:
    """The types of what stands under a key or index of a value of this type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if part in (name, field.validation_alias):
                return _unwrapped(field.annotation)
        return []
    arguments = get_args(annotation)
    if isinstance(part, int):
        return _unwrapped(arguments[0]) if arguments else []
    return _unwrapped(arguments[-1]) if arguments else []


def _unwrapped(annotation: object) -> list[object]:
    """Without Annotated, Optional and unions."""
    if get_origin(annotation) is Annotated:
        return _unwrapped(get_args(annotation)[0])
    if get_origin(annotation) in (Union, type(int | str)):
        return [inner for one in get_args(annotation) for inner in _unwrapped(one)]
    return [annotation]
