"""Drawings of systems as SVG, with their text twin, and small thumbnails of them."""

from __future__ import annotations

from archlab.web.diagrams.alone import alone
from archlab.web.diagrams.plate import diagram
from archlab.web.diagrams.thumbnails import pair, thumbnail
from archlab.web.diagrams.words import change_words, parameter_words

__all__ = ["alone", "change_words", "diagram", "pair", "parameter_words", "thumbnail"]
