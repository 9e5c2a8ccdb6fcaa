"""The text of `architectures.yaml` and of changes, before kinds and references are looked up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic import model_validator as rule

from archlab.domain.architecture.flow import Trigger
from archlab.domain.architecture.model import GroupKind, LinkKind
from archlab.domain.pack.blocks import (
    CalculatorText,
    DecisionText,
    LabText,
    LeverText,
    OptionText,
)
from archlab.domain.pack.fields import (
    Amount,
    Boolean,
    Id,
    Ids,
    Number,
    Share,
    Strict,
    Whole,
    fault,
    filled,
)
from archlab.domain.pack.sources import Sources

Column = Annotated[Whole, Field(ge=0, le=23)]
Row = Annotated[Whole, Field(ge=0, le=15)]
Hours = Annotated[Whole, Field(ge=1, le=744)]
Region = Annotated[str, Field(pattern=r"^([a-z]{2}(-[a-z]+)+-[0-9]|on_premises|global)$")]
Label = Annotated[str, Field(min_length=1, max_length=60)]
Reason = Annotated[str, Field(min_length=1, max_length=300)]
PriceKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+:[A-Za-z0-9._-]+$")]
RawValue = object
"""Text as written, quoted or plain; the parameter that it is bound to gives it a type."""


class ComponentText(Strict):
    """A component whose kind has not been looked up."""

    kind: Annotated[str, Field(min_length=1, max_length=48)]
    at: tuple[Column, Row]
    label: Annotated[str, Field(min_length=1, max_length=40)] = ""
    params: Annotated[Mapping[str, RawValue], Field(min_length=1)] = {}
    group: Id | None = None
    note: Annotated[str, Field(min_length=1, max_length=200)] = ""
    src: Sources = ()


class EndsText(Strict):
    """The two ends of a link."""

    from_: Annotated[Id, Field(alias="from")]
    to: Id


class LinkText(EndsText):
    """Who talks to whom."""

    label: Annotated[str, Field(min_length=1, max_length=40)] = ""
    kind: LinkKind = "sync"


class HopText(Strict):
    """One place on the way of a request."""

    at: Id
    p50_ms: Amount
    p99_ms: Amount | None = None
    label: Label = ""
    hit_ratio: Share | None = None
    holds: Boolean = False
    parallel: Id | Literal[""] = ""
    assumed: Boolean = False
    src: Sources = ()

    @rule(mode="after")
    def _percentiles_rise(self) -> HopText:
        if self.p99_ms is not None and self.p99_ms < self.p50_ms:
            raise fault("E205", "p99_ms is at least p50_ms", at="p99_ms")
        return self


class RestMs(Strict):
    """What a documented time holds beyond its hops."""

    ms: Number
    reason: Reason


class FlowText(Strict):
    """The way of one type of request."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    trigger: Trigger = "request"
    share: Share = Decimal(1)
    hops: Annotated[tuple[HopText, ...], Field(min_length=1, max_length=24)]
    documented_ms: Amount | None = None
    residual: RestMs | None = None
    src: Sources = ()


class GroupText(Strict):
    """A frame on the drawing."""

    label: Label
    kind: GroupKind
    parent: Id | None = None


class DemandText(Strict):
    """What users ask for."""

    requests_per_day: Amount = Decimal(0)
    peak_factor: Annotated[Number, Field(ge=1, le=100)] = Decimal(3)
    peak_rps: Amount | None = None
    users: Amount | None = None
    request_kib: Amount = Decimal(1)
    response_kib: Amount = Decimal(8)
    internet_out_gb: Amount | None = None
    src: Sources = ()


class RestUsd(Strict):
    """Money that the model does not explain, with its reason."""

    usd: Number
    reason: Reason


class LineText(Strict):
    """A line of the documented bill. `fitted` names a quantity that was solved from the line."""

    id: Id
    label: Label
    usd: Number
    components: Annotated[Ids, Field(min_length=1, max_length=20)] = ()
    keys: Annotated[tuple[PriceKey, ...], Field(min_length=1, max_length=40)] = ()
    kind: Literal["fixed", "traffic", "compute", "storage", "other"] = "other"
    month_hours: Hours | None = None
    residual: RestUsd | None = None
    fitted: Reason = ""
    src: Sources = ()

    @rule(mode="after")
    def _keys_are_of_components(self) -> LineText:
        if self.keys and not self.components:
            raise fault("E209", "keys need components")
        return self


class BillText(Strict):
    """The bill as the source prints it."""

    total_usd: Number
    lines: Annotated[tuple[LineText, ...], Field(min_length=1, max_length=60)]
    title: Annotated[str, Field(min_length=1, max_length=160)] = ""
    month_hours: Hours | None = None
    src: Sources = ()
    residual: RestUsd | None = None
    compare_model: Boolean = True


class ChangeText(Strict):
    """A patch, before its kinds and references are looked up."""

    use: Id | None = None
    unlink: Annotated[tuple[EndsText, ...], Field(min_length=1, max_length=120)] = ()
    remove: Annotated[Ids, Field(min_length=1, max_length=60)] = ()
    add: Annotated[Mapping[Id, ComponentText], Field(min_length=1, max_length=60)] = {}
    set: Annotated[Mapping[str, RawValue], Field(min_length=1, max_length=60)] = {}
    link: Annotated[tuple[LinkText, ...], Field(min_length=1, max_length=120)] = ()
    drop_flows: Annotated[Ids, Field(min_length=1, max_length=12)] = ()
    flows: Annotated[Mapping[Id, FlowText], Field(min_length=1, max_length=12)] = {}


Patch = Annotated[ChangeText, AfterValidator(filled)]


class ArchitectureText(Strict):
    """A named system: whole, or another one with a change."""

    title: Annotated[str, Field(min_length=3, max_length=80)]
    summary: Annotated[str, Field(min_length=10, max_length=400)] = ""
    based_on: Id | None = None
    change: Patch | None = None
    region: Region | None = None
    month_hours: Hours | None = None
    demand: Annotated[DemandText, AfterValidator(filled)] | None = None
    groups: Annotated[Mapping[Id, GroupText], Field(min_length=1, max_length=60)] = {}
    components: Annotated[Mapping[Id, ComponentText], Field(min_length=1, max_length=60)] = {}
    links: Annotated[tuple[LinkText, ...], Field(max_length=120)] = ()
    flows: Annotated[Mapping[Id, FlowText], Field(min_length=1, max_length=12)] = {}
    allowances: Literal["none", "always-free", "all"] | None = None
    bill: BillText | None = None

    @rule(mode="after")
    def _whole_or_based(self) -> ArchitectureText:
        if self.based_on:
            if {"region", "components", "links", "groups"} & self.model_fields_set:
                raise fault("E208", "based_on takes the place of region, groups, components, links")
            return self
        if self.change:
            raise fault("E209", "change needs based_on")
        for name in ("region", "components"):
            if name not in self.model_fields_set:
                raise fault("E202", f'the key "{name}" is missing', at=name)
        return self


class ArchitecturesFile(Strict):
    """`architectures.yaml`."""

    architectures: Annotated[Mapping[Id, ArchitectureText], Field(min_length=1, max_length=48)]


class SetOption(OptionText):
    """An option as written."""

    change: Patch | None = None


class SetDecision(DecisionText):
    """A decision as written."""

    options: Annotated[tuple[SetOption, ...], Field(min_length=2, max_length=6)]


class SetLever(LeverText):
    """A lever as written."""

    change: Patch


class SetCalculator(CalculatorText):
    """A calculator as written."""

    levers: Annotated[tuple[SetLever, ...], Field(min_length=2, max_length=20)] = ()


class SetLab(LabText):
    """A lab as written."""

    solution: Patch | None = None
