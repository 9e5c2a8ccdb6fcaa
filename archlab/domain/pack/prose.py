"""What Markdown texts hold that needs checking: roles, links, pictures, HTML, headings, fences.

Most texts hold nothing of it. Only those with a character that could begin a mention are parsed
inside, which keeps the check of a step within a few milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from archlab.domain.pack.markdown import ROLES, parser
from archlab.domain.pack.problem import Problem, did_you_mean

_FENCE_LINE = re.compile(r"([ \t>]*(?:[-*+] |[0-9]+[.)] )?[ \t]*)(`{3,}|~{3,})(.*)\Z")
_NEEDS_PARSER = re.compile(r"[<\[\\]|``")
"""Without these a text has no link, picture, HTML or escape, and code spans are simple."""
_CODE_SPAN = re.compile(r"`([^`]+)`")
_ROLE_END = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]*)\}\Z")
_LINK = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:[/?#][^\s<>\\]*)?\Z")
_INNER_LINK = re.compile(r"step:[a-z0-9-]+\Z|#[^\s]+\Z")
_PICTURE = re.compile(r"media/[A-Za-z0-9._-]+\Z")


@dataclass(frozen=True, slots=True)
class Mention:
    """Something inside a text that points elsewhere.

    `kind` is a role, "link" or "image"; `label` is the text of a link, or the alternative of an
    image, whose `title` may be "decorative".
    """

    kind: str
    text: str
    line: int
    column: int
    label: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body."""

    level: int
    line: int


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block; `lines` are its first and its last line in the body, from 0."""

    info: str
    content: str
    markup: str
    lines: tuple[int, int]
    nested: bool = False
    closed: bool = True


@dataclass(slots=True)
class Body:
    """The Markdown of a step, taken apart. Lines count in the file, from 1."""

    fences: list[Fence] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    bare_tables: list[int] = field(default_factory=list)
    words: list[tuple[int, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _block_parser() -> MarkdownIt:
    markdown = parser()
    markdown.core.ruler.disable(["inline", "text_join", "role"])
    return markdown


def _inline_parser() -> MarkdownIt:
    """Sees raw HTML as such, and keeps links as they were written, also forbidden ones."""
    markdown = parser()
    markdown.options["html"] = True
    markdown.disable("html_block")
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return markdown


_BLOCKS = _block_parser()
_INLINE = _inline_parser()


def scan(path: str, lines: Sequence[str], first_line: int) -> Body:
    """Take a body apart; `first_line` is the line of the file on which it starts."""
    body = Body()
    tokens = _BLOCKS.parse("\n".join(_without_directives(lines, body)))
    for index, token in enumerate(tokens):
        if token.type == "inline":
            _inline(path, token, lines, first_line, body)
        elif token.type == "fence":
            body.fences.append(_fence(token, lines))
        elif token.type == "heading_open":
            body.headings.append(Heading(int(token.tag[1]), first_line + _first(token)))
        elif token.type == "thead_open" and _is_bare(tokens[index:]):
            body.bare_tables.append(first_line + _first(token))
    body.fences.sort(key=lambda fence: fence.lines)
    return body


def _without_directives(lines: Sequence[str], body: Body) -> Sequence[str]:
    """The body with a rule in the place of each directive, which is cut out and kept.

    Most of a step is directives, and the parser looks at every character. A text with a fence
    that does not simply start in the first column is left to the parser as it is.
    """
    left = list(lines)
    opening: re.Match[str] | None = None
    start = 0
    for number, line in enumerate(lines):
        fence = _FENCE_LINE.match(line) if "```" in line or "~~~" in line else None
        if fence is None:
            continue
        if fence[1] or fence[2][0] != "`" or "`" in fence[3]:
            body.fences.clear()
            return lines
        if opening is None:
            opening, start = fence, number
        elif len(fence[2]) >= len(opening[2]) and not fence[3].strip():
            if opening[3].startswith("{"):
                content = "".join(f"{one}\n" for one in lines[start + 1 : number])
                info, markup = opening[3].strip(), opening[2]
                body.fences.append(Fence(info, content, markup, (start, number + 1)))
                left[start : number + 1] = ["***", *[""] * (number - start)]
            opening = None
    return left


def _first(token: Token) -> int:
    return token.map[0] if token.map else 0


def _is_bare(tokens: Sequence[Token]) -> bool:
    """A header cell of this table head holds nothing."""
    for before, token in pairwise(tokens):
        if token.type == "thead_close":
            return False
        if before.type == "th_open" and not token.content.strip():
            return True
    return False


def _fence(token: Token, lines: Sequence[str]) -> Fence:
    first, after = token.map or [0, 0]
    last = lines[after - 1].strip(" >") if after - 1 > first else ""
    closed = last.startswith(token.markup) and not last.strip(token.markup[0])
    nested = token.level > 0 or not lines[first].startswith("`")
    return Fence(token.info.strip(), token.content, token.markup, (first, after), nested, closed)


def _inline(path: str, token: Token, lines: Sequence[str], first_line: int, body: Body) -> None:
    first, after = token.map or [0, 0]
    body.words.append((first_line + first, len(token.content.split())))
    if not may_mention(token.content):
        return
    finder = _Finder(lines, first, after, first_line)
    for found in mentions(token.content):
        line, column = finder.find(found)
        _note(path, found, line, column, body)


def _note(path: str, found: _Found, line: int, column: int, body: Body) -> None:
    problem = _forbidden(found, in_field=False)
    if problem:
        body.problems.append(Problem(path, line, column, *problem))
    else:
        body.mentions.append(_placed(found, line, column))


def may_mention(text: str) -> bool:
    """A character stands here that could begin a role, a link, a picture or HTML."""
    return "`" in text or "[" in text or "<" in text


def scan_field(path: str, text: str, line: int, column: int) -> tuple[list[Mention], list[Problem]]:
    """The mentions of a Markdown field; everything is reported at the field's first character."""
    body = Body()
    for found in mentions(text):
        problem = _forbidden(found, in_field=True)
        if problem:
            body.problems.append(Problem(path, line, column, *problem))
        else:
            body.mentions.append(_placed(found, line, column))
    return body.mentions, body.problems


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    text: str
    label: str = ""
    title: str = ""


def _placed(found: _Found, line: int, column: int) -> Mention:
    return Mention(found.kind, found.text, line, column, found.label, found.title)


def mentions(text: str) -> Iterator[_Found]:
    """What an inline text mentions, in order."""
    if not _NEEDS_PARSER.search(text):
        yield from _plain_roles(text)
        return
    children = _INLINE.parseInline(text)[0].children or []
    for index, token in enumerate(children):
        if token.type == "role":
            yield _Found(str(token.meta["role"]), token.content)
        elif token.type == "html_inline":
            yield _Found("html", token.content)
        elif token.type == "link_open":
            yield _Found("link", str(token.attrGet("href") or ""), _label(children[index + 1 :]))
        elif token.type == "image":
            alternative, title = token.content, str(token.attrGet("title") or "")
            yield _Found("image", str(token.attrGet("src") or ""), alternative, title)


def _plain_roles(text: str) -> Iterator[_Found]:
    """The roles of a text in which every back-tick belongs to a simple code span."""
    for span in _CODE_SPAN.finditer(text):
        role = _ROLE_END.search(text, 0, span.start())
        if role:
            yield _Found(role[1], span[1].replace("\n", " "))


def _label(tokens: Sequence[Token]) -> str:
    words = []
    for token in tokens:
        if token.type == "link_close":
            break
        words.append(token.content)
    return "".join(words)


def _forbidden(found: _Found, *, in_field: bool) -> tuple[str, str, str] | None:
    """Code, message and hint of what may not stand in a text."""
    if found.kind == "html":
        return "E306", f"raw HTML would be shown as text: {found.text[:40]}", ""
    if found.kind == "link":
        if not (_LINK.match(found.text) or _INNER_LINK.match(found.text)):
            return "E308", f'a link leads to https://, step: or #, not to "{found.text[:60]}"', ""
    elif found.kind == "image":
        if in_field:
            return "E308", "a picture cannot stand in this field", ""
        if not _PICTURE.match(found.text):
            return "E308", f'a picture is media/name, not "{found.text[:60]}"', ""
    elif found.kind not in ROLES:
        return "E307", f'unknown role "{{{found.kind}}}"', did_you_mean(found.kind, ROLES)
    return None


class _Finder:
    """Finds mentions in the source lines of a paragraph, in their order."""

    def __init__(self, lines: Sequence[str], first: int, after: int, first_line: int) -> None:
        self.text = "\n".join(lines[first:after])
        self.line = first_line + first
        self.cursor = 0

    def find(self, found: _Found) -> tuple[int, int]:
        """Line and column of the first character, from 1."""
        at = self._index(found)
        if at < 0:
            at = self.cursor
        self.cursor = at + 1
        before = self.text[:at]
        return self.line + before.count("\n"), at - before.rfind("\n")

    def _index(self, found: _Found) -> int:
        if found.kind == "html":
            return self.text.find(found.text.split("\n")[0], self.cursor)
        if found.kind in {"link", "image"}:
            return self._link(found)
        return self.text.find(f"{{{found.kind}}}`", self.cursor)

    def _link(self, found: _Found) -> int:
        target = self.text.find(f"]({found.text}", self.cursor)
        if target < 0:
            return self.text.find("<", self.cursor)
        opening = self.text.rfind("![" if found.kind == "image" else "[", 0, target)
        return opening if opening >= 0 else target
