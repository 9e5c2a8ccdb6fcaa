"""One step file taken apart and checked by itself: phases 1 to 3.

The answer depends on the file's path and text alone, so it is kept: checking a pack again after
one file changed reads only that file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archlab.domain.pack.blocks import (
    QUIZZES,
    BillView,
    Block,
    ClaimView,
    DiagramView,
    Drill,
    Simulation,
    WaterfallView,
)
from archlab.domain.pack.fields import ID
from archlab.domain.pack.model import FrontMatter, Prose
from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.prose import Body, Fence, Mention, may_mention, scan, scan_field
from archlab.domain.pack.schema import validate
from archlab.domain.pack.system import SetCalculator, SetDecision, SetLab
from archlab.domain.pack.yamltext import Document, Path, Tree, document

DIRECTIVES = (
    "decision",
    "quiz",
    "diagram",
    "bill",
    "waterfall",
    "claim",
    "calculator",
    "simulation",
    "drill",
    "lab",
)
MOST_DIRECTIVES = 40
FENCE_COLUMN = 4

_BLOCKS: dict[str, type[Block]] = {
    "decision": SetDecision,
    "diagram": DiagramView,
    "bill": BillView,
    "waterfall": WaterfallView,
    "claim": ClaimView,
    "calculator": SetCalculator,
    "simulation": Simulation,
    "drill": Drill,
    "lab": SetLab,
}
_MARKDOWN_FIELDS = frozenset(
    {
        *("prompt", "stem", "explanation", "rationale", "otherwise", "finding"),
        *("briefing", "debrief"),
    }
)
_INFO = re.compile(r"\{([^}]*)\}?[ \t]*(.*)\Z")
_OPENS_DIRECTIVE = re.compile(r"^`{3,}\{", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive as written; `block` is missing when its body has errors."""

    kind: str
    id: str
    line: int
    document: Document | None
    block: Block | None

    def problem(self, path: str, code: str, message: str) -> Problem:
        """A finding about the directive as a whole, at its fence."""
        return Problem(path, self.line, FENCE_COLUMN, code, message)


@dataclass(frozen=True, slots=True)
class StepText:
    """A step file as written. `head` is missing when the front matter has errors."""

    path: str
    front: Document | None
    head: FrontMatter | None
    parts: tuple[Prose | Directive, ...]
    body: Body
    body_line: int
    mentions: tuple[Mention, ...]
    problems: tuple[Problem, ...]

    @property
    def directives(self) -> tuple[Directive, ...]:
        """The directives, in order."""
        return tuple(part for part in self.parts if isinstance(part, Directive))

    @property
    def prose(self) -> tuple[Prose, ...]:
        """The Markdown between the directives, in order."""
        return tuple(part for part in self.parts if isinstance(part, Prose))


@lru_cache(maxsize=1024)
def step_text(path: str, text: str) -> StepText:
    """Take a step file apart."""
    lines = text.split("\n")
    end = _end_of_front(lines)
    if not end:
        problem = Problem(path, 1, 1, "E301", "a step begins with front matter between --- lines")
        return StepText(path, None, None, (), Body(), 1, (), (problem,))
    front, problems = document(path, "\n".join(lines[1:end]) + "\n", first_line=2)
    head: FrontMatter | None = None
    if front is not None and not problems:
        head, problems = validate(FrontMatter, front)
    body = scan(path, lines[end + 1 :], first_line=end + 2)
    reader = _Parts(path, lines, end + 2, body)
    reader.read()
    found = (*problems, *body.problems, *reader.problems)
    mentions = (*body.mentions, *reader.mentions)
    return StepText(path, front, head, tuple(reader.parts), body, end + 2, mentions, found)


def _end_of_front(lines: Sequence[str]) -> int:
    """Index of the line that closes the front matter; 0 when there is none."""
    if lines[0] != "---":
        return 0
    return next((index for index in range(1, len(lines)) if lines[index] == "---"), 0)


class _Parts:
    """Cuts a body into prose and directives."""

    def __init__(self, path: str, lines: Sequence[str], first_line: int, body: Body) -> None:
        self.path, self.lines, self.first_line, self.body = path, lines, first_line, body
        self.parts: list[Prose | Directive] = []
        self.mentions: list[Mention] = []
        self.problems: list[Problem] = []

    def read(self) -> None:
        start = self.first_line
        for fence in self.body.fences:
            first, after = (self.first_line + line for line in fence.lines)
            if not fence.closed:
                self.problem(first, "E305", "this fence is not closed")
            if not fence.info.startswith("{"):
                continue
            self.prose(start, first)
            self.directive(fence, first)
            start = after
        self.prose(start, len(self.lines) + 1)
        directives = [part for part in self.parts if isinstance(part, Directive)]
        if len(directives) > MOST_DIRECTIVES:
            line = directives[MOST_DIRECTIVES].line
            self.problem(line, "E206", f"a step has at most {MOST_DIRECTIVES} directives")

    def problem(self, line: int, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.path, line, FENCE_COLUMN, code, message, hint))

    def prose(self, first: int, after: int) -> None:
        """The source between two directives, without the blank lines around it."""
        while first < after and not self.lines[first - 1].strip():
            first += 1
        text = "\n".join(self.lines[first - 1 : after - 1]).rstrip()
        if text:
            self.parts.append(Prose(text, first))

    def directive(self, fence: Fence, line: int) -> None:
        if fence.nested:
            place = "a directive is a back-tick fence that starts in the first column"
            self.problem(line, "E304", place)
            return
        if "```{" in fence.content and _OPENS_DIRECTIVE.search(fence.content):
            self.problem(line, "E305", "this directive is not closed before the next one")
            return
        match = _INFO.match(fence.info)
        kind, block_id = (match[1], match[2].strip()) if match else ("", "")
        if not fence.closed or not self.is_known(kind, line):
            return
        if not ID.match(block_id):
            said = "a directive needs an id: lower-case words joined by hyphens"
            self.problem(line, "E303", said)
            return
        if len(block_id) > 48:
            self.problem(line, "E303", "an id has at most 48 characters")
            return
        self.parts.append(self.block(kind, block_id, line, fence.content))

    def is_known(self, kind: str, line: int) -> bool:
        if kind not in DIRECTIVES:
            hint = did_you_mean(kind, DIRECTIVES)
            self.problem(line, "E302", f'unknown directive "{{{kind[:40]}}}"', hint)
        return kind in DIRECTIVES

    def block(self, kind: str, block_id: str, line: int, content: str) -> Directive:
        body, problems = document(self.path, content, first_line=line + 1)
        if body is None or problems:
            self.problems += problems
            return Directive(kind, block_id, line, body, None)
        model = _BLOCKS.get(kind) or self.quiz(body)
        if model is None:
            return Directive(kind, block_id, line, body, None)
        given = {"{id}": block_id, "{line}": line}
        block, problems = validate(model, body, given)
        problems += [
            body.at_key("E201", f'unknown key "{key}"', (key,)) for key in given if key in body.keys
        ]
        problems += _without_consequences(block, body)
        self.problems += problems
        for path, text in markdown_fields(body.tree):
            if not may_mention(text):
                continue
            mentions, problems = scan_field(self.path, text, *body.value(path))
            self.mentions += mentions
            self.problems += problems
        return Directive(kind, block_id, line, body, block)

    def quiz(self, body: Document) -> type[Block] | None:
        """The model of the question's type."""
        named = body.keys.get("type")
        if isinstance(named, str) and named in QUIZZES:
            return QUIZZES[named]
        if named is None:
            self.problems.append(_no_type(body))
        elif isinstance(named, str):
            hint = did_you_mean(named, QUIZZES)
            message = f'"{named[:40]}" is none of: {", ".join(QUIZZES)}'
            self.problems.append(body.problem("E204", message, ("type",), hint))
        else:
            self.problems.append(body.problem("E203", "text is expected here", ("type",)))
        return None


def _without_consequences(block: Block | None, body: Document) -> Iterator[Problem]:
    """A decision with a record says for every option what follows from it."""
    if isinstance(block, SetDecision) and block.adr is not None:
        for number, option in enumerate(block.options):
            if option.consequences is None:
                said = "with adr every option needs consequences"
                yield body.at_holder("E209", said, ("options", number))


def _no_type(body: Document) -> Problem:
    for key in body.keys:
        if did_you_mean(key, ["type"]):
            hint = 'did you mean "type"?'
            return body.at_key("E201", f'unknown key "{key}"', (key,), hint)
    return body.at_holder("E202", 'the key "type" is missing', ())


def markdown_fields(tree: Tree, at: tuple[str | int, ...] = ()) -> Iterator[tuple[Path, str]]:
    """The fields of a body that hold Markdown, with their paths."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if isinstance(value, str):
                if key in _MARKDOWN_FIELDS or at[-1:] == ("rationales",):
                    yield (*at, key), value
            else:
                yield from markdown_fields(value, (*at, key))
    elif isinstance(tree, tuple):
        for index, value in enumerate(tree):
            if not isinstance(value, str):
                yield from markdown_fields(value, (*at, index))
