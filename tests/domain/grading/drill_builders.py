"""A small drill for tests of its engine; each test states only what it is about."""

from __future__ import annotations

from collections.abc import Mapping

from archlab.domain.pack.blocks import Drill

EXAMPLE = """\
objectives: [free-a-disk]
briefing: The disk of the only host is full. Messages from customers are being refused.
clock: {minutes: 45, start: "08:10"}
state:
  free_gb: {label: Free disk, unit: GB, initial: 0, min: 0, max: 50}
  lost: {label: Messages lost, unit: messages, initial: 47, drift: 2}
panels:
  - {id: usage, title: Disk usage by folder, kind: text, minutes: 2,
     text: "45 GB in container logs, 3 GB in the database"}
actions:
  - {id: truncate, text: Empty the container logs, minutes: 3, requires: [usage],
     effects: {free_gb: 45, lost: {drift: 0}}, verdict: best,
     explanation: The logs are the cause and nothing else is needed.}
  - {id: restart, text: Restart the host, minutes: 6, verdict: costly,
     explanation: The disk is as full as before and six minutes are gone.}
  - {id: drop, text: Delete the oldest database files, minutes: 2,
     effects: {free_gb: 2, lost: 500}, verdict: risky,
     explanation: Space comes back and customers' data does not., ends: lose}
causes:
  - {id: logs, text: Logs without rotation, correct: true, rationale: A gigabyte a day.}
  - {id: db, text: The database grew, rationale: It holds three gigabytes.}
  - {id: attack, text: Somebody fills the disk, rationale: Nothing points to it.}
  - {id: backup, text: Backups on the same disk, rationale: There are none.}
win: free_gb >= 5
lose: lost > 150
scoring:
  - {points: 40, when: won and lost <= 60, label: Few messages lost}
  - {points: 25, part: order, when: "before('usage', 'truncate')", label: Looked first}
  - {points: 20, part: diagnosis, when: cause('logs'), label: Cause named}
caps: [{at_most: 60, when: did('drop'), label: Data was destroyed}]
model_solution: [usage, truncate]
debrief: One gigabyte of logs a day fills fifty gigabytes in seven weeks.
"""
"""The example of the format's own description."""


def panel(id_: str, minutes: int = 1, **more: object) -> dict[str, object]:
    return {"id": id_, "title": f"Panel {id_}", "kind": "text", "minutes": minutes, "text": "x"} | (
        more
    )


def action(id_: str, minutes: int = 1, **more: object) -> dict[str, object]:
    said = {"verdict": "good", "explanation": "A reason that is long enough."}
    return {"id": id_, "text": f"Action {id_}", "minutes": minutes, **said} | more


def event(at: int, **more: object) -> dict[str, object]:
    return {"at_min": at, "text": f"Event at {at}"} | more


def row(when: str, points: int = 10, part: str = "outcome") -> dict[str, object]:
    return {"points": points, "when": when, "label": when, "part": part}


def variable(initial: str = "0", **more: object) -> dict[str, object]:
    return {"label": "A variable", "initial": initial} | more


def drill(**keys: object) -> Drill:
    """A drill of 60 minutes in which nothing happens by itself."""
    causes = [
        {"id": id_, "text": f"Cause {id_}", "rationale": "Because it is so.", "correct": id_ == "a"}
        for id_ in "abcd"
    ]
    base: Mapping[str, object] = {
        "{id}": "night",
        "{line}": 1,
        "objectives": ("one",),
        "briefing": "Something is wrong and somebody has to look.",
        "clock": {"minutes": 60, "start": "23:30"},
        "state": {"x": variable()},
        "panels": (panel("look"),),
        "actions": (action("one"), action("two"), action("three")),
        "causes": tuple(causes),
        "win": "x > 100",
        "scoring": (row("won"),),
        "model_solution": ("one",),
        "debrief": "What one does about it on the Monday after.",
    }
    return Drill.model_validate({**base, **keys})
