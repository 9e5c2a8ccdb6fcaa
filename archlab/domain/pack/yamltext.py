"""The strict YAML of packs: text only, no second reading, every position known.

Values are built from the parser's events, never constructed by PyYAML and never composed by
libyaml, which dies on 100,000 nested brackets. Depth and size are checked event by event, so a
hostile file is left at its first breach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import yaml

from archlab.domain.pack.fields import Quoted
from archlab.domain.pack.files import FORBIDDEN
from archlab.domain.pack.problem import Problem

MAX_DEPTH = 20
MAX_NODES = 20_000
MAX_SCALAR = 65_536
MAX_KEY = 64
COMMA = "a comma ends the text here: quote it"

Tree = str | tuple["Tree", ...] | dict[str, "Tree"]
Path = Sequence[str | int]


class Loader(yaml.CSafeLoader):
    """libyaml's parser; nothing is resolved or constructed with it."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 (PyYAML's own attribute)


class Mark(Protocol):
    """A place in a text, from 0, as the parser counts."""

    index: int
    line: int
    column: int


Spot = tuple[int, int, int, int, str]
"""A key or scalar: line, column, first and last index, and style ("" when plain); all from 0.

Plain tuples of numbers: a file has thousands, and the garbage collector may forget them.
"""


@dataclass(slots=True, eq=False)
class Place:
    """Where a mapping or list stands, with its keys or its items."""

    spot: Spot
    flow: bool
    keys: dict[str, tuple[Spot, Node]] | None = None
    items: list[Node] | None = None

    def child(self, part: str | int) -> tuple[Spot | None, Node] | None:
        """The key and the value under a key, or no key and the value at an index."""
        if isinstance(part, int):
            return (None, self.items[part]) if self.items and part < len(self.items) else None
        return self.keys.get(part) if self.keys else None


Node = Spot | Place


def _spot(node: Node) -> Spot:
    return node.spot if isinstance(node, Place) else node


class Document:
    """One YAML mapping of a file: its text values and their places.

    `first_line` is the line of the file on which the mapping starts, from 1.
    """

    def __init__(self, path: str, tree: dict[str, Tree], root: Place, first_line: int = 1) -> None:
        self.path = path
        self.keys = tree
        self.root = root
        self.first_line = first_line

    @property
    def tree(self) -> Tree:
        """The whole value."""
        return self.keys

    def _position(self, spot: Spot) -> tuple[int, int]:
        return spot[0] + self.first_line, spot[1] + 1

    def _walk(self, path: Path) -> tuple[list[str | int], Spot | None, Node]:
        """The parts of a path that exist here, and the key and node of the last one."""
        node: Node = self.root
        key: Spot | None = None
        parts: list[str | int] = []
        for part in path:
            found = node.child(part) if isinstance(node, Place) else None
            if found is not None:
                key, node = found
                parts.append(part)
        return parts, key, node

    def known(self, path: Path, *, loose: bool = False) -> tuple[str | int, ...]:
        """The parts of a path that exist here; a validator's own tags in it are left out.

        With `loose` the last part may be missing: it is the key that is not there.
        """
        if loose:
            return (*self._walk(path[:-1])[0], path[-1])
        return tuple(self._walk(path)[0])

    def value(self, path: Path) -> tuple[int, int]:
        """Where a value begins."""
        return self._position(_spot(self._walk(path)[2]))

    def key(self, path: Path) -> tuple[int, int]:
        """Where the last key of the path begins; an item of a list has none and begins itself."""
        _, key, node = self._walk(path)
        return self._position(key or _spot(node))

    def holder(self, path: Path) -> tuple[int, int]:
        """The key that holds a mapping or list, or its first character where it has none."""
        parts, key, node = self._walk(path)
        if not parts and self.root.keys:
            key, _ = next(iter(self.root.keys.values()))
        return self._position(key or _spot(node))

    def problem(self, code: str, message: str, path: Path, hint: str = "") -> Problem:
        """A finding about the value at `path`."""
        return Problem(self.path, *self.value(path), code, message, hint)

    def at_key(self, code: str, message: str, path: Path, hint: str = "") -> Problem:
        """A finding about the last key of `path`."""
        return Problem(self.path, *self.key(path), code, message, hint)

    def at_holder(self, code: str, message: str, path: Path, hint: str = "") -> Problem:
        """A finding about the mapping or list at `path` as a whole."""
        return Problem(self.path, *self.holder(path), code, message, hint)

    def is_collection(self, path: Path) -> bool:
        """A mapping or list stands at `path`."""
        return isinstance(self._walk(path)[2], Place)

    def is_flow(self, path: Path) -> bool:
        """The mapping or list at `path` is written with braces or brackets."""
        node = self._walk(path)[2]
        return isinstance(node, Place) and node.flow


class _Event(Protocol):
    """What every event of the parser has that is asked for here; absent parts are None."""

    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    flow_style: bool | None
    explicit: bool
    version: object
    tags: object


class _Events(Protocol):
    def get_event(self) -> _Event: ...


class _Breach(Exception):
    def __init__(self, code: str, message: str, mark: Mark) -> None:
        self.code, self.message, self.mark = code, message, mark


class _Reader:
    """Builds one document from events, without recursion."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path, self.first_line = path, first_line
        self.problems: list[Problem] = []
        self.nodes = 0
        self.root: tuple[Tree, Node] | None = None
        self.open: list[_Open] = []

    def note(self, code: str, message: str, mark: Mark, hint: str = "") -> None:
        line, column = mark.line + self.first_line, mark.column + 1
        self.problems.append(Problem(self.path, line, column, code, message, hint))

    def read(self, loader: _Events) -> None:
        for event in iter(loader.get_event, None):
            kind: type = type(event)
            if kind is yaml.ScalarEvent:
                self.scalar(event)
            elif kind in _STARTS:
                self.begin(event)
            elif kind in _ENDS:
                self.finish(event)
            elif kind is yaml.StreamEndEvent:
                return
            else:
                _refuse_marker(event, second=self.root is not None)

    def count(self, event: _Event) -> None:
        """Refuse what may not stand in a pack, before anything is kept of it."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Breach("E107", f"more than {MAX_NODES} values in one document", event.start_mark)
        if event.anchor is not None:
            raise _Breach("E103", "anchors and aliases are not part of a pack", event.start_mark)
        if event.tag is not None:
            raise _Breach("E104", "tags are not part of a pack", event.start_mark)

    def scalar(self, event: _Event) -> None:
        text, style, start = event.value, event.style or "", event.start_mark
        self.count(event)
        if len(text) > MAX_SCALAR:
            raise _Breach("E107", f"a text of more than {MAX_SCALAR} characters", start)
        holder = self.open[-1] if self.open else None
        if holder is not None and holder.wants_key:
            self.key(holder, text, event, style)
            return
        if not style and text in _NOTHING:
            self.nothing(holder, text, start)
        elif style == '"' and not text.isprintable() and FORBIDDEN.search(text):
            self.note("E005", "an escape stands for a character that may not stand here", start)
        self.put(Quoted(text) if style else text, _placed(event, style))

    def key(self, holder: _Open, text: str, event: _Event, style: str) -> None:
        mark = event.start_mark
        if len(text) > MAX_KEY:
            raise _Breach("E107", f"a key of more than {MAX_KEY} characters", mark)
        if not text and not style:
            self.note("E108", "a key is missing here", mark)
        if text in holder.mapping:
            self.note("E102", f'the key "{text}" stands here twice', mark)
        holder.name, holder.mark, holder.wants_key = text, mark, False
        holder.spot = _placed(event, style)

    def nothing(self, holder: _Open | None, text: str, mark: Mark) -> None:
        if holder is not None and holder.place.flow and not text:
            where = holder.mark if holder.mark is not None else mark
            self.note("E106", COMMA, where)
        else:
            self.note("E106", "nothing stands here: leave the key out", mark)

    def begin(self, event: _Event) -> None:
        self.count(event)
        holder = self.open[-1] if self.open else None
        if holder is not None and holder.wants_key:
            raise _Breach("E108", "a key is text, not a list or mapping", event.start_mark)
        if len(self.open) >= MAX_DEPTH:
            raise _Breach("E107", f"more than {MAX_DEPTH} levels deep", event.start_mark)
        mapping = bool(isinstance(event, yaml.MappingStartEvent))
        place = Place(_placed(event, ""), bool(event.flow_style))
        place.keys, place.items = ({}, None) if mapping else (None, [])
        self.open.append(_Open(place, mapping=mapping))

    def finish(self, event: _Event) -> None:
        done = self.open.pop()
        line, column, first, _, style = done.place.spot
        done.place.spot = (line, column, first, event.end_mark.index, style)
        self.put(done.mapping if done.place.keys is not None else tuple(done.sequence), done.place)

    def put(self, value: Tree, node: Node) -> None:
        if not self.open:
            self.root = (value, node)
            return
        holder = self.open[-1]
        if holder.place.items is not None:
            holder.sequence.append(value)
            holder.place.items.append(node)
        elif holder.place.keys is not None:
            if holder.name not in holder.mapping:  # the first of two keys counts
                holder.mapping[holder.name] = value
                holder.place.keys[holder.name] = (holder.spot, node)
            holder.mark, holder.wants_key = None, True


class _Open:
    """A collection that is still being read."""

    __slots__ = ("mapping", "mark", "name", "place", "sequence", "spot", "wants_key")

    def __init__(self, place: Place, *, mapping: bool) -> None:
        self.place = place
        self.mapping: dict[str, Tree] = {}
        self.sequence: list[Tree] = []
        self.wants_key = mapping
        self.name = ""
        self.mark: Mark | None = None
        self.spot: Spot = place.spot


def _placed(event: _Event, style: str) -> Spot:
    start = event.start_mark
    return start.line, start.column, start.index, event.end_mark.index, style


_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


_STARTS = frozenset({yaml.MappingStartEvent, yaml.SequenceStartEvent})
_ENDS = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})


def _refuse_marker(event: _Event, *, second: bool) -> None:
    kind: type = type(event)
    if kind is yaml.AliasEvent:
        raise _Breach("E103", "anchors and aliases are not part of a pack", event.start_mark)
    begins = kind is yaml.DocumentStartEvent
    if begins and (event.explicit or event.version or event.tags or second):
        raise _Breach("E105", "one document without markers or directives", event.start_mark)
    if kind is yaml.DocumentEndEvent and event.explicit:
        raise _Breach("E105", "one document without markers or directives", event.start_mark)


def document(path: str, text: str, first_line: int = 1) -> tuple[Document | None, list[Problem]]:
    """Read one YAML mapping. With problems the document may be missing or in part."""
    reader = _Reader(path, first_line)
    try:
        reader.read(cast("_Events", Loader(text)))
    except _Breach as breach:
        reader.note(breach.code, breach.message, breach.mark)
        return None, reader.problems
    except yaml.MarkedYAMLError as error:
        before = [one for one in reader.problems if one.message != COMMA]
        return None, [*before, _syntax(path, error, first_line)]
    except (yaml.YAMLError, ValueError, RecursionError):
        reader.problems.append(Problem(path, first_line, 1, "E101", "this is not YAML text"))
        return None, reader.problems
    tree, root = reader.root or ((), _NOWHERE)
    if isinstance(tree, dict) and isinstance(root, Place):
        return Document(path, tree, root, first_line), reader.problems
    line, column, *_ = _spot(root)
    said = "a mapping of keys to values is expected"
    found = Problem(path, line + first_line, column + 1, "E109", said)
    return None, [*reader.problems, found]


_NOWHERE: Spot = (0, 0, 0, 0, "")
_OPENINGS = ("flow sequence", "flow mapping", "quoted scalar")


def _syntax(path: str, error: yaml.MarkedYAMLError, first_line: int) -> Problem:
    """An unclosed bracket or quote points to its opening, everything else to where it failed."""
    context = error.context or ""
    opened = any(word in context for word in _OPENINGS)
    mark = error.context_mark if opened and error.context_mark else error.problem_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    said = ", ".join(part for part in (error.context, error.problem) if part)
    return Problem(path, line + first_line, column + 1, "E101", said or "this is not YAML text")
