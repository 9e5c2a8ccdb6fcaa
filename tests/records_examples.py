"""The record of j0-d9 as a learner and as a team takes it, with figures of the documented bill."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from archlab.domain.records import (
    Assumption,
    Basis,
    Confirmation,
    ConsideredOption,
    Cost,
    CostLine,
    DecisionRecord,
    Dissent,
    Driver,
    Evidence,
    Failure,
    LabReceipt,
    Latency,
    Link,
    Needles,
    Outage,
    Outcome,
    Overrides,
    Own,
    Point,
    Recipe,
    Revisit,
    Round,
    SourceClaim,
    Spread,
    Statement,
    Tone,
    Verdict,
    Votes,
    superseding,
)

GOOD, BAD, NEUTRAL = Tone.GOOD, Tone.BAD, Tone.NEUTRAL
TITLES = (
    "Keep the NAT gateway",
    "Public subnet, public IPv4 on the task",
    "NAT instance on a t4g.nano",
    "Interface endpoints only",
)


def needles(
    usd: str | None, *more: Outage, basis: Basis = Basis.MODELLED, remark: str = ""
) -> Needles:
    return Needles(
        cost=Cost(None if usd is None else Decimal(usd), 744, basis),
        latency=Latency(Decimal("12.7"), Decimal("34.4"), "Page", "6 requests/h"),
        downtime=(Outage("all requests", Decimal("12.68")), *more),
        remark=remark,
    )


def options() -> tuple[ConsideredOption, ...]:
    gateway = Outage("the gateway's own failure", None)
    rest = (
        needles("90.87", gateway, basis=Basis.DOCUMENTED),
        needles("57.22", Outage("the internet gateway", None)),
        needles("60.98", Outage("payments", Decimal("7.5"))),
        needles("83.3", remark="payments never work"),
    )
    points = (
        (Point(GOOD, "no task has a public address"), Point(BAD, "37.37 USD carry 3.78 GB")),
        (Point(GOOD, "there is no charge per gigabyte"), Point(BAD, "one barrier is left")),
        (Point(BAD, "patching and restarting it is our work"),),
        (),
    )
    return tuple(
        ConsideredOption(letter, title, found, musts, why)
        for letter, title, found, musts, why in zip(
            "ABCD", TITLES, rest, (2, 3, 2, 1), points, strict=True
        )
    )


def cost_lines() -> tuple[CostLine, ...]:
    def line(label: str, *amounts: str) -> CostLine:
        return CostLine(label, tuple(Decimal(a) if a else None for a in amounts))

    return (
        line("NAT gateway, hours", "33.48", "", "", ""),
        line("NAT gateway, 3.78 GB", "0.17", "", "", ""),
        line("Public IPv4 of the way out", "3.72", "3.72", "3.72", ""),
        line("NAT instance, t4g.nano on demand", "", "", "3.12", ""),
        line("NAT instance, 8 GB gp3", "", "", "0.64", ""),
        line("Interface endpoints, 4 in one zone", "", "", "", "29.76"),
        line("Interface endpoints, 3.78 GB", "", "", "", "0.04"),
        line("All other lines", "53.50", "53.50", "53.50", "53.50"),
    )


def evidence() -> Evidence:
    return Evidence(
        price_book="prices-2026-11",
        price_book_digest="4f0c2a9e1b2c",
        region="us-east-1",
        month_hours=744,
        scenario="lambda-to-fargate",
        scenario_version="3",
        scenario_digest="9b1d77c0aa11bb22cc33",
        decision="j0-d9",
        latency_method="closed form, exact",
        cost_lines=cost_lines(),
    )


def keep_the_gateway() -> DecisionRecord:
    return DecisionRecord(
        number=2,
        title="Keep a NAT gateway for outgoing payments",
        date=date(2026, 11, 20),
        deciders=Own("Ada"),
        statement=Statement("a hobby service", "one outgoing call", "a NAT gateway"),
        options=options(),
        outcome=Outcome("A"),
        evidence=evidence(),
    )


def drop_the_gateway() -> DecisionRecord:
    return DecisionRecord(
        number=3,
        title="Drop the NAT gateway",
        date=date(2026, 11, 21),
        deciders=Own("Ada <3"),
        tags=("network", "cost", "lambda-to-fargate"),
        statement=Statement(
            context="a self-funded service whose bill is 90.87 USD a month",
            facing="a NAT gateway that is its largest line",
            chosen="a public address on the task",
            against="private subnets",
            achieve="a bill below 60 USD",
            accepting="one security group now stands between the task and the internet.",
        ),
        situation="One Fargate task runs in a private subnet.\nHow should it reach the internet?",
        own_words=Own("I pay this alone.\n\n- not a list\n1. nor this"),
        drivers=(
            Driver("Outgoing HTTPS to the payment provider must work", must=True),
            Driver("Bill below 60.00 USD per month of 744 hours", must=True),
            Driver("No inbound path but through the load balancer", must=True),
            Driver("Quick to set up", weight=3),
            Driver("Teaches something new"),
        ),
        options=options(),
        outcome=Outcome(
            "B", Own("it meets *all* three musts: see https://example.org"), "Decided alone", 4
        ),
        consequences=(
            Point(GOOD, "the bill falls from 90.87 to 57.22 USD per month (-33.65, -37 %)"),
            Point(BAD, "a wrong rule in one security group would expose the task"),
            Point(NEUTRAL, "p99 stays at 34 ms"),
        ),
        confirmation=(Confirmation('Next bill: the line "NAT gateway" is absent'),),
        evidence=evidence(),
        assumptions=(
            Assumption(
                "Data through the way out",
                Decimal("3.78"),
                Decimal("3.67"),
                Decimal("3.89"),
                "GB per month",
                Basis.MODELLED,
                "closes the documented line of 33.65 USD",
            ),
            Assumption("Calls to the payment provider, per hour", Decimal(50)),
        ),
        claims=(
            SourceClaim(
                "NAT gateway 33.65 USD (S0-061)",
                "744 h x 0.045 = 33.48, and 0.17 for 3.78 GB",
                Verdict.RESIDUAL,
            ),
        ),
        reproduce=(
            Recipe("manage.py bill lambda-to-fargate/fargate --hours 744 --json", "column A"),
        ),
    )


SVG = '<svg xmlns="http://www.w3.org/2000/svg"><title>Before and after</title></svg>'


def votes() -> Votes:
    def mean(*values: str) -> tuple[Decimal | None, ...]:
        return tuple(Decimal(value) if value else None for value in values)

    return Votes(
        rounds=(
            Round(1, (5, 2, 2, 0), 0, Decimal("2.94"), mean("3.2", "2.5", "2.5", "")),
            Round(2, (2, 6, 1, 0), 0, Decimal("3.75"), mean("4", "3.9", "2", "")),
        ),
        voters=9,
        changed=4,
        hidden_until="the reveal",
        discussion_minutes=6,
    )


def receipt() -> LabReceipt:
    return LabReceipt(
        lab="L03",
        title="network without NAT",
        scenario_version="3",
        run="18",
        date=date(2026, 11, 21),
        target="embedded emulator; nothing ran in AWS",
        template_digest="c7710be2aa55cc33",
        passed=2,
        checks=3,
        failed=("one ingress rule",),
        left=0,
    )


def with_simulation(option: ConsideredOption) -> ConsideredOption:
    spread = Spread(Decimal("33.2"), Decimal("35.1"))
    latency = replace(
        option.needles.latency,
        rate_per_s=Decimal("0.0017"),
        p95_ms=Decimal("28.9"),
        p99_spread=spread,
        replications=20,
        seed=20261121,
    )
    failure = Failure(
        "task fails",
        "all requests",
        Decimal(2),
        Decimal("3.83"),
        Decimal("7.67"),
        source="assumed; nobody counts them",
    )
    return replace(option, needles=replace(option.needles, latency=latency, failures=(failure,)))


def team_drops_the_gateway() -> DecisionRecord:
    """Number 3 again, decided in a workshop, with everything that a record can hold."""
    alone = drop_the_gateway()
    first, *lines = alone.evidence.cost_lines
    priced = replace(
        first,
        component="nat",
        price="AmazonVPC:nat-gateway.hour",
        quantity=Decimal(744),
        unit="h",
        basis=Basis.DOCUMENTED,
        formula="744 x 0.045",
    )
    evidence = replace(
        alone.evidence,
        cost_lines=(priced, *lines),
        kernel="1",
        permalink="https://archlab.example/r/k3f9tq2m7xwc",
        diagram=SVG,
    )
    return replace(
        alone,
        deciders="Team Fjord (9 participants, anonymous vote)",
        own_words="",
        options=tuple(with_simulation(option) for option in alone.options),
        outcome=Outcome("B", Own("it meets all musts"), "Decided by majority", None, 2),
        confirmation=(
            Confirmation("The network has no gateway", "read it back", "L03", Decimal(60)),
        ),
        revisit=(
            Revisit(Own("a partner asks for a fixed address")),
            Revisit("the service grows", Decimal(10), "tasks"),
        ),
        evidence=evidence,
        votes=votes(),
        dissent=(
            Dissent("A", Own("then we need the fixed address #fixedip"), 3, 2),
            Dissent("C", Own("98 cents over budget is a rounding error <3")),
        ),
        overrides=Overrides(),
        labs=(receipt(),),
    )


def team_chain() -> tuple[DecisionRecord, ...]:
    """Numbers 2 and 3; the later one takes the place of the other, and of a file of the reader."""
    older, newer = superseding((keep_the_gateway(), team_drops_the_gateway()), {2: 3})
    related = (Link(2, older.title),)
    return older, replace(newer, overtakes=("0001-use-nat.md",), relates_to=related)


Part = TypeVar("Part")


def saying(part: Part, words: str) -> Part:
    """The same record with these words in every place that holds a text."""
    if not is_dataclass(part) or isinstance(part, Own):
        return part
    changed: dict[str, Any] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if field.type in {"Text", "Own"}:
            changed[field.name] = Own(words)
        elif field.type == "tuple[Text, ...]":
            changed[field.name] = tuple(Own(words) for _ in value)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(saying(one, words) for one in value)
        else:
            changed[field.name] = saying(value, words)
    return replace(part, **changed)  # type: ignore[type-var]
