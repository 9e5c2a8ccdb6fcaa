"""What the templates of the drills print: the shelf, a drill, a night, its debrief."""

from __future__ import annotations

from archlab.drills.pages.debrief import DebriefPage
from archlab.drills.pages.night import NightPage, kept, page_of, sought_in
from archlab.drills.pages.shelf import DrillPage, shelf

__all__ = ["DebriefPage", "DrillPage", "NightPage", "kept", "page_of", "shelf", "sought_in"]
