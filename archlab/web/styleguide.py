"""Samples for the style guide: every component in every state, with figures that mean nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from django import forms
from django.utils.safestring import SafeString

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


D = Decimal


def _curve(name: str, fixed: str, each: str, **more: object) -> charts.Series:
    """USD for thousands of requests: a fixed part and a part for each thousand."""
    points = tuple((D(x), D(fixed) + D(each) * x) for x in range(0, 4001, 200))
    return charts.Series(name, points, **more)  # type: ignore[arg-type]


def _lines() -> list[SafeString]:
    functions, container = _curve("Functions", "0", ".0212"), _curve("Container", "41.2", ".0031")
    tasks = tuple((D(x), D("18.1") * (x // 1000 + 1)) for x in range(0, 4001, 200))
    gap = tuple((x, None if 1500 < x < 2500 else y) for x, y in container.points)
    many = [
        functions,
        container,
        charts.Series("Tasks, one for each million", tasks, stepped=True),
        charts.Series("The bill of the source", ((D(0), D(53)), (D(4000), D(53))), "documented"),
        charts.Series(
            "A guess with a very long name", ((D(0), D(20)), (D(4000), D(49))), "assumed"
        ),
    ]
    crossing = charts.Mark(D("2276"), D("48.25"), "2,276: equal, 48.25 USD")
    marks = [crossing, charts.Mark(D(2000), D("42.4"), "your 2,000")]
    near = tuple((x, None if y is None else (y * D("0.9"), y * D("1.1") + x / 400)) for x, y in gap)
    banded = charts.Band("95 % over 8 replications", near)
    powers = tuple((D(10) ** n, D("0.4") * D(2) ** n) for n in range(7))
    draw = partial(
        charts.line_chart, x_label="thousands of requests a month", y_label="USD a month"
    )
    return [
        draw(
            [functions, container],
            id_="lines-two",
            finding="Functions are cheaper up to 2,276 thousand requests",
            marks=marks,
            interactive=True,
        ),
        draw(many, id_="lines-five", finding="Five lines, three bases", interactive=True),
        draw(
            [charts.Series("Container", gap)],
            id_="lines-gap",
            finding="Not priced between 1,500 and 2,500",
        ),
        draw(
            [functions, charts.Series("Container", gap, band=banded)],
            id_="lines-band",
            finding="The container is known to a tenth",
            interactive=True,
        ),
        draw(
            [charts.Series("One point", ((D(5), D("12.5")),))],
            id_="lines-one",
            finding="One point is a dot",
            interactive=True,
        ),
        draw(
            [charts.Series("Somewhere else", ((D(1), None), (D(2), None)))],
            id_="lines-none",
            finding="Nothing here is priced",
            interactive=True,
        ),
        draw(
            [charts.Series("Powers", powers)],
            id_="lines-log",
            finding="Twice as dear for each power of ten",
            log_x=True,
            marks=[charts.Mark(D(5000), None, "5,000 a month")],
            interactive=True,
        ),
    ]


def _rows() -> list[SafeString]:
    bars = [
        charts.Bar("NAT gateway", D("37.38"), D("37.38")),
        charts.Bar("Encryption keys", D("12.00"), D("11.93"), open_=True),
        charts.Bar("A line with a name that is longer than its room", D("8.67"), basis="assumed"),
        charts.Bar("Support", D("4.00"), basis="documented"),
        charts.Bar("Model API", None, reason="the price book has no row for it"),
    ]
    sways = [
        charts.Sway("Traffic through the gateway", "1 GB", "900 GB", D("33.53"), D("73.98")),
        charts.Sway("Share of cached answers", "10 %", "95 %", D("61.10"), D("38.20")),
        charts.Sway("Log volume", "0.2 GB", "4 GB", D("50.10"), D("52.00")),
    ]
    steps = [
        charts.Step("Serverless", D("53.50"), "start"),
        charts.Step("NAT gateway", D("37.37"), "added"),
        charts.Step("API gateway", D("-12.40"), "removed"),
        charts.Step("Fargate task, twice the memory", D("8.67"), "changed"),
        charts.Step("Model API", None, "added"),
        charts.Step("Fargate", D("87.14"), "total"),
    ]
    name = "USD a month"
    return [
        charts.bar_chart(
            bars, id_="bars", finding="The gateway costs most", x_label=name, interactive=True
        ),
        charts.bar_chart([], id_="bars-none", finding="No line is on this bill", x_label=name),
        charts.tornado_chart(
            sways,
            likely=D("51.05"),
            id_="tornado",
            finding="Traffic matters most",
            y_label=name,
            interactive=True,
        ),
        charts.difference_chart(
            steps,
            id_="difference",
            finding="The gateway is the largest change",
            y_label=name,
            interactive=True,
        ),
    ]


def _ranges() -> list[SafeString]:
    counts = (3, 12, 40, 88, 131, 152, 140, 97, 61, 30, 14, 6)
    bins = [charts.Bin(D(60 + 5 * n), D(65 + 5 * n), count) for n, count in enumerate(counts)]
    marks = [
        charts.Mark(D("74.10"), None, "P10 74.10"),
        charts.Mark(D("87.90"), None, "P50 87.90"),
        charts.Mark(D("104.60"), None, "P90 104.60"),
        charts.Mark(D("90.87"), None, "documented 90.87", "documented"),
    ]
    return [
        charts.range_chart(
            bins,
            marks=marks,
            id_="range",
            finding="The documented bill lies inside the range",
            x_label="USD a month",
            interactive=True,
        ),
        charts.range_chart(
            [], marks=[], id_="range-none", finding="Nothing was drawn", x_label="USD a month"
        ),
    ]


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
        "charts": [*_lines(), *_rows(), *_ranges()],
        "prose": prose(PROSE),
        "form": SampleForm({"memory": "lots", "region": ""}),
        "verdicts": ["best", "good", "costly", "risky"],
        "claims": ["confirmed", "residual", "contradicted", "outdated", "inconsistent", "unsafe"],
        "numbers": [Decimal("1234.5"), Decimal("-1.32"), Decimal(0), None],
        "lines": enumerate(["FROM node:latest", "COPY . /app", "USER root", 'CMD ["npm"]'], 1),
    }
