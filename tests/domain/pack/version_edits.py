"""A small pack with every kind of question, runs through it, and edits that authors make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from play_builders import bench, decision, memory, option, pack, quiz, single, step

from archlab.domain.pack import Block, Decision, Pack, Prose, Step
from archlab.domain.pack.play import Event

Edit = Callable[[Pack], Pack]


def with_path(made: Pack, *path: str) -> Pack:
    return replace(made, path_documented=path)


def original() -> Pack:
    """Three steps and a detour: `pick` leads to `side` and back to `late`."""
    pick = decision(
        "pick",
        option("small", "best", memory(512), documented="true"),
        option("large", "costly", memory(2048)),
        option("round", "good", memory(1024), goto="side", rejoin="late"),
        retry={"attempts": "3"},
    )
    size = decision("size", option("keep", "best", documented="true"), option("grow", "good"))
    order = quiz(
        "order",
        "order",
        items=tuple(
            {"id": name, "text": name, "rationale": "Because it is so."} for name in ("a", "b", "c")
        ),
        explanation="Because it is so.",
    )
    made = pack(
        step("first", pick, single("proof", hints=("Look twice.",)), next="late"),
        step("side", single("aside"), next="rejoin"),
        step("late", size, order, bench("bench"), next="last"),
        step("last", single("final")),
    )
    return with_path(made, "first", "late", "last")


def left(step_id: str) -> Event:
    return Event("left", step_id)


def chosen(step_id: str, block: str, option_id: str, attempt: int = 1) -> Event:
    return Event("answered", step_id, block, {"option": option_id}, attempt)


BEGINNING = (
    chosen("first", "pick", "small"),
    Event("hint", "first", "proof", {"number": 1}, 1),
    chosen("first", "proof", "yes"),
)
TO_LATE = (
    *BEGINNING,
    left("first"),
    chosen("late", "size", "grow"),
    Event("answered", "late", "order", {"order": ["a", "c", "b"]}, 1),
    Event("closed", "late", "bench", {"knobs": {"month": "744", "arm": "true"}}, 1),
)
TO_LAST = (*TO_LATE, left("late"))
ROUND = (
    chosen("first", "pick", "large"),
    chosen("first", "pick", "round", 2),
    chosen("first", "proof", "no"),
    left("first"),
    chosen("side", "aside", "yes"),
)
RUNS: Mapping[str, tuple[Event, ...]] = {
    "nothing": (),
    "beginning": BEGINNING,
    "late": TO_LATE,
    "last": TO_LAST,
    "detour": ROUND,
    "back": (*ROUND, left("side"), chosen("late", "size", "keep")),
    "end": (*TO_LAST, chosen("last", "final", "yes"), left("last")),
}


# ---- edits: each gives a new pack


def changed_step(made: Pack, id_: str, change: Callable[[Step], Step]) -> Pack:
    steps = [change(one) if one.id == id_ else one for one in made.steps.values()]
    fresh = pack(*steps, architectures=made.architectures)
    return with_path(
        replace(fresh, scenario=made.scenario),
        *(s for s in made.path_documented if s in fresh.steps),
    )


def changed_block(made: Pack, id_: str, change: Callable[[Block], Block]) -> Pack:
    if id_ not in made.step_of:
        return made

    def edited(one: Step) -> Step:
        body = tuple(
            change(part) if isinstance(part, Block) and part.id == id_ else part
            for part in one.body
        )
        return replace(one, body=body)

    return changed_step(made, made.step_of[id_].id, edited)


def with_fields(id_: str, **fields: object) -> Edit:
    return lambda made: changed_block(made, id_, lambda block: block.model_copy(update=fields))


def without_block(id_: str) -> Edit:
    def edit(made: Pack) -> Pack:
        if id_ not in made.step_of:
            return made
        step_id = made.step_of[id_].id

        def edited(one: Step) -> Step:
            kept = (p for p in one.body if isinstance(p, Prose) or p.id != id_)
            return replace(one, body=tuple(kept))

        return changed_step(made, step_id, edited)

    return edit


def with_block(step_id: str, block: Block) -> Edit:
    def edit(made: Pack) -> Pack:
        if step_id not in made.steps or block.id in made.step_of:
            return made
        return changed_step(made, step_id, lambda one: replace(one, body=(*one.body, block)))

    return edit


def moved_block(id_: str, to: str) -> Edit:
    def edit(made: Pack) -> Pack:
        block = made.block(id_)
        if block is None or to not in made.steps:
            return made
        return with_block(to, block)(without_block(id_)(made))

    return edit


def renamed_block(id_: str, name: str) -> Edit:
    return with_fields(id_, id=name, was=(id_,))


def renamed_step(id_: str, name: str) -> Edit:
    def edit(made: Pack) -> Pack:
        if id_ not in made.steps:
            return made
        return _rebuilt(made, {id_: name}, {}, was=True)

    return edit


def without_step(id_: str) -> Edit:
    """Whatever led there leads to its exit instead, and no option takes a detour to it."""

    def edit(made: Pack) -> Pack:
        gone = made.steps.get(id_)
        if gone is None or id_ == made.scenario.start:
            return made
        onward = str(gone.next)
        kept = replace(made, steps={key: one for key, one in made.steps.items() if key != id_})
        return _rebuilt(kept, {id_: onward}, {id_: onward}, was=False)

    return edit


def with_step_before(id_: str, fresh: Step) -> Edit:
    def edit(made: Pack) -> Pack:
        if id_ not in made.steps or fresh.id in made.steps or id_ == made.scenario.start:
            return made
        led = {key: _led(one, {id_: fresh.id}) for key, one in made.steps.items()}
        steps = {**led, fresh.id: replace(fresh, next=id_)}
        at = made.path_documented.index(id_) if id_ in made.path_documented else None
        path = list(made.path_documented)
        if at is not None:
            path.insert(at, fresh.id)
        return with_path(_packed(made, steps), *path)

    return edit


def with_option_gone(decision_id: str, option_id: str) -> Edit:
    def change(block: Block) -> Block:
        assert isinstance(block, Decision)
        kept = tuple(one for one in block.options if one.id != option_id)
        return block.model_copy(update={"options": kept})

    return lambda made: changed_block(made, decision_id, change)


def with_verdict(decision_id: str, option_id: str, verdict: str) -> Edit:
    def change(block: Block) -> Block:
        assert isinstance(block, Decision)
        options = tuple(
            one.model_copy(update={"verdict": verdict}) if one.id == option_id else one
            for one in block.options
        )
        return block.model_copy(update={"options": options})

    return lambda made: changed_block(made, decision_id, change)


def _led(one: Step, names: Mapping[str, str]) -> Step:
    return replace(one, next=names.get(str(one.next), one.next))


def _rebuilt(made: Pack, names: Mapping[str, str], gone: Mapping[str, str], *, was: bool) -> Pack:
    steps = {}
    for one in made.steps.values():
        id_ = names.get(one.id, one.id)
        former = (one.id,) if was and id_ != one.id else one.was
        body = tuple(_pointed(part, names, gone) for part in one.body)
        steps[id_] = replace(_led(one, names), id=id_, was=former, body=body)
    path = (names.get(s, s) for s in made.path_documented)
    fresh = _packed(made, steps)
    return with_path(fresh, *dict.fromkeys(s for s in path if s in fresh.steps))


def _pointed(
    part: Prose | Block, names: Mapping[str, str], gone: Mapping[str, str]
) -> Prose | Block:
    if not isinstance(part, Decision):
        return part
    options = []
    for one in part.options:
        fields: dict[str, object] = {}
        if one.goto in gone:
            fields = {"goto": None, "rejoin": None}
        elif one.goto or one.rejoin:
            fields = {
                "goto": names.get(one.goto or "", one.goto),
                "rejoin": names.get(one.rejoin or "", one.rejoin),
            }
        options.append(one.model_copy(update=fields))
    return part.model_copy(update={"options": tuple(options)})


def _packed(made: Pack, steps: Mapping[str, Step]) -> Pack:
    start = made.scenario.start
    first = start if start in steps else next(iter(steps))
    ordered = [steps[first], *(one for id_, one in steps.items() if id_ != first)]
    return pack(*ordered, architectures=made.architectures)
