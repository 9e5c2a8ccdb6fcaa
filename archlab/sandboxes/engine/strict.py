"""A resource's properties as its handler sees them: what it never reads is an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archlab.sandboxes.engine.values import Value, join, refused


class Properties:
    """Properties that remember which of them were read, nested ones too.

    A property that a handler silently ignores would make a green run that proves nothing.
    """

    def __init__(self, values: dict[str, Value], path: str = "") -> None:
        self._values = values
        self._path = path
        self._read: set[str] = set()
        self._inner: dict[str, list[Properties]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> Value:
        """One property with all that is below it."""
        if name not in self._values:
            raise refused(join(self._path, name), "This property is required.")
        self._read.add(name)
        return self._values[name]

    def get(self, name: str) -> Value | None:
        return self[name] if name in self._values else None

    def text(self, name: str, default: str | None = None) -> str:
        if default is not None and name not in self._values:
            return default
        value = self[name]
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, dict | list):
            raise refused(join(self._path, name), "One value is expected here.")
        return str(value)

    def number(self, name: str) -> int:
        text = self.text(name)
        if not text.lstrip("-").isdecimal() or len(text) > 18:
            raise refused(join(self._path, name), f"A whole number is expected, not {text!r}.")
        return int(text)

    def flag(self, name: str, *, default: bool = False) -> bool:
        text = self.text(name, "true" if default else "false").lower()
        if text not in ("true", "false"):
            raise refused(join(self._path, name), f"True or false is expected, not {text!r}.")
        return text == "true"

    def texts(self, name: str) -> list[str]:
        """A list of values; a missing property is an empty list."""
        values = self.get(name)
        if values is None:
            return []
        if not isinstance(values, list) or any(isinstance(one, dict | list) for one in values):
            raise refused(join(self._path, name), "A list of values is expected here.")
        return [str(one) for one in values]

    def part(self, name: str) -> Properties:
        """A nested object; a missing one is empty."""
        value = self._values.get(name, {})
        if not isinstance(value, dict):
            raise refused(join(self._path, name), "An object is expected here.")
        return self._nested(name, [(value, join(self._path, name))])[0]

    def lists(self, name: str) -> Sequence[Properties]:
        """A list of nested objects; a missing one is empty."""
        values = self._values.get(name, [])
        if not isinstance(values, list):
            raise refused(join(self._path, name), "A list is expected here.")
        inner: list[tuple[dict[str, Value], str]] = []
        for number, one in enumerate(values):
            path = join(join(self._path, name), number)
            if not isinstance(one, dict):
                raise refused(path, "An object is expected here.")
            inner.append((one, path))
        return self._nested(name, inner)

    def pick(self, *names: str) -> dict[str, Value]:
        """Those of the properties that are given, as they stand."""
        return {name: self[name] for name in names if name in self._values}

    def never_read(self) -> Iterator[str]:
        """The paths that nobody read."""
        for name in self._values:
            if name in self._read:
                continue
            if name in self._inner:
                for one in self._inner[name]:
                    yield from one.never_read()
            else:
                yield join(self._path, name)

    def _nested(
        self, name: str, values: Sequence[tuple[dict[str, Value], str]]
    ) -> list[Properties]:
        if name not in self._inner:
            self._inner[name] = [Properties(value, path) for value, path in values]
        return self._inner[name]
