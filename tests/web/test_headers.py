"""Security headers on every address, static files and errors included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from archlab.web.csp import SECURE_CSP
from archlab.web.http import HtmxRequest, part
from archlab.web.npm import FILES

POLICY = (
    "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SAMPLES = {"uuid": "7e5a3c1e-0000-4000-8000-000000000000", "int": "1", "slug": "x", "str": "x"}
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")


def addresses(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    """One address for each pattern, its parameters filled with what suits their type."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = PARAMETER.sub(lambda found: SAMPLES[found[1] or "str"], str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from addresses(entry, prefix + route)
        elif isinstance(entry, URLPattern):
            yield prefix + route


@pytest.fixture
def hashed_site(settings: Any, tmp_path: Path) -> Client:
    """The site as it runs: collected, hashed and compressed files, served by WhiteNoise."""
    settings.STATIC_ROOT = tmp_path / "static"
    hashed = {"BACKEND": "archlab.web.static.HashedStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": hashed}
    call_command("collectstatic", interactive=False, verbosity=0)
    return Client(raise_request_exception=False)


def test_the_addresses_have_no_holes_left() -> None:
    found = list(addresses())
    assert len(found) > 5
    assert "/resume/x/" in found
    assert not [address for address in found if "<" in address]


def test_the_policy_is_the_one_that_was_measured() -> None:
    assert SECURE_CSP == POLICY


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*addresses(), "/nothing/here/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_address_carries_the_headers(stranger: Client, address: str, method: str) -> None:
    answer = stranger.generic(method, address)
    assert answer["Content-Security-Policy"] == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer.status_code < 500 or address == "/healthz/ready"  # no worker runs here
    if answer["Content-Type"].startswith("text/html"):
        assert "HX-Request-Type" in answer["Vary"]


def test_static_files_are_hashed_compressed_kept_and_carry_the_headers(
    hashed_site: Client, settings: Any
) -> None:
    from django.contrib.staticfiles.storage import staticfiles_storage

    url = staticfiles_storage.url("npm/htmx.js")
    assert url != "/static/npm/htmx.js"
    answer = hashed_site.get(url, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Encoding"] == "gzip"
    assert (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()


def test_scripts_import_each_other_by_hashed_names(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text('import { b } from "./b.js";\nb();\n', encoding="utf-8")
    (tmp_path / "js" / "b.js").write_text("export const b = () => 1;\n", encoding="utf-8")
    settings.STATICFILES_DIRS = [tmp_path]
    settings.STATICFILES_FINDERS = settings.STATICFILES_FINDERS[:1]
    settings.STATIC_ROOT = tmp_path / "out"
    hashed = {"BACKEND": "archlab.web.static.HashedStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": hashed}
    call_command("collectstatic", interactive=False, verbosity=0)
    written = [p.read_text(encoding="utf-8") for p in (tmp_path / "out" / "js").glob("a.*.js")]
    assert len(written) == 1
    assert '"./b.js"' not in written[0]
    assert "./b." in written[0]


def test_only_listed_files_of_npm_are_served() -> None:
    from django.contrib.staticfiles import finders

    for name in FILES:
        assert Path(str(finders.find(name))).is_file()
    for name in ("npm/package.json", "npm/../htmx.org/package.json", "htmx.org/dist/htmx.js"):
        assert finders.find(name) is None


def test_a_missing_file_of_npm_is_named_with_what_to_do(settings: Any, tmp_path: Path) -> None:
    from archlab.web.npm import NpmFinder

    assert NpmFinder().check() == []
    settings.NODE_MODULES = tmp_path
    problems = NpmFinder().check()
    assert [problem.id for problem in problems] == ["archlab.E001"] * len(FILES)
    assert problems[0].hint == "Run `make setup`."


@pytest.mark.parametrize(
    ("headers", "template"),
    [
        ({"HX-Request": "true", "HX-Request-Type": "partial"}, "a/page.html#part"),
        ({"HX-Request": "true", "HX-Request-Type": "full"}, "a/page.html"),
        ({"HX-History-Restore-Request": "true", "HX-Request-Type": "full"}, "a/page.html"),
        ({}, "a/page.html"),
    ],
)
def test_a_swap_gets_the_part_and_everything_else_the_page(
    headers: dict[str, str], template: str
) -> None:
    from django.test import RequestFactory
    from django_htmx.middleware import HtmxDetails

    request: HttpRequest = RequestFactory().get("/", headers=headers)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    assert isinstance(request, HttpRequest)
    assert part(_as_htmx(request), "a/page.html", "part") == template


def _as_htmx(request: HttpRequest) -> HtmxRequest:
    request.__class__ = HtmxRequest
    assert isinstance(request, HtmxRequest)
    return request
