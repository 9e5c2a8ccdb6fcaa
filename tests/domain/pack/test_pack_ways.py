"""Ways through a pack: detours, returns, changes that apply on one path and not on another."""

from __future__ import annotations

from decimal import Decimal

from pack_builders import ARCHITECTURES, TEXTS, encoded, found, lint_texts

from archlab.domain.pack import Decision, load

A, ONE, TWO, SIDE = (
    "architectures.yaml",
    "steps/01-first.md",
    "steps/02-second.md",
    "steps/50-side.md",
)

LATER = """\
```{{decision}} later
objectives: [read-bill]
prompt: What do you take away now?
options:
  - id: cut
    text: Something
    verdict: best
    documented: true
    explanation: It costs money and serves nobody.
    change: {change}
  - id: keep
    text: Nothing at all
    verdict: good
    explanation: It may be needed soon.
    right_when: Visitors are on their way.
```
"""


def with_later(change: str, **more: str) -> dict[str, str]:
    texts = {**TEXTS, **more}
    return {**texts, TWO: texts[TWO] + "\n" + LATER.format(change=change)}


def test_a_change_that_applies_on_every_path_is_fine() -> None:
    assert lint_texts(with_later("{set: {api.memory_mib: 2048}, use: bigger}")) == []


def test_a_change_that_fails_on_one_of_several_paths_names_that_path() -> None:
    first = TEXTS[ONE].replace(
        "change: {set: {api.memory_mib: 512}}",
        "change: {add: {spare: {kind: s3_bucket, at: [5, 5], params: {gb: 1}}}}",
    )
    texts = {**TEXTS, ONE: first}
    texts = with_later("{remove: [spare]}", **texts)
    problems = lint_texts(texts)
    assert [one.code for one in problems] == ["E430"]
    assert "on the path first > second" in problems[0].message


def test_a_detour_may_return_to_the_documented_system() -> None:
    """`more` cannot shrink to 512 MiB, but with carry: documented it need not."""
    shrink = "{set: {api.memory_mib: 512}}"
    assert lint_texts(with_later(shrink)) == []
    kept = TEXTS[ONE].replace("carry: documented", "carry: keep")
    problems = lint_texts(with_later(shrink, **{ONE: kept}))
    assert [one.code for one in problems] == ["E430"]
    assert "on the path first > side > second" in problems[0].message


def test_detours_nest_three_deep_and_not_four() -> None:
    assert deep(3) == []
    assert [code for code, *_ in deep(4)] == ["E406"]


def deep(levels: int) -> list[tuple[str, str, int, int]]:
    texts = dict(TEXTS)
    for level in range(1, levels):
        texts[f"steps/{50 + level}-side.md"] = (
            TEXTS[SIDE].replace("id: side", f"id: side{level}").replace("grown", f"grown{level}")
        )
    for level in range(1, levels):
        path = SIDE if level == 1 else f"steps/{49 + level}-side.md"
        texts[path] += f"\n{inner(level)}"
    return found(lint_texts(texts))


def inner(level: int) -> str:
    return f"""\
```{{decision}} deeper{level}
objectives: [choose-size]
editorial: true
prompt: Do you look even closer?
options:
  - {{id: "no", text: Enough seen, verdict: best, explanation: There is nothing more to see.}}
  - id: "on"
    text: A closer look
    verdict: good
    explanation: One can always look closer.
    right_when: There is time to spare.
    goto: side{level}
    rejoin: second
```
"""


def test_the_path_and_the_options_of_a_loaded_pack_are_typed() -> None:
    pack = load(encoded(TEXTS))
    assert pack.path_documented == ("first", "second")
    decision = pack.block("pick")
    assert isinstance(decision, Decision)
    assert decision.documented == decision.option("same")
    assert [option.score for option in decision.options] == [
        Decimal(1),
        Decimal("0.8"),
        Decimal("0.3"),
    ]


def test_a_circle_of_systems_is_told_once() -> None:
    texts = {
        **TEXTS,
        A: ARCHITECTURES
        + "  round:\n    title: Round\n    based_on: about\n"
        + "  about:\n    title: About\n    based_on: round\n",
    }
    line = ARCHITECTURES.count("\n") + 3
    assert found(lint_texts(texts)) == [("E408", A, line, 15)]
