"""The decisions behind archlab itself, read from the same layout that learners take away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.safestring import SafeString

from archlab.domain.records import ReadRecord, read
from archlab.web import content

FOLDER = settings.ROOT / "docs" / "decisions"


@dataclass(frozen=True)
class OurDecision:
    """One record of the folder; `slug` is the name of its file without the ending."""

    number: int
    slug: str
    record: ReadRecord

    @property
    def url(self) -> str:
        return reverse("decisions:page", args=[self.slug])


@cache
def ours() -> tuple[OurDecision, ...]:
    """All of them, in the order of their numbers."""
    return tuple(
        OurDecision(int(file.stem[:4]), file.stem, read(file.read_text(encoding="utf-8")))
        for file in sorted(FOLDER.glob("[0-9]*.md"))
    )


def our_decision(slug: str) -> OurDecision:
    """An unknown name is a 404."""
    for one in ours():
        if one.slug == slug:
            return one
    raise Http404(f"no decision {slug}")


def shown(decision: OurDecision) -> SafeString:
    return content.record(decision.record.body, _Linked())


class _Linked(content.Bare):
    """Links from one decision to another."""

    def record(self, id_: str) -> str:
        return next((one.url for one in ours() if f"{one.slug}.md" == id_), "")
