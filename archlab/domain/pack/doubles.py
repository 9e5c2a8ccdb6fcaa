"""Phase 4: ids that are given twice."""

from __future__ import annotations

from collections.abc import Iterator

from archlab.domain.pack.draft import Draft
from archlab.domain.pack.problem import Problem
from archlab.domain.pack.yamltext import Document, Tree

PARTS = {
    "quiz": frozenset({"answer", "marked", "problem", "reason"}),
    "decision": frozenset({"again", "compare", "decide", "problem", "reason", "told"}),
}
"""What their forms have of their own: it shares one space of names on the page with the choices."""


def double_problems(draft: Draft) -> Iterator[Problem]:
    """Ids that occur again: in a list, among the steps, among all directives."""
    text = draft.text
    for document in (text.scenario_document, text.systems_document, text.claims_document):
        yield from _twice_in(document, document.tree, ())
    yield from _sources_twice(draft)
    steps: set[str] = set()
    blocks: set[str] = set()
    for step in text.steps:
        if step.head is not None and step.front is not None and step.head.id in steps:
            said = f'the step "{step.head.id}" exists already'
            yield step.front.problem("E420", said, ("id",))
        steps |= {step.head.id} if step.head else set()
        for directive in step.directives:
            if directive.id in blocks:
                said = f'a block called "{directive.id}" exists already'
                yield directive.problem(step.path, "E420", said)
            blocks.add(directive.id)
            if directive.document is not None:
                yield from _twice_in(directive.document, directive.document.tree, ())
                parts = PARTS.get(directive.kind, frozenset())
                yield from _taken_by_the_page(directive.document, parts)


def _taken_by_the_page(document: Document, parts: frozenset[str]) -> Iterator[Problem]:
    """Choices that are called like a part of the form in which they stand."""
    tree = document.tree
    for name in ("options", "items", "pairs"):
        rows = tree.get(name, ()) if isinstance(tree, dict) else ()
        for number, row in enumerate(rows if isinstance(rows, tuple) else ()):
            if isinstance(row, dict) and row.get("id") in parts:
                said = f'"{row["id"]}" is a part of the form on the page; call it otherwise'
                yield document.problem("E420", said, (name, number, "id"))


def _sources_twice(draft: Draft) -> Iterator[Problem]:
    refs = [one.ref for one in draft.text.scenario.sources]
    for index, ref in enumerate(refs):
        if ref in refs[:index]:
            said = f'the source "{ref}" stands here twice'
            path = ("sources", index, "ref")
            yield draft.text.scenario_document.problem("E420", said, path)


def _twice_in(document: Document, tree: Tree, at: tuple[str | int, ...]) -> Iterator[Problem]:
    """Items of one list that have the same id."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    seen: set[Tree] = set()
    for part, value in items:
        if isinstance(value, str):
            continue
        id_ = value.get("id") if isinstance(value, dict) and isinstance(tree, tuple) else None
        if isinstance(id_, str):
            if id_ in seen:
                said = f'the id "{id_}" stands here twice'
                yield document.problem("E420", said, (*at, part, "id"))
            seen.add(id_)
        yield from _twice_in(document, value, (*at, part))
