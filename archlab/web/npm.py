"""A staticfiles finder over a closed list of files that npm installs: nothing else is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core import checks
from django.core.files.storage import FileSystemStorage, Storage

FILES = {
    "npm/htmx.js": "htmx.org/dist/htmx.min.js",
    "npm/plotly.js": "plotly.js-basic-dist-min/plotly-basic.min.js",
}

Messages = list[checks.CheckMessage]  # `list` is the finder's method inside its class


class NpmStorage(FileSystemStorage):
    """Finds a public name's file under another name below `node_modules`."""

    def path(self, name: str) -> str:
        return str(Path(settings.NODE_MODULES) / FILES[name])


class NpmFinder(BaseFinder):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = NpmStorage(location=settings.NODE_MODULES)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        found = [self.storage.path(path)] if path in FILES else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for name in FILES:
            yield name, self.storage

    def check(self, **kwargs: Any) -> Messages:
        return [
            checks.Error(f"{path} is not installed.", hint="Run `make setup`.", id="archlab.E001")
            for path in FILES.values()
            if not (Path(settings.NODE_MODULES) / path).is_file()
        ]
