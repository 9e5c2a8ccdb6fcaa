"""Pieces of what somebody might write to make a document do what it should not."""

from __future__ import annotations

FRAGMENTS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "<!--",
    "![x](https://x.org/y.png)", "<https://x.org>", "https://x.org", "www.x.org", "@ada", "#12",
    "&lt;", "**b**", "`c`", "```", "a|b", "| - |", "\\", "\n# h\n", "\n---\n", "\n- l\n", "\n> q\n",
    "\n## Status\n\nAccepted\n", "=1+1", "-2+3", "@SUM(A1)", "+cmd|' /C calc'!A0", '"', "'", ",",
    "\u202e", "\u2066", "\u200f", "\u0000", "\ufeff", "\u2028", "\r\n", "{{ x }}", "{% x %}", "\t",
    "[//]: # (x)", "[r]: https://x.org", "[r]", "status: rejected", "Superseded by [9. x](9-x.md)",
)  # fmt: skip
