"""Truth cases: figures that other people published or counted, compared with our own.

A case is `{id, model, parameters, expected, tolerance, source}`; those of the product are in
`truths.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from archlab.domain.latency.checks import GrowsWithoutEnd
from archlab.domain.latency.truth_models import MODELS, Answer, Given, Sampled

Verdict = Literal["holds", "differs", "not answered"]

RELATIVE = ("analytic_rel", "fluid_rel", "rel")
"""Names under which a case states the relative tolerance of a closed form, closest first."""
NEAR_0 = 1e-12
"""How far from an expected 0 an answer may be, and from any figure that must be exact."""
UNSTATED = 1e-9
"""Relative tolerance of a case that states none for closed forms."""
MOST_Z = 4.0
"""Standard errors by which a simulated figure may differ where a case states none."""


class BadTruths(ValueError):
    """A file that holds no truth cases; the message says where it went wrong."""


class Case(BaseModel):
    """One truth case as it stands in a file."""

    model_config = ConfigDict(frozen=True)

    id: str
    model: str
    parameters: dict[str, object]
    expected: dict[str, object]
    tolerance: dict[str, object]
    source: str = ""
    note: str = ""


class Cases(BaseModel):
    """A file of truth cases."""

    model_config = ConfigDict(frozen=True)

    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Truth:
    """What came of one case.

    `relative_error` is the largest one of the figures, None where there is nothing to compare. The
    `tolerance` of a simulated figure is what its standard error leaves room for.
    """

    id: str
    model: str
    got: Answer | None
    expected: Answer
    relative_error: float | None
    tolerance: float | None
    verdict: Verdict
    ok: bool
    why: str

    def as_json(self) -> dict[str, object]:
        """The keys of `manage.py truths --json`."""
        return asdict(self) | {"got": _finite(self.got), "expected": _finite(self.expected)}


def shipped_truths() -> str:
    """The truth cases that come with the product, as they stand in their file."""
    return (resources.files("archlab.domain.latency") / "truths.json").read_text("utf-8")


def read_truths(text: str) -> tuple[Case, ...]:
    """Cases of a file with the key "cases", or of a plain list. Raises BadTruths."""
    try:
        content = json.loads(text)
        whole = {"cases": content} if isinstance(content, list) else content
        return Cases.model_validate(whole).cases
    except json.JSONDecodeError as error:
        raise BadTruths(f"line {error.lineno}: this is not JSON ({error.msg})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BadTruths(f"{place}: {first['msg']}") from error


def check_truths(cases: tuple[Case, ...]) -> list[Truth]:
    """Every case through our own functions, in the order of the file."""
    return [check(case) for case in cases]


def check(case: Case) -> Truth:
    """One case; a model or a figure that we do not know is not answered, never passed over."""
    if not case.expected:
        return _untold(case, "the case expects no figure")
    try:
        answer = _answer(case)
    except OverflowError:
        return _untold(case, "the parameters are too large to compute with")
    except ValueError as refused:
        return _untold(case, str(refused))
    unknown = [name for name in case.expected if name not in answer]
    if unknown:
        known = ", ".join(answer)
        return _untold(case, f"{case.model} gives {known}, not {unknown[0]}")
    return _compared(case, {name: answer[name] for name in case.expected})


def _answer(case: Case) -> Answer:
    """What the model of a case gives; in overload its growth, where the case expects just that."""
    if case.model not in MODELS:
        near = get_close_matches(case.model, MODELS, n=1)
        hint = f", did you mean {near[0]}?" if near else ""
        raise ValueError(f"the model {case.model} is not known{hint}")
    try:
        return MODELS[case.model](Given(case.parameters))
    except GrowsWithoutEnd as overload:
        if set(case.expected) != {"growth"}:
            raise
        return {"growth": overload.growth}


def _untold(case: Case, why: str) -> Truth:
    return Truth(
        case.id, case.model, None, case.expected, None, None, "not answered", ok=False, why=why
    )


def _compared(case: Case, answer: Answer) -> Truth:
    got = {name: _mean(value) for name, value in answer.items()}
    errors = {name: _error(name, got[name], wanted) for name, wanted in case.expected.items()}
    rooms = {name: _room(case, answer[name], wanted) for name, wanted in case.expected.items()}
    worst = max(errors, key=lambda name: (errors[name] > rooms[name], errors[name]))
    error, room = errors[worst], rooms[worst]
    holds = error <= room
    why = f"within {room:.3g}" if holds else f"{worst} is off by {error:.3g}, not {room:.3g}"
    # figures of another shape are off by more than any number
    shown = error if error < math.inf else None
    verdict: Verdict = "holds" if holds else "differs"
    return Truth(case.id, case.model, got, case.expected, shown, room, verdict, ok=holds, why=why)


def _mean(value: object) -> object:
    return value.mean if isinstance(value, Sampled) else value


def _room(case: Case, got: object, wanted: object) -> float:
    """How far a figure may be off, relative to the expected one."""
    if not isinstance(got, Sampled) or not isinstance(wanted, int | float) or not wanted:
        return _tolerance(case)
    stated = case.tolerance.get("simulation")
    limits = stated if isinstance(stated, Mapping) else {}
    own = _stated(limits, "own_standard_error", 0.0)
    return _stated(limits, "max_abs_z", MOST_Z) * math.hypot(got.error, own) / abs(wanted)


def _stated(limits: Mapping[str, object], name: str, otherwise: float) -> float:
    found = limits.get(name)
    return float(found) if isinstance(found, int | float) else otherwise


def _tolerance(case: Case) -> float:
    """Exact means equal up to rounding in the last digits of a float."""
    for name in RELATIVE:
        stated = case.tolerance.get(name)
        if isinstance(stated, int | float):
            return float(stated)
    return NEAR_0 if case.tolerance.get("exact") is True else UNSTATED


def _error(name: str, got: object, wanted: object) -> float:
    """Largest relative error; infinite for another shape. JSON writes an endless time as null.

    A figure whose name ends in _rel is a relative difference as it stands.
    """
    if isinstance(got, list) and isinstance(wanted, list) and len(got) == len(wanted):
        return max((_error(name, *pair) for pair in zip(got, wanted, strict=True)), default=0.0)
    if wanted is None and got == math.inf:
        return 0.0
    if not isinstance(got, int | float) or not isinstance(wanted, int | float):
        return math.inf
    if name.endswith("_rel"):
        return abs(got - wanted)
    if got == wanted or (wanted == 0 and abs(got) <= NEAR_0):
        return 0.0
    return abs(got - wanted) / abs(wanted) if wanted else math.inf


def holds(truths: list[Truth]) -> bool:
    """Whether no case is refuted or unanswered."""
    return all(truth.ok for truth in truths)


def _finite(value: object) -> object:
    """The same with null for what JSON cannot write."""
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
