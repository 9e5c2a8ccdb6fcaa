"""Parts of systems from their text: components by the kind registry, links, flows, bills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from archlab.domain.architecture import Component, Demand, Flow, FlowHop, Group, Link
from archlab.domain.architecture.parameters import word_of
from archlab.domain.pack.fields import NUMBER, Quoted
from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.system import (
    BillText,
    ComponentText,
    DemandText,
    FlowText,
    GroupText,
    LinkText,
)
from archlab.domain.pack.yamltext import Document, Path
from archlab.domain.pricing import DocumentedBill, DocumentedLine

Registry = Mapping[str, type[Component]]

_CODES = {
    "literal_error": "E204",
    "string_too_short": "E206",
    "string_too_long": "E206",
    "too_short": "E206",
    "too_long": "E206",
    "string_pattern_mismatch": "E207",
    "value_error": "E203",
    "string_type": "E203",
    "int_type": "E203",
    "bool_type": "E203",
    "is_instance_of": "E203",
    "tuple_type": "E203",
}


class ComponentReader:
    """Makes components of one document and notes what is wrong with their parameters."""

    def __init__(self, registry: Registry, document: Document) -> None:
        self.registry, self.document = registry, document
        self.problems: list[Problem] = []

    def read(self, id_: str, text: ComponentText, path: Path) -> Component | None:
        """The component at `path`; None with a problem when it cannot be made."""
        kind = self.registry.get(text.kind)
        if kind is None:
            hint = did_you_mean(text.kind, self.registry)
            said = f'unknown kind "{text.kind}"'
            self.problems.append(self.document.problem("E410", said, (*path, "kind"), hint))
            return None
        found = [*self._unknown(kind, text, path), *self._untyped(kind, text, path)]
        self.problems += found
        return None if found else self._made(kind, id_, text, path)

    def _unknown(self, kind: type[Component], text: ComponentText, path: Path) -> Iterator[Problem]:
        known = kind.parameter_fields()
        for name in text.params:
            if name not in known:
                said = f'{text.kind} has no parameter "{name}"'
                hint = did_you_mean(name, known)
                yield self.document.at_key("E421", said, (*path, "params", name), hint)
        for name, field in known.items():
            if field.is_required() and name not in text.params:
                holder = (*path, "params") if text.params else path
                said = f'{text.kind} needs the parameter "{name}"'
                yield self.document.at_holder("E421", said, holder)

    def _untyped(self, kind: type[Component], text: ComponentText, path: Path) -> Iterator[Problem]:
        for name, value in text.params.items():
            said = mistyped(kind, name, value)
            if said:
                yield self.document.problem("E203", said, (*path, "params", name))

    def _made(
        self, kind: type[Component], id_: str, text: ComponentText, path: Path
    ) -> Component | None:
        placing = {
            "id": id_,
            "at": text.at,
            "label": text.label,
            "group": text.group,
            "note": text.note,
            "src": text.src,
        }
        try:
            return kind.model_validate({**text.params, **placing})
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self.problems.append(self._refused(detail, path))
            return None

    def _refused(self, detail: ErrorDetails, path: Path) -> Problem:
        code, said = code_and_sentence(detail)
        if detail["loc"]:
            return self.document.problem(code, said, (*path, "params", detail["loc"][0]))
        return self.document.at_holder("E205", said, (*path, "params"))


def mistyped(kind: type[Component], name: str, value: object) -> str:
    """What is wrong with quotes or a list at this parameter; nothing if it may stand."""
    field = kind.parameter_fields().get(name)
    if field is None or not isinstance(value, Quoted):
        return ""
    if word_of(field.annotation) is bool and value in {"true", "false"}:
        return "remove the quotes"
    if word_of(field.annotation) in (int, Decimal):
        return "remove the quotes" if NUMBER.match(value) else "a number is expected here"
    return ""


def code_and_sentence(detail: ErrorDetails) -> tuple[str, str]:
    """Lint code and words for an error of a kind's own field."""
    said = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return _CODES.get(detail["type"], "E205"), said


def link(text: LinkText) -> Link:
    """A link, its ends not looked up."""
    return Link(text.from_, text.to, text.label, text.kind)


def flow(id_: str, text: FlowText) -> Flow:
    """A flow, its places not looked up."""
    hops = tuple(
        FlowHop(
            at=hop.at,
            p50_ms=hop.p50_ms,
            p99_ms=hop.p99_ms,
            label=hop.label,
            hit_ratio=hop.hit_ratio,
            holds=hop.holds,
            parallel=hop.parallel,
            assumed=hop.assumed,
            src=hop.src,
        )
        for hop in text.hops
    )
    rest = text.residual
    return Flow(
        id=id_,
        title=text.title,
        hops=hops,
        trigger=text.trigger,
        share=text.share,
        documented_ms=text.documented_ms,
        residual_ms=rest.ms if rest else Decimal(0),
        residual_reason=rest.reason if rest else "",
        src=text.src,
    )


def group(id_: str, text: GroupText) -> Group:
    """A frame."""
    return Group(id_, text.label, text.kind, text.parent)


def demand(text: DemandText | None) -> Demand:
    """What users ask for; nothing when nothing is written."""
    return (
        Demand(**{name: getattr(text, name) for name in text.model_fields_set})
        if text
        else Demand()
    )


def documented(text: BillText) -> DocumentedBill:
    """The printed bill."""
    lines = tuple(
        DocumentedLine(
            id=line.id,
            label=line.label,
            usd=line.usd,
            components=line.components,
            keys=line.keys,
            kind=line.kind,
            month_hours=line.month_hours,
            residual=line.residual.reason if line.residual else "",
            residual_usd=line.residual.usd if line.residual else Decimal(0),
            fitted=line.fitted,
            src=", ".join(line.src),
        )
        for line in text.lines
    )
    rest = text.residual
    return DocumentedBill(
        total_usd=text.total_usd,
        lines=lines,
        title=text.title,
        month_hours=text.month_hours,
        src=", ".join(text.src),
        residual_usd=rest.usd if rest else Decimal(0),
        residual_reason=rest.reason if rest else "",
        compare_model=text.compare_model,
    )
