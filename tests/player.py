"""Plays a journey through its pages as a browser without scripts would: by their forms alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import builders
from people import Person

from archlab.domain.grading.drill import best
from archlab.domain.pack import Decision, Match, Multiple, Numeric, Order, Pack, Quiz, Single, Spot
from archlab.domain.pack.blocks import Drill, Hotspot, Text
from archlab.drills.models import DrillRun
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import play_of


def right_answer(block: Quiz) -> dict[str, Any]:
    """The form fields of a fully right answer."""
    return _RIGHT[type(block)](block)


_RIGHT: Mapping[type[Quiz], Callable[[Any], dict[str, Any]]] = {
    Single: lambda block: {"option": next(o.id for o in block.options if o.correct)},
    Multiple: lambda block: {"option": [o.id for o in block.options if o.correct]},
    Numeric: lambda block: {"value": f"{block.answer:f}", "unit": block.unit},
    Order: lambda block: {f"place-{item.id}": str(n) for n, item in enumerate(block.items, 1)},
    Match: lambda block: {f"left-{p.id}": p.right for p in block.pairs},
    Spot: lambda block: {"line": [str(error.lines[0]) for error in block.errors]},
    Hotspot: lambda block: {"component": list(block.targets)},
    Text: lambda block: {"text": next(a.text for a in block.answers if a.score == 1)},
}


@dataclass
class Player:
    """Takes the documented option wherever `choices` names no other one."""

    person: Person
    choices: Mapping[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    slug: str = builders.J0

    @property
    def enrolment(self) -> Enrolment:
        return Enrolment.objects.get(learner=self.person.learner)

    @property
    def pack(self) -> Pack:
        return builders.pack(self.slug)[0]

    def start(self) -> None:
        builders.published(self.slug)
        response = self.person.post(f"/scenarios/{self.slug}/start/", follow=True)
        assert response.status_code == 200

    def play(self, until: str | None = None) -> Any:
        """Step by step to the end, or until the page of `until` is open."""
        response = self.person.get(f"/journeys/{self.enrolment.id}/resume/", follow=True)
        while not response.request["PATH_INFO"].endswith("/end/"):
            step = response.request["PATH_INFO"].rstrip("/").rpartition("/")[2]
            if step == until:
                break
            self.seen.append(step)
            response = self._pass(response, step)
        return response

    def _pass(self, response: Any, step: str) -> Any:
        """Answer what waits, then go on."""
        for _round in range(30):
            forms = builders.forms_in(response.content.decode())
            waiting = [name for name in forms if name.startswith("form-")]
            block = next((b for b in map(self._open, waiting) if b is not None), None)
            if block is None:
                break
            if isinstance(block, Drill):
                response = self.survive(response, block)
            else:
                response = self.answer(response, block)
        on = f"/journeys/{self.enrolment.id}/{step}/on/"
        form = builders.forms_in(response.content.decode())[on]
        return self.person.post(on, form.sending(), follow=True)

    def _open(self, form: str) -> Decision | Quiz | Drill | None:
        """The question of a form, unless it was answered before."""
        block = self.pack.block(form.removeprefix("form-"))
        if not isinstance(block, Decision | Quiz | Drill):
            return None
        return None if play_of(self.enrolment).attempts(block.id) else block

    def survive(self, response: Any, drill: Drill) -> Any:
        """Play the model solution of a drill, and come back to its step."""
        step = response.request["PATH_INFO"]
        door = builders.forms_in(response.content.decode())[f"form-{drill.id}"]
        page = self.person.post(door.action, door.sending(), follow=True).content.decode()
        run = DrillRun.objects.get(enrolment=self.enrolment, block=drill.id, ended=None)
        said: dict[str, list[str]] = {"name": [], "prevent": []}
        for move in best(drill, run.flags).moves:
            if move.kind in said:
                said[move.kind].append(move.id)
                continue
            form = builders.forms_in(page)["turn"]
            word = "stop" if move.kind == "stop" else f"{move.kind}:{move.id}"
            page = self.person.post(form.action, form.sending(move=word), follow=True)
            page = page.content.decode()
        form = builders.forms_in(page)["close"]
        given = form.sending(cause=said["name"], prevention=said["prevent"])
        self.person.post(form.action, given, follow=True)
        return self.person.get(step)

    def answer(self, response: Any, block: Decision | Quiz, **values: Any) -> Any:
        form = builders.forms_in(response.content.decode())[f"form-{block.id}"]
        given = values or self._given(block)
        return self.person.post(form.action, {**form.sending(), **given}, follow=True)

    def _given(self, block: Decision | Quiz) -> dict[str, Any]:
        if isinstance(block, Quiz):
            return right_answer(block)
        fallback = (block.documented or block.best).id
        return {"option": self.choices.get(block.id, fallback), "reason": "because it fits"}
