"""What is documented exists, and what exists is documented: variables, commands, checks."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
OPERATING = ROOT / "docs" / "operating"
CODE = sorted((ROOT / "archlab").rglob("*.py"))
READERS = {"text", "flag", "integer", "choice", "words"}


def rows(file: Path) -> dict[str, list[str]]:
    """The rows of a file's tables, by what stands in backticks in their first cell."""
    cells = [line.strip("|").split("|") for line in read(file).splitlines() if line[:3] == "| `"]
    return {first.split("`")[1]: [cell.strip() for cell in rest] for first, *rest in cells}


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def variables_read() -> Iterator[tuple[str, str | None]]:
    """Each variable that the code reads, with its default where that is a literal."""
    for file in CODE:
        for node in ast.walk(ast.parse(read(file))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if not called or not isinstance(node, ast.Call) or len(node.args) == 0:
                continue
            name, function = node.args[0], node.func
            assert isinstance(function, ast.Attribute)
            if function.attr in READERS and ast.unparse(function.value) == "env":
                assert isinstance(name, ast.Constant), ast.unparse(node)
                yield str(name.value), default_of(node)


def default_of(call: ast.Call) -> str | None:
    given = [word.value for word in call.keywords if word.arg == "default"] + call.args[1:2]
    if not given or not isinstance(given[0], ast.Constant):
        return None
    value = given[0].value
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def test_every_variable_is_documented_and_exists() -> None:
    documented = {name for name in rows(OPERATING / "settings.md") if name.startswith("ARCHLAB_")}
    assert documented == {name for name, _ in variables_read()}


def test_documented_defaults_are_the_real_ones() -> None:
    table = rows(OPERATING / "settings.md")
    told = {name: default for name, default in variables_read() if default is not None}
    assert len(told) >= 6
    for name, default in told.items():
        assert table[name][0] == f"`{default}`", name


def test_no_variable_is_read_past_the_settings() -> None:
    reading = [
        str(file.relative_to(ROOT))
        for file in CODE
        if re.search(r"os\.(environ|getenv)", read(file)) and file.name != "env.py"
    ]
    # both only hand the environment on to a child
    assert reading == ["archlab/asgi.py", *HANDING_ON] or reading == HANDING_ON


HANDING_ON = ["archlab/jobs/processes.py", "archlab/operations/demo.py", "archlab/wsgi.py"]


def test_every_check_is_documented_and_exists() -> None:
    in_code = {name for file in CODE for name in re.findall(r"archlab\.E\d{3}", read(file))}
    documented = {name for name in rows(OPERATING / "settings.md") if name.startswith("archlab.")}
    assert documented == in_code


def test_every_make_target_is_documented_and_exists() -> None:
    described = set(re.findall(r"^([a-z]+):[^#\n]*## ", read(ROOT / "Makefile"), re.M)) - {"help"}
    assert described == {"setup", "run", "test", "bench", "audit", "faults"}
    table = rows(ROOT / "CONTRIBUTING.md")
    assert {name.removeprefix("make ") for name in table if name.startswith("make ")} == described
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "docker-compose.yml"]
    used = {word for page in pages for word in re.findall(r"`make ([a-z]+)", read(page))}
    assert used <= described


def own_commands() -> dict[str, str]:
    return {name: app for name, app in get_commands().items() if str(app).startswith("archlab.")}


def test_every_command_is_documented_with_its_arguments_and_exists() -> None:
    table = {key.split()[0]: key for key in rows(OPERATING / "commands.md")}
    assert set(table) == set(own_commands())


@pytest.mark.parametrize("name", sorted(own_commands()))
def test_every_option_of_a_command_is_documented_and_exists(name: str) -> None:
    parser = load_command_class(own_commands()[name], name).create_parser("manage.py", name)
    keys = [key for key in rows(OPERATING / "commands.md") if key.split()[0] == name]
    documented = {"": set(options_in(keys[0]))}
    acts = [act for act in parser._actions if isinstance(act, argparse._SubParsersAction)]
    own = {"": options_of(parser)}
    if acts:
        documented = {key.split()[1]: set(options_in(key)) for key in keys}
        own = {act: options_of(sub) for act, sub in acts[0].choices.items()}
    assert documented == own


def options_in(key: str) -> list[str]:
    return re.findall(r"--[a-z-]+", key)


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    return {
        action.option_strings[-1]
        for action in parser._actions
        if action.option_strings and action.option_strings[-1] not in DJANGOS
    }


DJANGOS = {
    *("--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
    *("--no-color", "--force-color", "--skip-checks"),
}


def test_every_link_between_our_pages_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", read(page)):
            path = target[0] or target[1]
            assert "://" in path or (page.parent / path).exists(), f"{page}: {path}"


def test_the_documented_start_of_the_server_is_the_one_that_the_demo_uses() -> None:
    from archlab.operations.demo import WEB

    options = {word for word in WEB if word.startswith("--")}
    for page in (ROOT / "Dockerfile", ROOT / "docker-compose.yml", OPERATING / "running.md"):
        used = set(re.findall(r"--[a-z][a-z0-9-]+", read(page)))
        kept = {o for o in options if o not in {"--log-level", "--working-dir"} | LOCAL}
        assert kept <= used, page


LOCAL = {"--respawn-interval", "--http1-header-read-timeout"}
