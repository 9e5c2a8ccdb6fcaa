"""Samples for the style guide: every component in every state, with figures that mean nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django import forms

from archlab.domain.architecture import KINDS, Architecture, Component, Group, Link
from archlab.domain.architecture.layout import layout
from archlab.domain.pricing import Bill, DocumentedBill, DocumentedLine, PriceBook, reconcile
from archlab.web import charts, diagrams
from archlab.web.content import prose
from archlab.web.needles import Reading

PROSE = """\
A paragraph sets **strong**, *stressed* and `code` words, a [link](https://example.org/) and a list:

- one thing
- another thing that is long enough to run over the end of its line and to show how it hangs

| Part | Hours | USD |
| --- | --: | --: |
| Gateway | 744 | 33.48 |
| Address | 744 | 3.72 |

```dockerfile
FROM node:22-alpine
CMD ["node", "server.js"]
```

> A sentence that somebody else said.
"""


def _part(
    kind: str, id_: str, at: tuple[int, int], group: str | None = None, **more: object
) -> Component:
    return KINDS[kind](id=id_, at=at, group=group, **more)  # type: ignore[arg-type]


def _parts() -> list[Component]:
    return [
        _part("client", "visitor", (1, 0), label="Visitors"),
        _part("external", "payments", (3, 0), label="Payment provider", monthly_usd=Decimal(0)),
        _part("cloudfront", "cdn", (1, 1)),
        _part("alb", "lb", (1, 2), "vpc"),
        _part("nat_gateway", "nat", (3, 2), "zone-a", processed_gb=Decimal(4)),
        _part("fargate_service", "api", (2, 3), "zone-a", cpu="256", memory_mib=1024, arch="arm64"),
        _part("s3_bucket", "assets", (0, 4), label="A bucket with a very long label"),
        _part("kms_keys", "keys", (1, 4), keys=Decimal(12)),
    ]


LINKS = (
    Link("visitor", "cdn"),
    Link("cdn", "lb"),
    Link("cdn", "assets", kind="data"),
    Link("lb", "api"),
    Link("api", "keys", kind="control"),
)


def _system(title: str, without: frozenset[str] = frozenset()) -> Architecture:
    out = (Link("api", "nat", "calls out"), Link("nat", "payments"))
    return Architecture(
        id="sample",
        title=title,
        region="us-east-1",
        month_hours=744,
        components={part.id: part for part in _parts() if part.id not in without},
        groups={
            "vpc": Group("vpc", "VPC", "vpc"),
            "zone-a": Group("zone-a", "Zone a", "az", "vpc"),
        },
        links=LINKS if "nat" in without else (*LINKS, *out),
    )


def _smaller(system: Architecture) -> Architecture:
    """The system after a cut: no gateway, less memory."""
    parts = {id_: part for id_, part in system.components.items() if id_ != "nat"}
    parts["api"] = parts["api"].with_parameters({"memory_mib": 512})
    links = tuple(link for link in system.links if "nat" not in (link.from_, link.to))
    return replace(system, title="After the cut", components=parts, links=links)


def _bill(system: Architecture) -> Bill:
    lines = (
        DocumentedLine("nat", "NAT gateway", Decimal("37.38"), ("nat",)),
        DocumentedLine("keys", "Encryption keys", Decimal("11.93"), ("keys",)),
        DocumentedLine("task", "Fargate task", Decimal("8.67"), ("api",)),
        DocumentedLine("other", "Edge, and whatever else was there", Decimal("7.00"), ("cdn",)),
    )
    documented = DocumentedBill(Decimal("64.98"), lines)
    return reconcile(replace(system, documented=documented), PriceBook.shipped())


STOPS = (
    ("Criteria", "0", "done"),
    ("Functions", "0", "done"),
    ("Cold starts", "4.38", "done"),
    ("A container", "53.50", "done"),
    ("A way out", "90.87", "here"),
    ("The bench", "90.87", "ahead"),
    ("Growth", "", "ahead"),
    ("The cut", "", "ahead"),
)


class SampleForm(forms.Form):
    """Refuses whatever is sent, to show what a refusal looks like."""

    memory = forms.IntegerField(label="Memory", min_value=128)
    region = forms.CharField(label="Region")


def samples() -> dict[str, object]:
    """The context of the style guide."""
    system = _system("The whole system")
    start = _system("Before the gateway", frozenset({"nat", "payments"}))
    return {
        "readings": [
            Reading("usd", "90.87", "USD", 90.87, 53.5, "37.37 more", "744 hours", "#needles"),
            Reading("latency", "17 / 41", "ms", 41.0, 41.0, why="#needles"),
            Reading("downtime", "12.7", "min", 12.7, 7.7, "5.0 more", "outbound calls", "#needles"),
        ],
        "blank": [
            Reading("usd", "0.00", "USD", 0.0, note="744 hours, 2 parts not priced"),
            Reading("latency", "not modelled", "", None),
            Reading("downtime", "not modelled", "", None),
        ],
        "plates": [
            diagrams.diagram(layout(system, before=start), sheet="What a step added", revision=12),
            diagrams.diagram(
                layout(_smaller(system), before=system), id_="cut", sheet="A cut", revision=15
            ),
            diagrams.diagram(
                layout(system),
                id_="costs",
                sheet="With the price of each part",
                tags={"nat": "37.37", "lb": "24.18", "api": "8.67"},
            ),
        ],
        "pair": diagrams.pair(start, system),
        "bill": charts.bill_chart(_bill(system), labels={"lb": "Load balancer"}),
        "stairs": charts.step_chart(
            [
                charts.Stop(str(n), title, Decimal(usd) if usd else None, state)  # type: ignore[arg-type]
                for n, (title, usd, state) in enumerate(STOPS, 1)
            ]
        ),
        "prose": prose(PROSE),
        "form": SampleForm({"memory": "lots", "region": ""}),
        "verdicts": ["best", "good", "costly", "risky"],
        "claims": ["confirmed", "residual", "contradicted", "outdated", "inconsistent", "unsafe"],
        "numbers": [Decimal("1234.5"), Decimal("-1.32"), Decimal(0), None],
        "lines": enumerate(["FROM node:latest", "COPY . /app", "USER root", 'CMD ["npm"]'], 1),
    }
