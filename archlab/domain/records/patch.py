"""An export as a patch for `git apply`: every file is new."""

from __future__ import annotations

from collections.abc import Mapping


def new_files_patch(files: Mapping[str, str]) -> str:
    """Each text ends with a line feed, as every file of a tree does."""
    return "".join(_new_file(path, text) for path, text in sorted(files.items()))


def _new_file(path: str, text: str) -> str:
    lines = text.split("\n")[:-1]
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
    return head + f"@@ -0,0 +1,{len(lines)} @@\n" + "".join(f"+{line}\n" for line in lines)
