from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from archlab import asgi
from archlab.web.csp import SECURE_CSP


def scope(path: str, query: bytes = b"", headers: tuple[tuple[bytes, bytes], ...] = ()) -> Any:
    return {
        "type": "http",
        "method": "GET",
        "http_version": "1.1",
        "path": path,
        "query_string": query,
        "headers": [(b"host", b"localhost"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


def run(coroutine: Coroutine[Any, Any, Any]) -> None:
    """In a thread of its own: a browser test before may have left its loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


def ask(asked: Any) -> tuple[int, dict[str, str], bytes]:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    run(asgi.application(asked, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent[1:])


def test_live_paths_are_a_404_with_the_headers_for_now() -> None:
    status, headers, body = ask(scope("/live/room/stream"))
    assert status == 404
    assert headers["content-security-policy"] == SECURE_CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert b"no live room" in body


def test_everything_else_is_django() -> None:
    assert ask(scope("/healthz/live"))[2] == b"ok\n"
    assert ask(scope("/live"))[0] in {301, 404}


def test_a_query_that_is_not_ascii_is_quoted() -> None:
    read = asgi.readable(scope("/", b"q=\xc3\xa9&a=%20+b/?"))
    assert read["query_string"] == b"q=%C3%A9&a=%20+b/?"
    assert ask(scope("/healthz/live", b"q=\xff"))[0] == 200


def test_a_header_cannot_pass_for_another_one() -> None:
    forged = ((b"x_forwarded_proto", b"https"), (b"accept", b"*/*"))
    names = [name for name, _ in asgi.readable(scope("/", headers=forged))["headers"]]
    assert names == [b"host", b"accept"]


def test_half_a_form_is_an_error_and_not_a_form() -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    with pytest.raises(ConnectionResetError):
        run(asgi.complete(receive)())  # type: ignore[arg-type]
