"""CPU of each page and fragment as a multiple of a hello view, and its compressed weight."""

from __future__ import annotations

import gzip
import http.client
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from server import Server, running

ROUNDS = 3
NONE: Mapping[str, str] = {}
REQUESTS = 200
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass
class Browser:
    """One kept connection with cookies; follows redirects."""

    server: Server
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = self.server.connect()

    def ask(
        self, path: str, data: dict[str, str] | None = None, headers: Mapping[str, str] = NONE
    ) -> tuple[str, bytes]:
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        body = urlencode(data) if data is not None else None
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("POST" if body is not None else "GET", path, body, sent)
        answer = self.connection.getresponse()
        content = answer.read()
        self._remember(answer)
        if answer.status in (301, 302, 303):
            return self.ask(answer.headers["Location"])
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {content[:300]!r}")
        return path, content

    def _remember(self, answer: http.client.HTTPResponse) -> None:
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({k: m.value for k, m in SimpleCookie(header).items()})

    def post(self, page: str, action: str, **values: str) -> tuple[str, bytes]:
        """Send a form of a page with its own token and key."""
        form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.S)
        if form is None:
            raise RuntimeError(f"no form for {action}")
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|key)" value="([^"]+)"', form[0]))
        return self.ask(action, {**hidden, **values})


def pages() -> dict[str, object]:
    with running() as server:
        results = dict(_measured(server))
    hello = results["hello"]["cpu_ms"]
    print(f"{'page':<22}{'CPU ms':>8}{'x hello':>9}{'KB gzip':>9}")
    for name, row in results.items():
        row["ratio"] = round(row["cpu_ms"] / hello, 2)
        print(f"{name:<22}{row['cpu_ms']:>8.2f}{row['ratio']:>9.1f}{row['gzip_kb']:>9.1f}")
    return {"unit": "CPU ms per request, all processes of the server", "pages": results}


def _measured(server: Server) -> Iterator[tuple[str, dict[str, float]]]:
    browser = Browser(server)
    stranger = Browser(server)
    _path, home = browser.ask("/")
    path, first = browser.post(home.decode(), "/scenarios/lambda-to-fargate/start/")
    base = path.rsplit("/", 2)[0]
    action = f"{base}/j0-01/j0-01q1/answer/"
    _path, _page = browser.post(first.decode(), action, option="learn")
    todo = [
        (stranger, "hello", "/hello/", {}),
        (stranger, "home, stranger", "/", {}),
        (stranger, "catalogue, stranger", "/scenarios/", {}),
        (browser, "scenario", "/scenarios/lambda-to-fargate/", {}),
        (browser, "map", f"{base}/", {}),
        (browser, "step", f"{base}/j0-01/", {}),
        (browser, "step, fragment", f"{base}/j0-01/", PARTIAL),
        (browser, "why, cost", f"{base}/j0-01/why/usd/", {}),
    ]
    best: dict[str, dict[str, float]] = {}
    for _round in range(ROUNDS):
        for who, name, url, headers in todo:
            row = _cost(server, who, url, headers)
            known = best.get(name)
            best[name] = row if known is None or row["cpu_ms"] < known["cpu_ms"] else known
    yield from best.items()


def _cost(server: Server, who: Browser, url: str, headers: Mapping[str, str]) -> dict[str, float]:
    for _warm in range(20):
        _path, content = who.ask(url, headers=headers)
    before = server.cpu_s()
    for _request in range(REQUESTS):
        who.ask(url, headers=headers)
    cpu_ms = (server.cpu_s() - before) / REQUESTS * 1000
    return {"cpu_ms": cpu_ms, "gzip_kb": len(gzip.compress(content, 9)) / 1000}
