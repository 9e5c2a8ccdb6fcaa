"""Lock files: exact, hashed, and silent about where they were downloaded."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt"]
SITE = {
    *("a2wsgi", "cfn-lint", "django", "django-allauth", "django-htmx", "django-q2", "fsrs"),
    *(
        "boto3",
        "django-template-partials",
        "granian",
        "markdown-it-py",
        "moto",
        "nh3",
        "numba",
        "numpy",
        "pydantic",
        "pyyaml",
        "uvloop",
        "whitenoise",
    ),
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-zA-Z0-9._-]+)==(\S+)", read(lock), re.M))


def unhashed(text: str) -> list[str]:
    """Requirements without a sha256 of their own."""
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", "\n" + text)
    named = [block for block in blocks if re.match(r"\n?[a-zA-Z0-9._-]+==", block)]
    return [block.split()[0] for block in named if "--hash=sha256:" not in block]


def addresses(text: str) -> list[str]:
    return re.findall(r"(?:https?|file)://\S+|--(?:extra-)?index-url|--find-links", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_exact_and_has_a_hash(lock: str) -> None:
    assert len(pins(lock)) > 10
    assert unhashed(read(lock)) == []
    assert not re.search(r"^[a-zA-Z0-9._-]+\s*(>=|~=|<|$)", read(lock), re.M)


@pytest.mark.parametrize("lock", [*LOCKS, ".npmrc", "package.json", "pyproject.toml", "Makefile"])
def test_no_file_names_a_package_index(lock: str) -> None:
    assert addresses(read(lock)) == []


def test_what_would_be_wrong_is_found() -> None:
    assert unhashed("django==5.2.1 \\\n    # via x\nnh3==0.3.7 \\\n    --hash=sha256:ab\n") == [
        "django==5.2.1"
    ]
    assert addresses("--index-url https://index.example/simple")


def test_npm_packages_have_a_sum_and_no_address() -> None:
    packages = json.loads(read("package-lock.json"))["packages"]
    own = packages.pop("")
    assert own["name"] == "archlab"
    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
    assert "omit-lockfile-registry-resolved=true" in read(".npmrc")


def test_npm_versions_are_exact() -> None:
    package = json.loads(read("package.json"))
    packages = json.loads(read("package-lock.json"))["packages"]
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert packages[f"node_modules/{name}"]["version"] == version


def test_the_site_depends_on_these_and_no_others() -> None:
    wanted = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    assert {re.split(r"[=<>~\[]", entry)[0].lower() for entry in wanted} == SITE
    wanted_by_browsers = set(json.loads(read("package.json"))["dependencies"])
    assert wanted_by_browsers == {"htmx.org", "plotly.js-basic-dist-min"}


def test_both_lock_files_pin_the_same_versions() -> None:
    development = pins("requirements-dev.txt")
    for name, version in pins("requirements.txt").items():
        assert development[name] == version


def test_versions_in_the_papers_are_those_in_use() -> None:
    used = {name.lower(): version for name, version in pins("requirements-dev.txt").items()}
    used["htmx"] = json.loads(read("package.json"))["dependencies"]["htmx.org"]
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, used))}) v?(\d+(?:\.\d+)*)", re.I)
    said = [
        (page.name, name.lower(), version)
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for name, version in pattern.findall(page.read_text(encoding="utf-8"))
    ]
    assert ("0003-pin-htmx-4-exactly.md", "htmx", "4.0.1") in said
    for page, name, version in said:
        exact = name != "htmx" or version != "2"  # the rejected option of record 3
        assert not exact or f"{used[name]}.".startswith(f"{version}."), f"{page}: {name} {version}"


def test_the_licence_is_the_same_everywhere() -> None:
    names = {
        tomllib.loads(read("pyproject.toml"))["project"]["license"],
        json.loads(read("package.json"))["license"],
        json.loads(read("package-lock.json"))["packages"][""]["license"],
    }
    assert names == {"Apache-2.0"}
    assert "Apache License\n                           Version 2.0" in read("LICENSE")
    assert "END OF TERMS AND CONDITIONS" in read("LICENSE")
