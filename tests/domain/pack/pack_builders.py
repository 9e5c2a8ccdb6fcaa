"""A small pack without a finding that uses every directive, and ways to break it."""

from __future__ import annotations

from dataclasses import dataclass

from archlab.domain.pack import Problem, check, shipped_engines

SCENARIO = """\
format: archlab/1
id: 5b0c2f7e-3d41-4a86-9c1e-0d8a6f2b7e11
slug: mini
title: A small system
summary: One task behind a balancer, small enough to look at from every side.
lang: en
licence: CC-BY-4.0
authors:
  - {name: archlab contributors}
minutes: 14
prices: prices-2026-11
start: first
sources:
  - {ref: story, kind: seed, title: The story of a task, lines: 40}
  - {ref: price-list, kind: dataset, title: Price rows of November}
objectives:
  - {id: choose-size, text: Choose a size from the sizes that exist}
  - {id: read-bill, text: Recompute a line from a price and a quantity}
glossary:
  - {term: balancer, text: It spreads requests over tasks., aliases: [load balancer]}
flags:
  - {id: big, text: The learner took the big task}
  - {id: mood, text: How the team feels, values: [calm, tense], default: calm}
"""

ARCHITECTURES = """\
architectures:
  start:
    title: A task behind a balancer
    region: us-east-1
    month_hours: 744
    demand: {requests_per_day: 500, peak_factor: 5}
    groups:
      vpc: {label: VPC, kind: vpc}
    components:
      visitor: {kind: client, at: [0, 1]}
      lb: {kind: alb, at: [1, 1], group: vpc}
      api:
        kind: fargate_service
        at: [2, 1]
        group: vpc
        params: {cpu: 256, memory_mib: 1024, arch: arm64}
        src: story:12
    links:
      - {from: visitor, to: lb}
      - {from: lb, to: api}
    flows:
      page:
        title: One call
        documented_ms: 22
        hops:
          - {at: lb, p50_ms: 2, p99_ms: 8, assumed: true}
          - {at: api, p50_ms: 20, p99_ms: 60}
    bill:
      src: story:20-24
      total_usd: 32.85
      month_hours: 744
      lines:
        - {id: alb, label: Balancer, usd: 16.74, components: [lb], keys: ["AWSELB:alb.hour"]}
        - {id: ip, label: Addresses, usd: 7.44, components: [lb], kind: fixed, src: T-001}
        - {id: ecs, label: Task, usd: 8.67, components: [api], src: T-002}
  bigger:
    title: The same with more memory
    based_on: start
    demand: {requests_per_day: 900}
    change:
      set: {api.memory_mib: 2048}
"""

CLAIMS = """\
facts:
  - {id: T-001, src: "story:21", kind: cost, fact: Addresses, value: 7.44, unit: USD/month}
  - {id: T-002, src: "story:22", kind: cost, fact: The task, value: 8.67, unit: USD/month}
  - {id: T-003, src: ["story:3-4", "story:9"], kind: failure, fact: Nobody looked at the bill}
claims:
  - id: task-line
    facts: [T-002]
    says: The task costs 8.67 a month.
    value: 8.67
    verdict: confirmed
    let:
      vcpu: param('start', 'api', 'cpu') / 1024
    recompute: >-
      hours('start') * (vcpu * price('AmazonECS:fargate.arm.vcpu', 'us-east-1')
      + price('AmazonECS:fargate.arm.gb', 'us-east-1'))
    finding: At the ARM rates a whole month comes to {value}`cost('start', 'api'); USD`.
    sources: [price-list]
    checked: 2026-11-21
"""

FIRST = """\
---
id: first
title: How small?
minutes: 7
covers: [T-001, T-002]
architecture: start
takeaway: The smallest size in a text is not the smallest there is.
next: second
---

## What stands there

One task behind a {term}`load balancer`, seen {src}`story:12-14`. See [the next step](step:second).

![A task and its balancer](media/task.svg)

```{decision} pick
objectives: [choose-size]
prompt: Which size do you start with?
options:
  - id: small
    text: 256 units and 512 MiB
    verdict: best
    explanation: The smallest pair that is allowed, and enough here.
    evidence: [T-002]
    change: {set: {api.memory_mib: 512}}
    flags: {mood: calm}
  - id: same
    text: 256 units and 1024 MiB
    verdict: good
    score: 0.8
    documented: true
    explanation: What the source did. It works and costs a little more.
    right_when: Nobody knows how much memory is used.
  - id: more
    text: 1024 units and 2048 MiB
    verdict: costly
    explanation: Four times the processor for a single user.
    right_when: Requests need a processor of their own.
    change: {set: {api.cpu: 1024, api.memory_mib: 2048}}
    flags: {big: true}
    goto: side
    rejoin: second
    carry: documented
hints: [Look at the table of sizes.]
```

```{quiz} sort
type: order
objectives: [choose-size]
stem: Put these in order, smallest first.
items:
  - {id: one, text: 256 units, rationale: A quarter of a processor.}
  - {id: two, text: 512 units, rationale: Half of a processor.}
  - {id: three, text: 1024 units, rationale: A whole processor.}
explanation: 1024 units are one processor.
```
"""

SECOND = """\
---
id: second
title: Explain the bill
minutes: 7
covers: [T-003]
takeaway: A line that closes also rules things out.
next:
  - {when: "chose('pick', 'small')", to: end}
  - {to: end}
---

The lines come to {value}`bill('start'); USD/month`. See {claim}`task-line`.

| line | dollars |
| --- | --- |
| task | 8.67 |

```{diagram} drawing
architecture: current
compare: start
highlight: [api]
flow: page
alt: A visitor reaches a balancer, which forwards to one task.
```

```{bill} bench
architecture: start
mode: reconcile
knobs:
  - {id: month, label: Hours, bind: month_hours, choices: [730, 744]}
  - {id: arch, label: Family, bind: api.arch, choices: [x86_64, {value: arm64, label: ARM}]}
solution: {month: 744, arch: arm64}
goal_usd: 0.01
```

```{waterfall} ways
architecture: current
flow: page
against: bigger
against_flow: page
percentile: [p50, p99]
alt: Most of a call is spent in the task, and a little in the balancer.
```

```{claim} three
claims: [task-line]
ask: true
```

```{quiz} which
type: single
objectives: [read-bill]
stem: What does the line of 8.67 prove?
exhibit: {architecture: start, alt: "A visitor, a balancer and one task in a row."}
options:
  - {id: arm, text: It runs on ARM, correct: true, rationale: Only that rate closes the line.}
  - {id: spot, text: It runs on Spot, rationale: That would be a third of it.}
```

```{quiz} several
type: multiple
objectives: [read-bill]
stem: What is billed by the hour?
options:
  - {id: lb, text: The balancer, correct: true, rationale: It has a price per hour.}
  - {id: task, text: The task, correct: true, rationale: It has one as well.}
  - {id: user, text: The visitor, rationale: Nobody bills a visitor.}
```

```{quiz} how-many
type: numeric
objectives: [read-bill]
stem: How many addresses make 7.44 dollars?
answer: 2
unit: count
tolerance: {abs: 0}
decimals: 0
recompute: line('start', 'ip') / (hours('start') * 0.005)
explanation: Two addresses for 744 hours at half a cent.
accept:
  - {value: 1, tolerance: {abs: 0}, rationale: One address costs 3.72.}
```

```{quiz} pairs
type: match
objectives: [read-bill]
stem: What belongs together?
pairs:
  - {id: lb, left: Balancer, right: by the hour, rationale: One price per hour.}
  - {id: data, left: Traffic, right: by the gigabyte, rationale: One price per gigabyte.}
distractors:
  - {id: seat, right: by the seat, rationale: Nothing here is sold by the seat.}
```

```{quiz} wrong-line
type: spot
objectives: [choose-size]
stem: Find the line that costs more than it must.
listing:
  lang: ts
  text: |
    new Task({
      memory: 1024,

      cpu: 256,
    });
errors:
  - {id: memory, lines: [2], rationale: 512 is allowed as well., fix: "memory: 512,"}
decoys:
  - {lines: [4], rationale: This is the smallest already.}
otherwise: This line is fine.
```

```{quiz} point
type: hotspot
objectives: [read-bill]
stem: Point at what costs most.
architecture: start
targets: [lb]
rationales: {lb: The balancer with its addresses., visitor: A visitor costs nothing.}
otherwise: There is something dearer.
```

```{quiz} name
type: text
objectives: [read-bill]
stem: What spreads requests over tasks?
answers: [{text: balancer}]
otherwise: Look at the drawing again.
explanation: A balancer spreads requests over tasks.
```

```{calculator} task-cost
engine: formula
inputs:
  - {id: mem, label: Memory, unit: MiB, min: 512, max: 2048, step: 512, default: 1024}
  - {id: family, label: Family, kind: choice, default: arm, choices: [{value: arm, label: ARM},
     {value: x86, label: Intel}]}
let:
  gib: mem / 1024
outputs:
  - {id: usd, label: One task, unit: USD/month, expr: 744 * (0.25 * 0.03238 + gib * 0.00356)}
expect:
  - {output: usd, equals: 8.67, tolerance: {abs: 0.005}, claim: task-line}
  - {with: {mem: 512}, output: usd, between: [7.34, 7.36], src: T-002}
chart: {x: mem, y: [usd], alt: The cost of a task rises in a straight line with its memory.}
guess: {output: usd, question: What does one task cost?, unit: USD/month}
try:
  - {text: The smallest, set: {mem: 512}}
takeaway: Memory is the smaller part of the price.
```

```{calculator} cuts
engine: portfolio
architecture: start
levers:
  - {id: memory, text: Half the memory, change: {set: {api.memory_mib: 512}}, excludes: [bigger]}
  - {id: bigger, text: More memory, change: {set: {api.memory_mib: 2048}}}
expect:
  - {with: {memory: true}, output: saved_usd, equals: 1.32432, tolerance: {abs: 0}, src: T-001}
```

```{calculator} cross
engine: breakeven
architecture: start
against: bigger
inputs:
  - {id: rate, label: Requests a day, kind: number, min: 0, max: 9000, default: 500,
     bind: ["demand.requests_per_day", "against:demand.requests_per_day"]}
expect:
  - {output: crossings, equals: 0}
```

```{calculator} answered
engine: latency
architecture: bigger
flow: page
inputs:
  - {id: calls, label: Calls a day, kind: number, min: 1, max: 9000, default: 864,
     bind: demand.requests_per_day}
expect:
  - {output: rate_rps, equals: 0.01, tolerance: {abs: 0}}
```

```{lab} readback
objectives: [choose-size]
points: 2
architecture: start
task: Deploy the task behind its balancer and read back what it really runs on.
symptom: The build for the other processor is pulled and never starts.
faults:
  - {id: wrong-chip, text: Built for another processor, hint: See arch, set: {api.arch: x86_64}}
  - {id: floating, text: The tag moves, plant: image_tag_not_latest, component: api}
actions: [change_image_tag]
checks:
  - {id: chip, check: task_arm64, component: api, fault: wrong-chip}
  - {id: tag, check: image_tag_not_latest, fault: floating, targets: [embedded], text: Its tag}
ttl_minutes: 30
region: us-east-1
solution: {set: {api.memory_mib: 512}}
cannot_show: [Whether the task starts]
```
"""

SIDE = """\
---
id: side
title: A detour
minutes: 3
takeaway: Four times the size is four times the price.
next: rejoin
---

The bill has grown.

```{quiz} grown
type: single
objectives: [choose-size]
stem: What grew?
options:
  - {id: task, text: The task, correct: true, rationale: It was the only change.}
  - {id: lb, text: The balancer, rationale: It stayed as it was.}
```

```{drill} full
objectives: [read-bill]
briefing: The disk of the task is full, and every call is refused.
clock: {minutes: 45, start: "08:10"}
state:
  free_gb: {label: Free disk, unit: GB, initial: 0, min: 0, max: 50}
  refused: {label: Calls refused, unit: calls, initial: 47, drift: 2}
panels:
  - {id: usage, title: Disk usage by folder, kind: text, minutes: 2, text: 45 GB in the logs}
  - {id: space, title: Free space, kind: metric, series: [[-40, 9.5], [0, 0]],
     alt: It falls to nothing within the hour.}
  - {id: plan, title: The system, kind: diagram, minutes: 0, architecture: start,
     alt: "A visitor, a balancer and one task."}
actions:
  - id: empty
    text: Empty the logs
    minutes: 4
    requires: [usage]
    effects: {free_gb: 45, refused: {drift: 0}}
    verdict: best
    explanation: The logs fill the disk.
    evidence: [T-003]
  - {id: restart, text: Restart the task, minutes: 6, forbids: [empty], once: false,
     verdict: costly, explanation: The disk is as full as before.}
  - {id: drop, text: Delete old rows, minutes: 2, effects: {refused: {set: 500}}, ends: lose,
     verdict: risky, explanation: What users wrote is gone.}
events:
  - {at_min: 20, text: Somebody complains., when: refused > 60, unless: [empty],
     effects: {refused: 10}}
adjust:
  - {when: flag('big'), text: The large task refuses more., effects: {refused: {add: 4}}}
  - {when: "flag('mood', 'tense')", text: Nobody sleeps well., effects: {free_gb: 1}}
causes:
  - {id: logs, text: Logs without rotation, correct: true, rationale: One gigabyte a day.}
  - {id: rows, text: The rows grew, rationale: They hold three gigabytes.}
  - {id: attack, text: Somebody fills it on purpose, rationale: Nothing points to it.}
  - {id: backup, text: Backups on the same disk, rationale: There are none at all.}
prevention:
  - {id: rotate, text: Rotate the logs, flags: {mood: calm}, rationale: Seven files are enough.}
win: free_gb >= 5
lose: refused > 150
scoring:
  - {points: 40, when: won and refused <= 75, label: Few calls refused}
  - {points: 25, part: order, when: "before('usage', 'empty')", label: Looked first}
  - {points: 20, part: diagnosis, when: cause('logs'), label: Cause named}
  - {points: 5, part: prevention, when: did('rotate'), label: Rotation chosen}
  - {points: -10, part: communication, when: minute > 30 and not saw('space'), label: Late}
caps: [{at_most: 60, when: did('drop'), label: Rows were destroyed}]
model_solution: [usage, empty, rotate]
debrief: One gigabyte of logs a day fills fifty gigabytes in seven weeks.
```
"""

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>A task</title>
<rect x="1" y="1" width="8" height="8"/>
</svg>
"""

TEXTS = {
    "scenario.yaml": SCENARIO,
    "architectures.yaml": ARCHITECTURES,
    "claims.yaml": CLAIMS,
    "steps/01-first.md": FIRST,
    "steps/02-second.md": SECOND,
    "steps/50-side.md": SIDE,
    "media/task.svg": SVG,
}


@dataclass(frozen=True)
class Break:
    """One change of one file, and where its finding must point.

    `at` is a text of the changed file; the finding points to its first character, or `skip`
    characters further. `old` must occur exactly once.
    """

    code: str
    path: str
    old: str
    new: str
    at: str
    skip: int = 0

    def __str__(self) -> str:
        return f"{self.code} {self.path} {self.new[:30]!r}"

    @property
    def texts(self) -> dict[str, str]:
        """The broken pack."""
        text = TEXTS[self.path]
        assert text.count(self.old) == 1, f"{self.old!r} occurs {text.count(self.old)} times"
        return {**TEXTS, self.path: text.replace(self.old, self.new)}

    @property
    def place(self) -> tuple[str, int, int]:
        """Path, line and column where the finding must point."""
        text = self.texts[self.path]
        assert text.count(self.at) >= 1, f"{self.at!r} does not occur"
        index = text.index(self.at) + self.skip
        before = text[:index]
        return self.path, before.count("\n") + 1, index - before.rfind("\n")


def encoded(texts: dict[str, str]) -> dict[str, bytes]:
    """Files as bytes."""
    return {path: text.encode() for path, text in texts.items()}


def lint_texts(texts: dict[str, str]) -> list[Problem]:
    """Every finding, with the shipped engines."""
    return check(encoded(texts), engines=shipped_engines(), folder="mini")


def found(problems: list[Problem]) -> list[tuple[str, str, int, int]]:
    """Code and place of each finding."""
    return [(one.code, one.path, one.line, one.column) for one in problems]
