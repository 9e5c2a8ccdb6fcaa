"""The drills of the packs: each can be won in two ways, lost, spoilt, and made easier or harder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import pytest
from content_bills import pack_of

from archlab.domain.grading.drill import Move, MoveRefused, Night, after, begin, best, idle
from archlab.domain.pack.blocks import Drill
from archlab.drills.queries import flags_read

PLACES = {
    "d01": ("lambda-to-fargate", "j0-10"),
    "d02": ("lambda-to-fargate", "j0-12"),
    "d03": ("lambda-to-fargate", "j0-14"),
    "d04": ("spot-mvp", "j1-06"),
    "d05": ("spot-mvp", "j1-05"),
    "d08": ("ec2-to-lambda", "j2-12"),
    "d06": ("spot-mvp", "j1-06"),
    "d07": ("spot-mvp", "j1-08"),
    "d09": ("ec2-to-lambda", "j2-09"),
    "d10": ("ec2-to-lambda", "j2-12"),
    "d11": ("ec2-to-lambda", "j2-10"),
    "d12": ("vps-to-aws", "j3-03"),
    "d13": ("vps-to-aws", "j3-05"),
    "d14": ("vps-to-aws", "j3-06"),
    "d15": ("vps-to-aws", "j3-14"),
    "d16": ("vps-to-aws", "j3-12"),
    "d17": ("vps-to-aws", "j3-18"),
    "d18": ("eight-services", "j4-06"),
    "m01": ("lambda-to-fargate", "j0-06"),
    "d19": ("eight-services", "j4-09"),
    "d20": ("eight-services", "j4-08"),
}
DRILLS: Mapping[str, Drill] = {
    block.id: block
    for slug in dict.fromkeys(slug for slug, _ in PLACES.values())
    for step in pack_of(slug).steps.values()
    for block in step.blocks
    if isinstance(block, Drill)
}
OTHER_WAYS: Mapping[str, Sequence[str]] = {
    "d01": ("app", "feed", "stopped", "definition", "note", "fix"),
    "d02": ("log", "inbound", "routes", "zone", "note", "own-address"),
    "d03": ("note", "agents", "scale", "bots"),
    "d04": ("feed", "drain", "machines", "tell", "origin-new", "check"),
    "d05": ("balance", "code", "note", "shed"),
    "d08": ("ways", "say", "fifteen"),
    "d06": ("service", "tell", "ports", "trial", "back"),
    "d07": ("tell", "queue", "rent", "bucket", "orders", "half", "requeue"),
    "d09": ("callers", "tell", "block"),
    "d10": ("attempts", "client", "say", "retries-off"),
    "d11": ("mail", "api-off", "headers", "retention", "keep-logs", "undo", "notify"),
    "d12": ("disk", "dblog", "config", "copies", "inbox", "say", "extend"),
    "d13": ("calls", "say", "work", "slow", "cache"),
    "d14": ("inbox", "say", "orders", "release", "back", "diff", "compute"),
    "d15": ("report", "readonly", "settings", "notify", "local"),
    "d16": ("say", "dbevents", "restarts", "check-off", "pools", "recycle", "shed"),
    "d17": ("isolate", "answer", "secrets", "snapshot", "rotate", "tell", "entry", "rebuild"),
    "d18": ("by-phone", "tell", "pipeline", "migration", "times", "restore-before", "copy",
            "needs", "find-names"),
    "m01": ("ranges", "copy", "pin", "imports", "tell", "count", "date"),
    "d19": ("client", "hold", "tasks", "spread", "tell"),
    "d20": ("node", "shed", "tell", "readonly", "warm"),
}  # fmt: skip
"""Another cure, or another order, for each night."""
SLOW_WAYS: Mapping[str, Sequence[str]] = {
    "d01": ("app", "feed", "stopped", "definition", "note", "fix"),
    "d02": ("log", "inbound", "task", "provider", "zone", "routes", "note", "ticket",
            "own-address"),
    "d03": ("rate", "errors", "agents", "note", "limit", "edge", "freeze"),
    "d04": ("feed", "edge", "letters", "machines", "cache", "tell", "origin-new",
            "check"),
    "d05": ("cpu", "letters", "log", "code", "note", "settings", "shed"),
    "d08": ("traces", "rule", "say", "header"),
    "d07": ("street", "letters", "neighbour", "beat", "turn", "bucket", "orders", "half",
            "requeue", "tell"),
    "d09": ("concurrency", "tell", "reserve"),
    "d10": ("client", "work", "say", "deadline"),
    "d11": ("mail", "headers", "rule", "undo", "retention", "keep-logs", "notify"),
    "d12": ("disk", "say", "wal", "restore"),
    "d13": ("calls", "say", "arrivals", "larger"),
    "d14": ("inbox", "say", "orders", "release", "diff", "hotfix", "compute"),
    "d15": ("report", "settings", "roles", "pool", "local", "force", "affected", "notify"),
    "d16": ("owners", "provider", "targets", "dbevents", "pools", "recycle", "restarts",
            "check-off", "add", "say"),
    "d17": ("notice", "traffic", "processes", "logins", "targets", "images", "isolate", "answer",
            "snapshot", "secrets", "entry", "rotate", "tell", "rebuild"),
    "d18": ("migration", "times", "stop", "tell", "by-phone", "restore-before", "copy"),
    "d19": ("handshakes", "release", "tasks", "cache", "db", "people", "client", "tell", "hold",
            "spread"),
    "d20": ("node", "queue", "changes", "warm", "tell"),
}  # fmt: skip
"""Moves whose result an earlier choice changes."""
ADJUSTED = [(id_, number) for id_, drill in DRILLS.items() for number in range(len(drill.adjust))]
CAPPED = [(id_, cap.when) for id_, drill in DRILLS.items() for cap in drill.caps]


def flags_of(id_: str) -> dict[str, bool | str]:
    """The flags of a learner who has chosen nothing yet."""
    flags = pack_of(PLACES[id_][0]).scenario.flags
    return {flag.id: _typed(str(flag.default).lower()) for flag in flags}


def _typed(value: str) -> bool | str:
    return {"true": True, "false": False}.get(value, value)


def move_of(drill: Drill, id_: str) -> Move:
    return Move("open" if any(panel.id == id_ for panel in drill.panels) else "act", id_)


def played(drill: Drill, ids: Iterable[str], flags: Mapping[str, bool | str]) -> Night:
    """What fits of these moves, then the cause, then nothing more."""
    night = begin(drill, flags)
    for id_ in ids:
        try:
            night = after(night, move_of(drill, id_))
        except MoveRefused:
            continue
    cause = next(one.id for one in drill.causes if one.correct)
    night = after(night, Move("name", cause))
    return night if night.finished else after(night, Move("stop"))


def with_needs(drill: Drill, id_: str) -> list[str]:
    """The panel or action with everything that it requires before it."""
    required = requirements(drill)[id_]
    return [need for one in required for need in with_needs(drill, one)] + [id_]


def requirements(drill: Drill) -> dict[str, tuple[str, ...]]:
    """Of every panel and action, what has to come before it."""
    panels = {one.id: tuple(one.requires) for one in drill.panels}
    return panels | {one.id: tuple(one.requires) for one in drill.actions}


def cures_of(drill: Drill, night: Night) -> set[str]:
    """The actions of a night that changed something for the better."""
    good = {one.id for one in drill.actions if one.verdict in ("best", "good")}
    return good & set(night.order)


def test_each_drill_stands_in_its_step() -> None:
    found = {
        block.id: (slug, step.id)
        for slug in {slug for slug, _ in PLACES.values()}
        for step in pack_of(slug).steps.values()
        for block in step.blocks
        if isinstance(block, Drill)
    }
    assert found == PLACES


@pytest.mark.parametrize("id_", DRILLS)
def test_the_model_solution_wins_with_ninety_at_least(id_: str) -> None:
    night = best(DRILLS[id_], flags_of(id_))
    assert night.ended == "won"
    assert night.result >= 90


@pytest.mark.parametrize("id_", DRILLS)
def test_the_model_solution_wins_after_every_earlier_decision(id_: str) -> None:
    """The debrief calls it the best run whatever the journey or the learner alone has chosen."""
    read = flags_read(DRILLS[id_])
    flags = [flag for flag in pack_of(PLACES[id_][0]).scenario.flags if flag.id in read]
    values: list[Sequence[bool | str]] = [one.values or (False, True) for one in flags]
    for choice in product(*values):
        chosen: dict[str, bool | str] = dict(zip((one.id for one in flags), choice, strict=True))
        night = best(DRILLS[id_], {**flags_of(id_), **chosen})
        assert night.ended == "won", chosen
        assert night.result == 100, chosen


@pytest.mark.parametrize("id_", DRILLS)
def test_doing_nothing_never_wins(id_: str) -> None:
    night = idle(DRILLS[id_], flags_of(id_))
    assert night.ended == "lost"
    assert night.result == 0


@pytest.mark.parametrize("id_", DRILLS)
def test_there_is_more_than_one_way_to_win(id_: str) -> None:
    drill = DRILLS[id_]
    other, model = played(drill, OTHER_WAYS[id_], flags_of(id_)), best(drill, flags_of(id_))
    assert other.ended == "won"
    assert other.result >= 70
    assert other.order != model.order
    assert cures_of(drill, other) != cures_of(drill, model) or id_ in ("d17", "d18")


@pytest.mark.parametrize(("id_", "when"), CAPPED)
def test_a_destructive_act_caps_even_a_good_night(id_: str, when: str) -> None:
    drill, flags = DRILLS[id_], flags_of(id_)
    found = re.fullmatch(r"did\('([a-z-]+)'\)", when)
    assert found
    at_most = next(cap.at_most for cap in drill.caps if cap.when == when)
    model = [one for one in drill.model_solution if one not in {p.id for p in drill.prevention}]
    first = [*model[:1], *with_needs(drill, found[1]), *model[1:]]
    spoilt = played(drill, first, flags)
    assert found[1] in spoilt.order
    assert spoilt.cap == at_most
    assert spoilt.result <= at_most < played(drill, model, flags).result


@pytest.mark.parametrize(("id_", "number"), ADJUSTED)
def test_each_earlier_choice_changes_the_result_of_the_same_moves(id_: str, number: int) -> None:
    """The plain learner beside one who differs in the flags of that one adjustment."""
    drill, flags = DRILLS[id_], flags_of(id_)
    asked = re.findall(r"flag\('([a-z_]+)'(?:, '([a-z]+)')?\)", drill.adjust[number].when)
    assert len(asked) == 1
    name, value = asked[0]
    changed = {**flags, name: value or not flags[name]}
    ways = [SLOW_WAYS[id_], OTHER_WAYS[id_]]
    results = [
        [played(drill, way, one).result for way in ways] + [best(drill, one).result]
        for one in (flags, changed)
    ]
    assert results[0] != results[1]


@pytest.mark.parametrize("id_", DRILLS)
def test_every_panel_and_action_can_be_reached(id_: str) -> None:
    """At once, or where the clock is too short for that, after the first two best moves."""
    drill, flags = DRILLS[id_], flags_of(id_)
    for one in requirements(drill):
        needs = dict.fromkeys(with_needs(drill, one))
        prepared = dict.fromkeys([*drill.model_solution[:2], *needs])
        nights = (played(drill, ids, flags) for ids in (needs, prepared))
        assert any(one in night.order for night in nights), one


@pytest.mark.parametrize("id_", DRILLS)
def test_a_night_has_evidence_choices_false_leads_and_parts_of_the_agreed_weight(id_: str) -> None:
    drill = DRILLS[id_]
    shown = [one for one in drill.state.values() if not one.hidden]
    assert 2 <= len(shown) <= 5
    assert 4 <= len(drill.panels) <= 8
    assert 6 <= len(drill.actions) <= 12
    assert {"best", "costly", "risky"} <= {one.verdict for one in drill.actions}
    assert sum(one.correct for one in drill.causes) == 1
    assert all(one.rationale for one in drill.causes)
    assert drill.clock.speed == 0
    parts: dict[str, int] = {}
    for row in drill.scoring:
        parts[row.part] = parts.get(row.part, 0) + row.points
    agreed = {"outcome": 40, "order": 25, "diagnosis": 20, "communication": 10, "prevention": 5}
    assert parts == agreed


@pytest.mark.parametrize("id_", DRILLS)
def test_no_line_of_evidence_is_wider_than_a_page(id_: str) -> None:
    wide = [
        line for panel in DRILLS[id_].panels for line in panel.text.splitlines() if len(line) > 100
    ]
    assert wide == []


@pytest.mark.parametrize("id_", DRILLS)
def test_a_debrief_says_whose_the_figures_are_and_what_to_do_on_monday(id_: str) -> None:
    debrief = DRILLS[id_].debrief
    assert "on Monday" in debrief
    assert "ours" in debrief
    assert "source" in debrief
