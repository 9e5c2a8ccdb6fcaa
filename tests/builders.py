"""Typed builders: each states only what a test is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings

from archlab.accounts.models import Learner
from archlab.catalog.actions import publish
from archlab.catalog.models import ScenarioVersion
from archlab.domain.pack import Pack, canonical, files_in, load
from archlab.journeys.models import Enrolment

_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
J0 = "lambda-to-fargate"


@cache
def pack(slug: str = J0) -> tuple[Pack, bytes]:
    """A pack of this project, parsed once per test run."""
    files = files_in(Path(settings.PACK_DIR) / slug)
    return load(files), canonical(files)


def published(slug: str = J0) -> ScenarioVersion:
    parsed, content = pack(slug)
    version, _is_new = publish(pack=parsed, content=content, now=NOW)
    return version


def enrolment(learner: Learner, slug: str = J0) -> Enrolment:
    return Enrolment.objects.create(learner=learner, version=published(slug), started=NOW)


@dataclass
class Form:
    """A form as a browser reads it: where it goes, and what it would send untouched."""

    id: str
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def sending(self, **values: object) -> dict[str, object]:
        data: dict[str, object] = dict(self.fields)
        return data | {name.replace("__", "-"): value for name, value in values.items()}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(at.get("id", ""), at.get("action", ""), at.get("method", "get"))
            self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag == "input":
            self._input(self._open, at)
        elif tag == "select":
            self._select = at.get("name", "")
        elif tag == "option" and self._select:
            self._open.choices.setdefault(self._select, []).append(at.get("value", ""))

    def _input(self, form: Form, at: dict[str, str]) -> None:
        name, kind = at.get("name", ""), at.get("type", "text")
        if not name:
            return
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(at.get("value", "on"))
            if "checked" not in at:
                return
        form.fields.append((name, at.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""


def forms_in(html: str) -> dict[str, Form]:
    """Forms of a page by id; those without one by their action."""
    reader = _Forms()
    reader.feed("".join(_FORM.findall(html)))  # the drawings between them are most of a page
    return {form.id or form.action: form for form in reader.forms}
