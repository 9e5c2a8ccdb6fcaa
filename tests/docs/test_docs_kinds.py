"""The page of kinds is the registry's, to the letter, and can be found."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from django.core.management import call_command

from archlab.domain.architecture.handbook import kinds_page

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "authoring" / "kinds.md"


def test_the_page_of_kinds_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == kinds_page(), "manage.py kinds > docs/authoring/kinds.md"


def test_the_command_prints_the_page() -> None:
    out = StringIO()
    call_command("kinds", stdout=out)
    assert out.getvalue() == PAGE.read_text("utf-8")


def test_the_page_says_what_a_parameter_takes() -> None:
    rows = set(PAGE.read_text("utf-8").splitlines())
    assert rows >= {
        "## rds_instance",
        "| `class` | text | required | instance class, such as db.t4g.small |",
        "| `multi_az` | `true`, `false` | `false` | a standby in another zone |",
        "| `replicas` | whole number from 0 to 15 | `0` | read replicas, each in one zone |",
        "| `max_acu` | number from 0.5 to 256 | required | most capacity units, by halves |",
        "| `storage_type` | `gp3`, `gp2` | `gp3` | type of the storage |",
        "It has no parameters.",
    }


def test_authors_find_the_page() -> None:
    assert "(docs/authoring/kinds.md)" in (ROOT / "README.md").read_text("utf-8")
