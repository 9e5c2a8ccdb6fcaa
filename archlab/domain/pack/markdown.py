"""Markdown of packs: CommonMark with tables, without raw HTML and references, with inline roles.

A role is text that ends in `{name}` followed by a code span; it becomes a token of type "role"
with meta {"role": name, "content": text}.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_ROLE = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]*)\}\Z")
ROLES = ("term", "src", "claim", "value")


def parser() -> MarkdownIt:
    """A parser with the rules of packs; it keeps no state between texts."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("reference")
    markdown.core.ruler.push("role", _roles)
    return markdown


def _roles(state: StateCore) -> None:
    for token in state.tokens:
        if token.children and any(child.type == "code_inline" for child in token.children):
            token.children = _with_roles(token.children)


def _with_roles(children: list[Token]) -> list[Token]:
    found: list[Token] = []
    for child in children:
        before = found[-1] if found else None
        if child.type == "code_inline" and before is not None and before.type == "text":
            match = _ROLE.search(before.content)
            if match:
                before.content = before.content[: match.start()]
                child = _role(match[1], child)
        found.append(child)
    return found


def _role(name: str, code: Token) -> Token:
    role = Token("role", "", 0)
    role.content = code.content
    role.meta = {"role": name, "content": code.content}
    return role
