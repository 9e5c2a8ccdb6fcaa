"""A small scenario with one drill, and somebody who plays it by its forms alone."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import builders
from people import Person

from archlab.catalog.actions import publish
from archlab.catalog.models import ScenarioVersion
from archlab.catalog.queries import forget_shelf
from archlab.domain.pack import Pack, canonical, files_in, load
from archlab.drills.models import DrillRun
from archlab.journeys.models import Enrolment

SLUG = "ninety-dollar-bill"
DRILL = "disk-full"
STEP = "night"
DATA = Path(__file__).parent / "data"
EXAMPLE = DATA / "packs" / SLUG
FLAGS = """flags:
  - {id: alarms, text: Whether alarms reach somebody, default: false}
  - {id: backups, text: Where backups lie, values: [here, elsewhere], default: here}
  - {id: colour, text: Which colour the terminal has, default: false}
  - {id: rotation, text: Whether logs are rotated, default: false}
"""
NIGHT = (DATA / "night.md").read_text(encoding="utf-8")
SECRETS = (
    "The logs are the cause", "Nobody asked for more", "The disk is as full as before",
    "Space comes back and customers", "45 GB in six weeks", "It holds three gigabytes",
    "Nothing in the listing points", "There are none", "Rotation keeps the logs small",
    "One gigabyte of logs a day", "Few messages lost", "Looked before deleting", "Cause named",
    "Data was destroyed", "before(&#x27;usage", "data-verdict", "lost &gt; 150",
)  # fmt: skip
"""What only the debrief may say: explanations, rationales, the debrief, how points are given."""


def _block(kind: str, step: str) -> str:
    """A step without its blocks of a kind."""
    return re.sub(rf"\n```\{{{kind}\}}.*?```\n", "", step, flags=re.DOTALL)


@cache
def pack(night: str = NIGHT) -> tuple[Pack, bytes]:
    files = files_in(EXAMPLE)
    first = files["steps/01-task-size.md"].decode()
    first = first.replace("next: bill-bench", f"next: {STEP}")
    first = first.replace(
        "    change: {set: {api.memory_mib: 512}}\n",
        "    change: {set: {api.memory_mib: 512}}\n    flags: {alarms: true}\n",
    )
    files["steps/01-task-size.md"] = _block("quiz", first).encode()
    files["steps/02-night.md"] = night.encode()
    last = files.pop("steps/02-bill-bench.md").decode()
    files["steps/03-bill-bench.md"] = _block("lab", last).encode()
    scenario = files["scenario.yaml"].decode()
    files["scenario.yaml"] = (scenario.replace("minutes: 14", "minutes: 24") + FLAGS).encode()
    return load(files), canonical(files)


def published(night: str = NIGHT) -> ScenarioVersion:
    parsed, content = pack(night)
    version, _is_new = publish(pack=parsed, content=content, now=builders.NOW)
    forget_shelf()
    return version


def published_with(old: str, new: str) -> ScenarioVersion:
    """A newer version, in which one thing of the night is written in another way."""
    assert old in NIGHT
    return published(NIGHT.replace(old, new, 1))


def arrived(person: Person, option: str = "one-gig") -> Enrolment:
    """The step with the drill, after the decision that the night depends on."""
    published()
    person.post(f"/scenarios/{SLUG}/start/")
    enrolment = Enrolment.objects.get(learner=person.learner)
    step = f"/journeys/{enrolment.pk}/task-size/"
    form = builders.forms_in(person.get(step).content.decode())["form-pick-size"]
    person.post(form.action, form.sending(option=option, reason="it fits"))
    on = builders.forms_in(person.get(step).content.decode())[f"{step}on/"]
    person.post(on.action, on.sending())
    return enrolment


def opened(person: Person, enrolment: Enrolment) -> Player:
    """The night of a journey, by the door in its step."""
    page = person.get(f"/journeys/{enrolment.pk}/{STEP}/").content.decode()
    form = builders.forms_in(page)[f"form-{DRILL}"]
    player = Player(person)
    player.response = person.post(form.action, form.sending(), follow=True)
    assert player.response.status_code == 200
    return player


@dataclass
class Player:
    """Plays nights through their pages, as a browser without scripts would."""

    person: Person
    response: Any = None

    @property
    def page(self) -> str:
        return str(self.response.content.decode())

    @property
    def text(self) -> str:
        """The words of the page, as they are read."""
        return html.unescape(re.sub(r"<[^>]+>", "", self.page))

    @property
    def run(self) -> DrillRun:
        return DrillRun.objects.get(pk=self.response.request["PATH_INFO"].split("/")[3])

    def alone(self, **flags: str) -> None:
        published()
        sent = {f"flag-{name}": value for name, value in flags.items()}
        url = f"/drills/{SLUG}/{DRILL}/start/"
        self.response = self.person.post(url, sent, follow=True)

    def key(self) -> str:
        return dict(builders.forms_in(self.page)["turn"].fields)["key"]

    def send(self, move: str, key: str = "", **more: Any) -> Any:
        """Press a button of the night, and follow to where it leads."""
        form = builders.forms_in(self.page)["turn"]
        sent = form.sending(move=move, **more) | ({"key": key} if key else {})
        self.response = self.person.post(form.action, sent, follow=True)
        return self.response

    def play(self, *moves: str) -> Any:
        for move in moves:
            assert self.send(move).status_code == 200
        return self.response

    def close(self, **given: Any) -> Any:
        form = builders.forms_in(self.page)["close"]
        self.response = self.person.post(form.action, form.sending(**given), follow=True)
        return self.response
