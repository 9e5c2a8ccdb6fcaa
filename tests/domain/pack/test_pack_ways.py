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


def test_a_detour_that_never_returns_needs_no_rejoin() -> None:
    texts = {**TEXTS, SIDE: TEXTS[SIDE].replace("next: rejoin", "next: second")}
    assert [code for code, *_ in found(lint_texts(texts))] == ["E406"]
    alone = TEXTS[ONE].replace("    rejoin: second\n    carry: documented\n", "")
    assert lint_texts({**texts, ONE: alone}) == []


def test_a_checkpoint_inside_a_detour_stays_after_it() -> None:
    """What would have been taken up again is replaced too, so the drawing may name its parts."""
    stored = "{add: {shelf: {kind: s3_bucket, at: [4, 4]}}}"
    systems = f"  stored:\n    title: With a shelf\n    based_on: start\n    change: {stored}\n"
    side = TEXTS[SIDE].replace("minutes: 3", "minutes: 3\narchitecture: stored")
    two = TEXTS[TWO].replace("highlight: [api]", "highlight: [shelf]")
    texts = {**TEXTS, A: ARCHITECTURES + systems, TWO: two}
    assert [code for code, *_ in found(lint_texts(texts))] == ["E412"]
    assert lint_texts({**texts, SIDE: side}) == []


def test_a_drawing_may_point_at_what_only_the_other_system_has() -> None:
    systems = "  stored:\n    title: With a shelf\n    based_on: start\n"
    systems += "    change: {add: {shelf: {kind: s3_bucket, at: [4, 4]}}}\n"
    two = TEXTS[TWO].replace("highlight: [api]", "highlight: [shelf]")
    two = two.replace("compare: start", "compare: stored")
    assert lint_texts({**TEXTS, A: ARCHITECTURES + systems, TWO: two}) == []


def test_a_flow_that_an_option_changes_follows_links_too() -> None:
    hop = "{at: visitor, p50_ms: 1}, {at: api, p50_ms: 2}"
    change = f"{{flows: {{page: {{title: One call, hops: [{hop}]}}}}}}"
    problems = lint_texts(with_later(change))
    assert [one.code for one in problems] == ["E423"]
    assert problems[0].message == "visitor and api are not linked"


def test_hops_side_by_side_are_neighbours_of_the_one_before_them() -> None:
    """lb, then api and shelf at once: api and shelf need no link between them."""
    text = ARCHITECTURES.replace("documented_ms: 22\n", "documented_ms: 25\n")
    text = text.replace(
        "    links:\n",
        "      shelf: {kind: s3_bucket, at: [4, 4]}\n    links:\n      - {from: lb, to: shelf}\n",
    )
    text = text.replace("{at: api, p50_ms: 20, p99_ms: 60}", "{at: api, p50_ms: 20, parallel: x}")
    beside = "          - {at: shelf, p50_ms: 23, parallel: x}\n"
    text = text.replace("parallel: x}\n", "parallel: x}\n" + beside)
    assert lint_texts({**TEXTS, A: text}) == []
    alone = text.replace("- {at: shelf, p50_ms: 23, parallel: x}", "- {at: shelf, p50_ms: 3}")
    assert [code for code, *_ in found(lint_texts({**TEXTS, A: alone}))] == ["E423"]


def test_a_source_inside_a_change_is_looked_up() -> None:
    change = "{add: {shelf: {kind: s3_bucket, at: [4, 4], src: nowhere}}}"
    assert [code for code, *_ in found(lint_texts(with_later(change)))] == ["E414"]


def test_a_fact_of_another_pack_is_cited_and_not_looked_up() -> None:
    first = TEXTS[ONE].replace("evidence: [T-002]", 'evidence: ["other-pack#S0-049"]')
    assert lint_texts({**TEXTS, ONE: first}) == []


def test_detours_nest_three_deep_and_not_four() -> None:
    assert deep(3) == []
    assert [code for code, *_ in deep(4)] == ["E406"]


def deep(levels: int) -> list[tuple[str, str, int, int]]:
    texts = dict(TEXTS)
    for level in range(1, levels):
        again = TEXTS[SIDE].replace("id: side", f"id: side{level}")
        for block in ("{quiz} grown", "{drill} full"):
            again = again.replace(block, f"{block}{level}")
        texts[f"steps/{50 + level}-side.md"] = again
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


def test_a_fitted_quantity_is_remarked_beside_its_line() -> None:
    text = ARCHITECTURES.replace("src: T-002}", "src: T-002, fitted: Solved from the line}")
    bill = load(encoded({**TEXTS, A: text})).architectures["start"].documented
    assert bill is not None
    assert [line.fitted for line in bill.lines] == ["", "", "Solved from the line"]


def test_a_circle_of_systems_is_told_once() -> None:
    texts = {
        **TEXTS,
        A: ARCHITECTURES
        + "  round:\n    title: Round\n    based_on: about\n"
        + "  about:\n    title: About\n    based_on: round\n",
    }
    line = ARCHITECTURES.count("\n") + 3
    assert found(lint_texts(texts)) == [("E408", A, line, 15)]
