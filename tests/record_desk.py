"""Somebody with decision records: their addresses, their forms, their files."""

from __future__ import annotations

import io
import re
from typing import Any
from zipfile import ZipFile

import builders
from people import Person
from player import Player


def played(person: Person, step: str | None = "j0-05") -> str:
    """The address of the records of a run that came to a step."""
    player = Player(person)
    player.start()
    player.play(until=step)
    return f"/records/{player.enrolment.id}/"


def pages_of(person: Person, folder: str) -> list[str]:
    """The addresses of its records, in their order."""
    html = person.get(folder).content.decode()
    return list(dict.fromkeys(re.findall(rf'href="({folder}\d[\w-]+/)"', html)))


def form_at(person: Person, url: str) -> builders.Form:
    return builders.forms_in(person.get(url).content.decode())["edit"]


def text_at(person: Person, url: str) -> str:
    return str(person.get(f"{url.rstrip('/')}.md").content.decode())


def write(person: Person, url: str, **words: object) -> Any:
    return person.post(url, form_with_texts(person, url) | words)


def form_with_texts(person: Person, url: str) -> dict[str, object]:
    """What a browser would send untouched, with the texts and the choice that stand there."""
    html = person.get(url).content.decode()
    areas = dict(re.findall(r'<textarea name="([\w-]+)"[^>]*>([^<]*)</textarea>', html))
    standing = re.search(r'<option value="([^"]+)" selected>', html)
    assert standing
    return {**form_at(person, url).sending(), **areas, "standing": standing[1]}


def files_of(person: Person, folder: str, query: str = "") -> dict[str, str]:
    answer = person.get(f"{folder}decisions.zip{query}")
    with ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}
