"""Every pattern of the URL configuration, and addresses made from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    """One pattern: its name with its namespace, and its path with the parameters in it."""

    name: str
    path: str

    @property
    def parameters(self) -> dict[str, str]:
        """The converter of each parameter by name."""
        return {name: kind or "str" for kind, name in PARAMETER.findall(self.path)}

    def filled(self, values: Mapping[str, str]) -> str:
        return PARAMETER.sub(lambda found: values[found[2]], self.path)


def routes(
    resolver: URLResolver | None = None, path: str = "/", spaces: tuple[str, ...] = ()
) -> Iterator[Route]:
    """All of them, included ones too."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = path + text_of(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from routes(entry, here, inner)
        elif isinstance(entry, URLPattern):
            yield Route(":".join((*spaces, entry.name or "")), here)


def text_of(pattern: object) -> str:
    """The path of a pattern; allauth has two that are regular expressions."""
    if not isinstance(pattern, RegexPattern):
        return str(pattern)
    return GROUP.sub(r"<str:\1>", str(pattern)).removeprefix("^").removesuffix("$")
