"""`decisions.json`, format archlab-decisions/1: all records of an export for programs.

Money, milliseconds and minutes are strings of digits, exactly those of the Markdown; a figure that
nobody has is null beside a status in words. The format only gains optional keys; whatever else
changes is format 2.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT = "archlab-decisions/1"

Figure = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
Letter = Annotated[str, Field(pattern=r"^[A-Z]$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]*$")]
BasisWord = Literal["documented", "modelled", "assumed"]
Priced = Literal["priced", "partly priced", "not priced"]
Modelled = Literal["modelled", "not modelled"]
Confidence = Annotated[int, Field(ge=1, le=5)]
Count = Annotated[int, Field(ge=0)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScenarioPart(Part):
    slug: str
    version: str
    sha256: Digest


class PriceBookPart(Part):
    id: str
    sha256: Digest


class CostPart(Part):
    usd_month: Figure | None
    month_hours: Count
    region: str
    basis: BasisWord | None
    status: Priced
    unpriced: list[str]


class LatencyPart(Part):
    flow: str
    load: str
    rate_per_s: Figure | None
    p50_ms: Figure | None
    p95_ms: Figure | None
    p99_ms: Figure | None
    p50_range_ms: tuple[Figure, Figure] | None
    p95_range_ms: tuple[Figure, Figure] | None
    p99_range_ms: tuple[Figure, Figure] | None
    replications: Count | None
    seed: Count | None
    basis: BasisWord | None
    status: Literal["modelled", "not modelled", "overloaded"]


class OutagePart(Part):
    minutes_month: Figure | None
    hits: str
    basis: BasisWord | None
    status: Modelled


class FailurePart(Part):
    failure: str
    hits: str
    per_month: Figure | None
    minutes_each: Figure | None
    minutes_month: Figure | None
    basis: BasisWord
    source: str


class OptionPart(Part):
    letter: Letter
    title: str
    musts_met: Count | None
    musts: Count
    cost: CostPart
    latency: LatencyPart
    downtime: list[OutagePart]
    failures: list[FailurePart]
    remark: str
    pros: list[str]
    cons: list[str]
    neutral: list[str]
    votes: dict[str, Count]


class DriverPart(Part):
    text: str
    must: bool
    weight: Confidence | None


class StatementPart(Part):
    context: str
    facing: str
    chosen: str
    against: str
    achieve: str
    accepting: str


class OutcomePart(Part):
    option: Letter
    because: str
    decided: str
    confidence: Confidence | None
    round: Count | None


class PointPart(Part):
    tone: Literal["good", "bad", "neutral"]
    because: str


class ConfirmationPart(Part):
    check: str
    how: str
    lab: str | None
    alarm_usd: Figure | None


class RevisitPart(Part):
    when: str
    threshold: Figure | None
    unit: str


class CostLinePart(Part):
    line: str
    component: str
    price: str | None
    quantity: Figure | None
    unit: str
    usd: dict[Letter, Figure | Literal["not priced"]]
    basis: BasisWord | None
    formula: str


class EvidencePart(Part):
    scenario: ScenarioPart | None
    decision: str | None
    price_book: PriceBookPart | None
    region: str
    month_hours: Count
    latency_method: str
    kernel: str | None
    cost_lines: list[CostLinePart]
    files: list[str]
    permalink: str | None


class AssumptionPart(Part):
    text: str
    low: Figure | None
    likely: Figure
    high: Figure | None
    unit: str
    kind: BasisWord
    reason: str


class ClaimPart(Part):
    says: str
    model: str
    verdict: Literal[
        "confirmed",
        "residual",
        "contradicted",
        "outdated",
        "inconsistent",
        "unsafe",
        "unverifiable",
    ]


class RoundPart(Part):
    round: Count
    no_vote: Count
    mean_confidence: Figure | None


class VotesPart(Part):
    rounds: list[RoundPart]
    voters: Count
    changed: Count | None
    hidden_until: str
    discussion_minutes: Count | None


class DissentPart(Part):
    option: Letter
    words: str
    confidence: Confidence | None
    endorsements: Count


class OverridePart(Part):
    round: Count
    majority: Letter
    chosen: Letter
    reason: str


class OverridesPart(Part):
    taken: list[OverridePart]
    reopened: list[Count]
    late_votes: Count


class LabPart(Part):
    lab: str
    title: str
    scenario_version: str
    run: str
    date: date
    target: str
    template_sha256: Digest
    passed: Count
    checks: Count
    failed: list[str]
    left: Count | None


class RecipePart(Part):
    command: str
    shows: str


class RecordPart(Part):
    number: Count
    file: str
    title: str
    status: Literal["proposed", "accepted", "superseded", "rejected", "deprecated"]
    date: date
    deciders: str
    tags: list[str]
    statement: StatementPart
    situation: str
    own_words: str
    drivers: list[DriverPart]
    options: list[OptionPart]
    outcome: OutcomePart
    consequences: list[PointPart]
    confirmation: list[ConfirmationPart]
    revisit: list[RevisitPart]
    evidence: EvidencePart
    assumptions: list[AssumptionPart]
    source_claims: list[ClaimPart]
    votes: VotesPart | None
    dissent: list[DissentPart]
    overrides: OverridesPart | None
    lab_receipts: list[LabPart]
    reproduce: list[RecipePart]
    supersedes: list[str]
    superseded_by: str | None
    relates_to: list[str]


class Document(Part):
    """An export. What stands beside the records is set where it is the same in all of them."""

    format: Literal["archlab-decisions/1"]
    scenario: ScenarioPart | None
    team: str | None
    price_book: PriceBookPart | None
    kernel: str | None
    records: list[RecordPart]


def written(document: Document) -> str:
    """Sorted keys, two blanks, a final newline: the same document is the same bytes."""
    return _dumped(document.model_dump(mode="json"))


@cache
def schema_text() -> str:
    """`decisions.schema.json` as published: JSON Schema, draft 2020-12."""
    return (resources.files("archlab.domain.records") / "decisions.schema.json").read_text("utf-8")


def schema_of_the_code() -> str:
    """What the published schema must be."""
    schema = Document.model_json_schema(mode="serialization")
    return _dumped({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
