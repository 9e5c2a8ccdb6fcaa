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


@dataclass(slots=True, eq=False)
class Place:
    """Where a value stands. `style` is "" for a plain scalar; `key` is where its key begins."""

    start: Mark
    end: Mark
    style: str = ""
    flow: bool = False
    key: Mark | None = None
    keys: dict[str, Place] | None = None
    items: list[Place] | None = None

    def child(self, part: str | int) -> Place | None:
        """The value under a key or at an index."""
        if isinstance(part, int):
            return self.items[part] if self.items and part < len(self.items) else None
        return self.keys.get(part) if self.keys else None


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

    def _position(self, mark: Mark) -> tuple[int, int]:
        return mark.line + self.first_line, mark.column + 1

    def _walk(self, path: Path) -> tuple[Place, bool]:
        """The deepest known place, and whether the whole path was found."""
        place, whole = self.root, True
        for part in path:
            child = place.child(part)
            whole = child is not None
            place = child or place
        return place, whole

    def known(self, path: Path, *, loose: bool = False) -> tuple[str | int, ...]:
        """The parts of a path that exist here; a validator's own tags in it are left out.

        With `loose` the last part may be missing: it is the key that is not there.
        """
        place, parts = self.root, []
        for part in path[:-1] if loose else path:
            child = place.child(part)
            if child is not None:
                place = child
                parts.append(part)
        return (*parts, *path[-1:]) if loose else tuple(parts)

    def value(self, path: Path) -> tuple[int, int]:
        """Where a value begins."""
        return self._position(self._walk(path)[0].start)

    def key(self, path: Path) -> tuple[int, int]:
        """Where the last key of the path begins; an item of a list has none and begins itself."""
        place, _ = self._walk(path)
        return self._position(place.key or place.start)

    def holder(self, path: Path) -> tuple[int, int]:
        """The key that holds a mapping or list, or its first character where it has none."""
        place, _ = self._walk(path)
        if place is self.root and self.root.keys:
            first = next(iter(self.root.keys.values()))
            return self._position(first.key or first.start)
        return self._position(place.key or place.start)

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
        place, _ = self._walk(path)
        return place.keys is not None or place.items is not None

    def is_flow(self, path: Path) -> bool:
        """The mapping or list at `path` is written with braces or brackets."""
        return self._walk(path)[0].flow


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
        self.root: tuple[Tree, Place] | None = None
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
        self.count(event)
        text, style, start = event.value, event.style or "", event.start_mark
        if len(text) > MAX_SCALAR:
            raise _Breach("E107", f"a text of more than {MAX_SCALAR} characters", start)
        holder = self.open[-1] if self.open else None
        if holder is not None and holder.wants_key:
            self.key(holder, text, start, style)
            return
        if not style and text in _NOTHING:
            self.nothing(holder, text, start)
        elif style == '"' and FORBIDDEN.search(text):
            self.note("E005", "an escape stands for a character that may not stand here", start)
        self.put(Quoted(text) if style else text, Place(start, event.end_mark, style))

    def key(self, holder: _Open, text: str, mark: Mark, style: str) -> None:
        if len(text) > MAX_KEY:
            raise _Breach("E107", f"a key of more than {MAX_KEY} characters", mark)
        if not text and not style:
            self.note("E108", "a key is missing here", mark)
        if text in holder.mapping:
            self.note("E102", f'the key "{text}" stands here twice', mark)
        holder.name, holder.mark, holder.wants_key = text, mark, False

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
        place = Place(event.start_mark, event.end_mark, flow=bool(event.flow_style))
        place.keys, place.items = ({}, None) if mapping else (None, [])
        self.open.append(_Open(place, mapping=mapping))

    def finish(self, event: _Event) -> None:
        done = self.open.pop()
        done.place.end = event.end_mark
        self.put(done.mapping if done.place.keys is not None else tuple(done.sequence), done.place)

    def put(self, value: Tree, place: Place) -> None:
        if not self.open:
            self.root = (value, place)
            return
        holder = self.open[-1]
        if holder.place.keys is None:
            holder.sequence.append(value)
            holder.place.items.append(place)  # type: ignore[union-attr]
            return
        place.key = holder.mark
        if holder.name not in holder.mapping:  # the first of two keys counts
            holder.mapping[holder.name] = value
            holder.place.keys[holder.name] = place
        holder.mark, holder.wants_key = None, True


class _Open:
    """A collection that is still being read."""

    __slots__ = ("mapping", "mark", "name", "place", "sequence", "wants_key")

    def __init__(self, place: Place, *, mapping: bool) -> None:
        self.place = place
        self.mapping: dict[str, Tree] = {}
        self.sequence: list[Tree] = []
        self.wants_key = mapping
        self.name = ""
        self.mark: Mark | None = None


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
    tree, root = reader.root or ((), None)
    if root is None or not isinstance(tree, dict):
        line, column = (root.start.line, root.start.column) if root else (0, 0)
        said = "a mapping of keys to values is expected"
        found = Problem(path, line + first_line, column + 1, "E109", said)
        return None, [*reader.problems, found]
    return Document(path, tree, root, first_line), reader.problems


_OPENINGS = ("flow sequence", "flow mapping", "quoted scalar")


def _syntax(path: str, error: yaml.MarkedYAMLError, first_line: int) -> Problem:
    """An unclosed bracket or quote points to its opening, everything else to where it failed."""
    context = error.context or ""
    opened = any(word in context for word in _OPENINGS)
    mark = error.context_mark if opened and error.context_mark else error.problem_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    said = ", ".join(part for part in (error.context, error.problem) if part)
    return Problem(path, line + first_line, column + 1, "E101", said or "this is not YAML text")
