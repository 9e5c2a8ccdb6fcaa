"""log4brains makes a whole site of an export: every record has a page that shows its title."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from records_examples import team_chain

from archlab.domain.records import file_name, tree
from archlab.domain.records.text import plain_line

LOG4BRAINS = Path(__file__).parents[1] / "tools" / "adr" / "node_modules" / ".bin" / "log4brains"


def main() -> int:
    """0 when the site holds every record; about 80 s."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in tree(team_chain()).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        done = subprocess.run(  # noqa: S603
            [LOG4BRAINS, "build", "--out", folder / "site"],
            cwd=folder,
            env={**os.environ, "NEXT_TELEMETRY_DISABLED": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        missing = [page for page, title in _pages(folder) if not _shows(page, title)]
    if done.returncode or missing:
        print(done.stdout + done.stderr)
        print(
            "log4brains build: " + ", ".join(f"{page.parent.name} is missing" for page in missing)
        )
        return 1
    print(f"log4brains build: {len(team_chain())} records, each with its page")
    return 0


def _pages(folder: Path) -> list[tuple[Path, str]]:
    return [
        (
            folder
            / "site"
            / "adr"
            / file_name(r.number, r.title).removesuffix(".md")
            / "index.html",
            plain_line(r.title),
        )
        for r in team_chain()
    ]


def _shows(page: Path, title: str) -> bool:
    return page.is_file() and title in page.read_text(encoding="utf-8")
