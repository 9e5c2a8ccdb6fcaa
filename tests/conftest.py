"""The cast: alice owns the work, charlie knows every address and may see none of it, and a
stranger comes without a cookie. All are guests for now: accounts with a user come later."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import builders
import pytest
from django.conf import settings
from django.test import Client
from fault_site import prepare
from hypothesis import settings as hypothesis_settings
from people import Person, guest_with_browser
from playwright.sync_api import BrowserContext, Page
from sampling import FULL, SEED, sampled

from archlab.calculators.labs.kernel import KERNEL
from archlab.catalog.queries import forget_shelf

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
"""Playwright's loop runs in the thread of the test."""

hypothesis_settings.register_profile("archlab", deadline=None, derandomize=True)
hypothesis_settings.load_profile("archlab")


def pytest_configure() -> None:
    """Plain names for static files: hashed ones need collectstatic, which has its own test.

    SQLite stays in memory, so that each of the processes that share the tests has its own. Review
    dates are exact.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "archlab.sqlite":
        database.setdefault("TEST", {})["NAME"] = ":memory:"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.PRACTICE_FUZZ = False
    # the real one takes a good part of a second for each password, as it should
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_report_header() -> str:
    return f"long loops: {'in full' if FULL else 'sampled'}, ARCHLAB_SEED={SEED}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of the tests marked `rare` the seed draws one in three; a file that is named runs whole."""
    if config.option.file_or_dir:
        return
    rare = [item for item in items if item.get_closest_marker("rare")]
    drawn = sampled(rare, len(rare) // 3)
    left = [item for item in rare if item not in drawn]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.fixture(autouse=True)
def empty_shelf() -> None:
    """What an earlier test had published is gone with its transaction; `on_commit` never ran."""
    forget_shelf()


@pytest.fixture(autouse=True)
def compiled() -> None:
    """Importing the web server begins to compile; no test may depend on how far that is."""
    KERNEL.join()


@pytest.fixture
def alice(db: None) -> Person:  # noqa: ARG001
    return guest_with_browser()


@pytest.fixture
def charlie(db: None) -> Person:  # noqa: ARG001
    return guest_with_browser()


@pytest.fixture
def stranger() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the database and the packs, to be copied."""
    folder = tmp_path_factory.mktemp("prepared") / "var"
    prepare(folder)
    return folder


@pytest.fixture
def own_disk(tmp_path: Path) -> dict[str, str]:
    """An environment whose processes keep their data in a folder of this test."""
    return {**os.environ, "ARCHLAB_DATA_DIR": str(tmp_path / "var")}


# ---- Chromium against a live server in this process; nothing leaves the machine

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: run `make setup-tests`"
    return {"executable_path": chromium, "headless": True, "args": FLAGS}


@pytest.fixture
def site(live_server: Any) -> str:
    builders.published()
    return str(live_server.url)


@pytest.fixture
def complaints(context: BrowserContext, site: str) -> Iterator[list[str]]:
    """What the browser complains about: policy, scripts, foreign requests. Empty at the end."""
    heard: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: heard.append(f"script: {error}"))
        page.on(
            "console",
            lambda said: (
                heard.append(said.text)
                if said.type == "error" and "status of 4" not in said.text
                else None
            ),
        )

    context.on("page", listen)
    context.on(
        "request",
        lambda sent: (
            heard.append(f"foreign: {sent.url}")
            if not sent.url.startswith((site, "data:"))
            else None
        ),
    )
    yield heard
    assert heard == []
