"""Failing packs that need more than one edit, or another file: the same promise as the others."""

from __future__ import annotations

from datetime import date

import pytest
from pack_builders import TEXTS, encoded, found, lint_texts
from test_pack_codes import BREAKS
from test_pack_drills import DRILL_BREAKS
from test_pack_labs import LAB_BREAKS

from archlab.domain.pack import CODES, check, shipped_engines

S, A, C = "scenario.yaml", "architectures.yaml", "claims.yaml"
ONE, TWO, SIDE = "steps/01-first.md", "steps/02-second.md", "steps/50-side.md"
SVG = "media/task.svg"

SIDE_COPY = TEXTS[SIDE].replace("id: side", "id: copy").replace("{quiz} grown", "{quiz} copied")
SECOND_GOTO = """\
```{decision} again
objectives: [choose-size]
editorial: true
prompt: Which way do you go?
options:
  - {id: on, text: Straight on, verdict: best, explanation: Nothing is to be seen here.}
  - id: off
    text: Aside
    verdict: good
    explanation: There is something to be seen.
    right_when: There is time to look around.
    goto: side
    rejoin: second
```

"""


def _edited(*edits: tuple[str, str, str], **more: str) -> dict[str, str]:
    """The mini pack with several replacements; each old text must be there."""
    texts = dict(TEXTS)
    for path, old, new in edits:
        assert old in texts[path], old
        texts[path] = texts[path].replace(old, new)
    return {**texts, **more}


def _without(path: str) -> dict[str, str]:
    return {name: text for name, text in TEXTS.items() if name != path}


def _at(text: str, part: str, skip: int = 0) -> tuple[int, int]:
    before = text[: text.index(part) + skip]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


NO_DETOUR = (ONE, "    goto: side\n    rejoin: second\n    carry: documented\n", "")
ON_DETOUR = (SIDE, "next: rejoin", "next: second")
KEEPS = (ONE, "    rejoin: second\n    carry: documented\n", "")

MIXED = {
    "E001": (_without(C), (C, 1, 1)),
    "E002": ({**TEXTS, "notes.txt": "x\n"}, ("notes.txt", 1, 1)),
    "E003": ({**TEXTS, "steps/3-x.md": SIDE_COPY}, ("steps/3-x.md", 1, 1)),
    "E006": ({**TEXTS, C: TEXTS[C] + "#" * 262_144 + "\n"}, (C, 1, 1)),
    "E010": ({**TEXTS, "steps/50-twice.md": SIDE_COPY}, ("steps/50-twice.md", 1, 1)),
    "E109": ({**TEXTS, C: "- a list\n"}, (C, 1, 1)),
    "E402": (_edited(NO_DETOUR, ON_DETOUR), (SIDE, 2, 5)),
    "E403": (_edited(KEEPS, (SIDE, "next: rejoin", "next: side")), (SIDE, 2, 5)),
    "E405": (_edited((TWO, "  - {to: end}", "  - {to: first}")), (ONE, 2, 5)),
    "E406": (_edited(KEEPS), (SIDE, 6, 7)),
    "E409": (
        _edited((ONE, "```{quiz} sort", SECOND_GOTO + "```{quiz} sort")),
        (ONE, *_at(TEXTS[ONE], "```{quiz} sort", 3)),
    ),
    "E419": (_edited(**{"media/spare.svg": TEXTS[SVG]}), ("media/spare.svg", 1, 1)),
    "E424": (
        _edited((TWO, "{month: 744, arch: arm64}", "{month: 744, arch: arm64, zone: a}")),
        (TWO, 32, 37),
    ),
    "E502": (_edited((TWO, "covers: [T-003]\n", "")), (C, 4, 10)),
    "E522": (
        _edited(
            (A, "usd: 8.67", "usd: 9.57"),
            (A, "total_usd: 32.85", "total_usd: 33.75"),
            (TWO, "goal_usd: 0.01", "goal_usd: 0.9"),
        ),
        (A, *_at(TEXTS[A], "8.67")),
    ),
    "E606": (
        _edited((S, "glossary:", "  - {id: more, text: Something that nobody asks}\nglossary:")),
        (S, 19, 10),
    ),
}


@pytest.mark.parametrize("code", MIXED)
def test_a_mistake_of_several_files_is_found_where_it_stands(code: str) -> None:
    texts, place = MIXED[code]
    assert found(lint_texts(texts)) == [(code, *place)]


WARNED = {
    "W407": (
        {("steps/03-first.md" if path == ONE else path): text for path, text in TEXTS.items()},
        (TWO, 2, 5),
    ),
    "W508": (
        _edited(
            (TWO, "covers: [T-003]\n", ""), (SIDE, "minutes: 3", "minutes: 3\ncovers: [T-003]")
        ),
        (C, 4, 10),
    ),
    "W607": (
        _edited((SIDE, TEXTS[SIDE][TEXTS[SIDE].index("```{quiz}") :], "Nothing is asked.\n")),
        (SIDE, 2, 5),
    ),
    "W622": (_edited((SIDE, "The bill has grown.", "word " * 901 + "end.")), (SIDE, 9, 1)),
    "W625": (
        _edited(
            (S, "glossary:", "  - {id: seldom, text: Something that is asked once}\nglossary:"),
            (SIDE, "[choose-size]", "[choose-size, seldom]"),
        ),
        (S, 19, 10),
    ),
    "W630": (
        _edited((ONE, "minutes: 7", "minutes: 13"), (S, "minutes: 14", "minutes: 20")),
        (ONE, 4, 10),
    ),
}


@pytest.mark.parametrize("code", WARNED)
def test_a_weakness_is_warned_of_where_it_stands(code: str) -> None:
    texts, place = WARNED[code]
    assert found(lint_texts(texts)) == [(code, *place)]


def test_with_a_record_every_option_says_what_follows() -> None:
    """All of them at once, not one after the other."""
    record = "adr:\n  title: Size of it\n  context: One developer, one task.\n  drivers: [Cost]\n"
    texts = _edited((ONE, "hints: [Look", f"{record}hints: [Look"))
    assert found(lint_texts(texts)) == [("E209", ONE, line, 5) for line in (21, 28, 35)]


def test_a_step_has_at_most_forty_directives() -> None:
    claims = "".join(f"\n```{{claim}} c{n}\nclaims: [task-line]\n```\n" for n in range(39))
    texts = {**TEXTS, SIDE: TEXTS[SIDE] + claims}
    assert [code for code, *_ in found(lint_texts(texts))] == ["E206"]
    fewer = claims.replace("```{claim} c38\nclaims: [task-line]\n```\n", "end\n")
    assert lint_texts({**TEXTS, SIDE: TEXTS[SIDE] + fewer}) == []


def test_an_id_of_a_directive_has_at_most_48_characters() -> None:
    fits = _edited((SIDE, "{quiz} grown", "{quiz} " + "g" * 48))
    assert lint_texts(fits) == []
    too_long = _edited((SIDE, "{quiz} grown", "{quiz} " + "g" * 49))
    assert [code for code, *_ in found(lint_texts(too_long))] == ["E303"]


def test_what_is_outdated_says_what_is_so_today() -> None:
    texts = _edited(
        (C, "verdict: confirmed", "verdict: outdated"), (C, "    sources: [price-list]\n", "")
    )
    assert found(lint_texts(texts)) == [("E209", C, 6, 5)]


def test_a_named_residual_closes_a_line_and_a_bill() -> None:
    dearer = (
        A,
        "usd: 8.67, components",
        "usd: 9.67, residual: {usd: 1, reason: A tip}, components",
    )
    total = (A, "total_usd: 32.85", "total_usd: 33.85")
    assert lint_texts(_edited(dearer, total)) == []
    whole = _edited(
        (A, "total_usd: 32.85", "total_usd: 33.00\n      residual: {usd: 0.15, reason: Unknown}")
    )
    assert lint_texts(whole) == []
    assert [code for code, *_ in found(lint_texts(_edited((A, "32.85", "33.00"))))] == ["E521"]


def test_too_many_states_ask_for_a_checkpoint() -> None:
    texts = dict(TEXTS)
    sizes = (1, 2, 3)
    decisions = "".join(_sized(number, sizes) for number in range(7))
    texts[ONE] = texts[ONE].replace("```{quiz} sort", decisions + "```{quiz} sort")
    assert [code for code, *_ in found(lint_texts(texts))] == ["E431"]


def _sized(number: int, sizes: tuple[int, ...]) -> str:
    """A decision whose options each add another set of hosted zones."""
    options = "".join(
        f"  - {{id: o{size}, text: Size {size}, verdict: best, "
        f"explanation: One of several good sizes., "
        f"change: {{add: {{z{number}: {{kind: route53_zone, at: [{number}, 5], "
        f"params: {{zones: {size}}}}}}}}}}}\n"
        for size in sizes
    )
    return (
        f"```{{decision}} d{number}\nobjectives: [choose-size]\neditorial: true\n"
        f"prompt: Which size do you take now?\noptions:\n{options}```\n\n"
    )


IN_OREGON = (A, "region: us-east-1", "region: us-west-2")
ACCEPTED = "".join(
    f"  - {{price: '{key}', region: us-west-2, reason: Read on the price page.}}\n"
    for key in (
        "AmazonVPC:public-ipv4.in-use.hour",
        "AmazonECS:fargate.arm.gb",
        "AmazonECS:fargate.arm.vcpu",
    )
)


def test_a_price_that_nobody_verified_must_be_accepted_by_name() -> None:
    lb, api = (A, 11, 7), (A, 12, 7)
    assert found(lint_texts(_edited(IN_OREGON))) == [
        ("E528", *lb),
        ("E528", *api),
        ("E528", *api),
    ]
    accepted = (S, "start: first\n", f"accepted_unverified:\n{ACCEPTED}start: first\n")
    assert lint_texts(_edited(IN_OREGON, accepted)) == []
    assert found(lint_texts(_edited(accepted))) == [("E528", S, line, 13) for line in (13, 14, 15)]


def test_a_price_that_nobody_verified_is_seen_in_a_formula_too() -> None:
    asked = "{value}`price('AWSAppRunner:vcpu', 'us-east-1')`"
    texts = _edited((TWO, "{value}`bill('start'); USD/month`", asked))
    assert found(lint_texts(texts)) == [("E528", *_at_in(texts[TWO], TWO, "{value}"))]


def _at_in(text: str, path: str, part: str) -> tuple[str, int, int]:
    return path, *_at(text, part)


def test_old_claims_and_prices_are_named_when_the_day_is_known() -> None:
    files = encoded(TEXTS)
    engines = shipped_engines()
    assert check(files, engines=engines, today=date(2026, 11, 22)) == []
    late = check(files, engines=engines, today=date(2028, 1, 1))
    assert {one.code for one in late} == {"W529"}
    assert ("W529", C, 18, 14) in found(late)


def test_seven_words_of_a_source_are_found_and_six_are_not() -> None:
    files = encoded(TEXTS)
    engines = shipped_engines()
    seven = {"story": "One task behind a balancer, small enough to run."}
    assert found(check(files, engines=engines, sources=seven)) == [("W533", S, 5, 10)]
    six = {"story": "One task behind a balancer, small"}
    assert check(files, engines=engines, sources=six) == []


def test_every_code_has_a_failing_pack_and_every_failing_pack_a_code() -> None:
    elsewhere = {"E431", "E528", "E706", "W529", "W533"}
    shown = (
        {broken.code for broken in (*BREAKS, *DRILL_BREAKS, *LAB_BREAKS)}
        | MIXED.keys()
        | WARNED.keys()
        | elsewhere
    )
    assert shown == set(CODES)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("9 -> 8.67", []),
        ("down to ~8.67 USD", []),
        ("-8.67", ["E512"]),
        ("18.67", ["E512"]),
        ("0.8.67 and 8.6", ["E512"]),
        ("a good deal", ["E512"]),
    ],
)
def test_a_claim_may_repeat_a_number_that_its_fact_gives_among_words(
    words: str, codes: list[str]
) -> None:
    stated = f'fact: Nobody looked at the bill, value: "{words}"}}'
    texts = _edited(
        (C, "fact: Nobody looked at the bill}", stated), (C, "facts: [T-002]", "facts: [T-003]")
    )
    assert [problem.code for problem in lint_texts(texts)] == codes
