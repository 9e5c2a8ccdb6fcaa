"""The people or programs that use the system; they pay for themselves."""

from __future__ import annotations

from typing import ClassVar, Literal

from archlab.domain.architecture.component import Component, Glyph


class Client(Component):
    title: ClassVar[str] = "Visitor"
    category: ClassVar[Glyph] = "person"
    unmodelled: ClassVar[str] = ""

    kind: Literal["client"] = "client"
