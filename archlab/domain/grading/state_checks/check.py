"""What a read-back check is, and how its judge comes to a verdict.

A reader looks at the deployed resources and returns *facts*, a small JSON:
`{"subjects": [{"id": logical id, ...}]}`, or `{"unseen": why}` when it could not look. The judge
here is pure: the same facts always have the same verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Facts = Mapping[str, Any]
Limits = Mapping[str, int]
Status = Literal["pass", "fail", "unknown"]
Basis = Literal["read-back", "template"]
Origin = Literal["seed", "adapted", "added"]
Target = Literal["embedded", "ministack", "aws"]

EVERYWHERE: tuple[Target, ...] = ("embedded", "ministack", "aws")
NO_SUBJECT, UNSEEN, MISSING = "no_subject", "unseen", "field_missing"
COMMON_REASONS = {
    NO_SUBJECT: "Nothing was deployed that this check could look at.",
    UNSEEN: "The answer of the service could not be read, so nothing is said about it.",
    MISSING: "The answer of the service lacks what this check reads.",
}


@dataclass(frozen=True)
class Finding:
    """What was found at one subject: `reason` is empty where all is well."""

    reason: str
    actual: str


@dataclass(frozen=True)
class Verdict:
    """What a check says. `unknown` means that nothing could be seen; it is nobody's mistake.

    `basis` is "template" when the emulator does not keep what the check reads, so that the
    template answered in its place.
    """

    status: Status
    reason: str
    expected: str
    actual: str
    basis: Basis = "read-back"


class Missing(LookupError):
    """A field that the facts lack."""


def _wrapped(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Subject(value)
    return [_wrapped(one) for one in value] if isinstance(value, list) else value


class Subject(Mapping[str, Any]):
    """The facts of one resource; a field that was not read is `Missing`, never a default.

    The same holds for what is inside of it.
    """

    def __init__(self, fields: Mapping[str, Any], limits: Limits | None = None) -> None:
        self._fields = fields
        self._limits = limits or {}

    def limit(self, name: str) -> int:
        """A number of the rule."""
        return self._limits[name]

    def __getitem__(self, name: str) -> Any:
        if name not in self._fields:
            raise Missing(name)
        return _wrapped(self._fields[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


Look = Callable[[Subject], Finding]


@dataclass(frozen=True)
class Declared:
    """Where the template says the same: a path in the properties of a resource type.

    `field` is the field of the facts that the value stands for.
    """

    type: str
    path: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class Setting:
    """A parameter of a component's kind that a lab sets to compile the mistake into a template."""

    kind: str
    parameter: str
    value: str | bool


@dataclass(frozen=True)
class Check:
    """One rule about deployed resources.

    `reader` names the function that collects the facts, `reads` the calls that it makes, `absent`
    the error codes that are facts ("there is none") and not failures to look. `only` is a field
    that must be true for a resource to be a subject. `limits` are the numbers of the rule; a lab
    may give others. `probes` says that the reader writes something of its own to find out.
    `compiled` is the mistake of a check that no call can plant afterwards; without it there is
    a fault in the catalogue of the engine. `as_documented` is for what a source did and
    nobody recommends: the sentence says what stands against it. Such a check is shown and never
    counted, because another setting may be the better one.
    """

    id: str
    title: str
    expected: str
    lesson: str
    origin: Origin
    seeds: tuple[str, ...]
    kinds: tuple[str, ...]
    reader: str
    reads: tuple[str, ...]
    look: Look
    reasons: Mapping[str, str]
    absent: tuple[str, ...] = ()
    only: str = ""
    limits: Limits = field(default_factory=dict)
    targets: tuple[Target, ...] = EVERYWHERE
    declared: Declared | None = None
    compiled: Setting | None = None
    probes: bool = False
    as_documented: str = ""

    @property
    def counts(self) -> bool:
        """A learner has to turn it green."""
        return not self.as_documented

    def sentence(self, reason: str) -> str:
        """What a reason code of this check means."""
        return self.reasons.get(reason) or COMMON_REASONS[reason]


def judge(check: Check, facts: Facts, limits: Limits | None = None) -> Verdict:
    """The verdict of a check on facts; `limits` replace numbers of the rule by name.

    One broken subject is a failure whatever the others are; without a subject there is nothing
    that could be right.
    """
    numbers = {**check.limits, **(limits or {})}
    expected = check.expected.format(**numbers)
    if "unseen" in facts or "subjects" not in facts:
        return Verdict("unknown", UNSEEN, expected, str(facts.get("unseen", "no facts")))
    try:
        subjects = [Subject(one, numbers) for one in facts["subjects"]]
        subjects = [one for one in subjects if not check.only or one[check.only]]
    except Missing as name:
        return Verdict("unknown", MISSING, expected, f"{name} was not read")
    if not subjects:
        return Verdict("fail", NO_SUBJECT, expected, "none")
    return _worst(check, subjects, expected)


def _worst(check: Check, subjects: list[Subject], expected: str) -> Verdict:
    found, unseen = [], ""
    for subject in subjects:
        try:
            found.append((subject["id"], check.look(subject)))
        except Missing as name:
            unseen = unseen or f"{name} was not read"
    broken = [(id_, one) for id_, one in found if one.reason]
    if broken:
        said = "; ".join(f"{id_}: {one.actual}" for id_, one in broken)
        return Verdict("fail", broken[0][1].reason, expected, said)
    if unseen:
        return Verdict("unknown", MISSING, expected, unseen)
    return Verdict("pass", "", expected, "; ".join(f"{id_}: {one.actual}" for id_, one in found))


def judge_template(check: Check, resources: Mapping[str, Any]) -> Verdict | None:
    """The same rule asked of the template's resources, where a check has a place to look there.

    For a target that drops the field. None where the check has no companion. Where not every
    resource of the type is a subject, those are that declare the field.
    """
    if check.declared is None:
        return None
    subjects = []
    for name, resource in resources.items():
        if resource["Type"] == check.declared.type:
            fields = _declared(check.declared, resource)
            if fields or not check.only:
                subjects.append({"id": name, **fields, check.only: True})
    return replace(judge(check, {"subjects": subjects}), basis="template")


def _declared(declared: Declared, resource: Mapping[str, Any]) -> Mapping[str, Any]:
    value: Any = resource.get("Properties", {})
    for step in declared.path:
        if not isinstance(value, Mapping) or step not in value:
            return {}
        value = value[step]
    return {declared.field: value}


def equals(name: str, wanted: object, reason: str) -> Look:
    """A field has exactly this value."""

    def look(subject: Subject) -> Finding:
        value = subject[name]
        return Finding("" if value == wanted else reason, said(name, value))

    return look


def at_least(name: str, limit: str, reason: str) -> Look:
    """A field is a number that is not below the limit of that name."""

    def look(subject: Subject) -> Finding:
        value = subject[name]
        return Finding("" if value >= subject.limit(limit) else reason, said(name, value))

    return look


def said(name: str, value: object) -> str:
    """A fact in words: `multi_az` and False give "multi az: no"."""
    words = {True: "yes", False: "no", None: "none"}
    text = words[value] if value is None or isinstance(value, bool) else str(value)
    if isinstance(value, list | tuple):
        text = ", ".join(map(str, value)) or "none"
    return f"{name.replace('_', ' ')}: {text}"
