"""Small packs for tests of a run, built from models: no files, no linter in between."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from archlab.domain.architecture import KINDS, Architecture, Change, Component
from archlab.domain.pack import Block, Branch, Decision, Option, Pack, Scenario, Step
from archlab.domain.pack.blocks import QUIZZES, BillView, ClaimView, Quiz
from archlab.domain.pack.play import Event

_VERSIONS = count(1)
ONE = {"id": "one", "text": "Learn one thing well"}


def component(kind: str, id_: str, **parameters: object) -> Component:
    return KINDS[kind].model_validate({"kind": kind, "id": id_, **parameters})


def gateway() -> Component:
    return component("nat_gateway", "nat")


def system(id_: str = "idea", *more: Component) -> Architecture:
    api = component("fargate_service", "api", cpu=256, memory_mib=1024, arch="arm64")
    parts = {one.id: one for one in (api, *more)}
    return Architecture(id_, id_.capitalize(), "us-east-1", parts, month_hours=744)


def memory(mib: int) -> Change:
    return Change(set={"api.memory_mib": mib})


def option(id_: str, verdict: str = "good", change: Change | None = None, **more: object) -> Option:
    return Option.model_validate(
        {
            "id": id_,
            "text": f"Option {id_}",
            "verdict": verdict,
            "explanation": "A reason that is long enough.",
            "change": change,
            **more,
        }
    )


def decision(id_: str, *options: Option, **more: object) -> Decision:
    return Decision.model_validate(
        {
            **_block(id_),
            "prompt": "What do you choose?",
            "options": options,
            **more,
        }
    )


def quiz(id_: str, type_: str, **more: object) -> Quiz:
    return QUIZZES[type_].model_validate(
        {**_block(id_), "type": type_, "stem": "What is it?", **more}
    )


def single(id_: str, **more: object) -> Quiz:
    right = {"id": "yes", "text": "Yes", "correct": "true", "rationale": "Because it is so."}
    wrong = {"id": "no", "text": "No", "rationale": "It is not so at all."}
    return quiz(id_, "single", options=(right, wrong), **more)


def bench(id_: str) -> BillView:
    knob = {"id": "month", "label": "Month", "bind": "month_hours", "choices": ("730", "744")}
    arch = {"id": "arm", "label": "ARM", "bind": "api.arch", "choices": ("true", "false")}
    return BillView.model_validate(
        {
            **_view(id_),
            "architecture": "idea",
            "mode": "reconcile",
            "knobs": (knob, arch),
            "solution": {"month": "744", "arm": "true"},
        }
    )


def claims(id_: str) -> ClaimView:
    return ClaimView.model_validate({**_view(id_), "claims": ("nat-line", "total"), "ask": "true"})


def step(
    id_: str,
    *blocks: Block,
    next: str | tuple[Branch, ...] = "end",  # noqa: A002 - the key of the pack format
    architecture: str = "",
) -> Step:
    return Step(
        id=id_,
        title=id_.capitalize(),
        minutes=5,
        next=next,
        covers=(),
        architecture=architecture or None,
        objectives=(),
        takeaway="",
        summary="",
        was=(),
        body=blocks,
        path=f"steps/{id_}.md",
    )


def pack(
    *steps: Step,
    architectures: Mapping[str, Architecture] | None = None,
    flags: tuple[Mapping[str, object], ...] = (),
    objectives: tuple[Mapping[str, object], ...] = (ONE,),
) -> Pack:
    """The first step is the start. Every pack has a version of its own."""
    return Pack(
        scenario=_scenario(steps[0].id, flags, objectives),
        architectures=architectures or {"idea": system()},
        facts={},
        claims={},
        steps={one.id: one for one in steps},
        media={},
        version=f"test-{next(_VERSIONS)}",
        path_documented=(),
    )


def answered(step_id: str, block: str, option_id: str, **more: object) -> Event:
    return Event("answered", step_id, block, {"option": option_id, **more})


def left(step_id: str) -> Event:
    return Event("left", step_id)


def _scenario(
    start: str,
    flags: tuple[Mapping[str, object], ...],
    objectives: tuple[Mapping[str, object], ...],
) -> Scenario:
    source = {"ref": "seed-000", "kind": "seed", "title": "A source"}
    about: dict[str, object] = {
        "format": "archlab/1",
        "id": "5b0c2f7e-3d41-4a86-9c1e-0d8a6f2b7e10",
        "slug": "test",
        "title": "A test",
        "summary": "A scenario for the tests of a run.",
        "lang": "en",
        "licence": "CC-BY-4.0",
        "authors": ({"name": "bob"},),
        "minutes": "10",
        "prices": "prices-2026-11",
        "start": start,
        "sources": (source,),
        "objectives": objectives,
    }
    if flags:
        about["flags"] = flags
    return Scenario.model_validate(about)


def _view(id_: str) -> dict[str, object]:
    return {"{id}": id_, "{line}": 1}


def _block(id_: str) -> dict[str, object]:
    return {**_view(id_), "objectives": (ONE["id"],)}
