"""One server, two worlds: `/live/` is raw ASGI, everything else Django's WSGI application.

Measured for a hello view: Django's own ASGI handler costs 2.8 ms of CPU a request, its WSGI
application in a thread 0.6 ms. docs/decisions/ has the whole story.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast
from urllib.parse import quote_from_bytes

from a2wsgi import WSGIMiddleware

from archlab.web.csp import SECURE_CSP
from archlab.wsgi import application as pages_application

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Handler = Callable[[Message, Receive, Send], Awaitable[None]]

ASCII = bytes(range(0x80)).decode()

pages = cast(Handler, WSGIMiddleware(cast(Any, pages_application), workers=8))


async def application(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" and scope["path"].startswith("/live/"):
        await not_live(send)
    elif scope["type"] == "http":
        await pages(readable(scope), complete(receive), send)
    else:
        await pages(scope, receive, send)


async def not_live(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-security-policy", SECURE_CSP.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"There is no live room at this address.\n"})


def readable(scope: Message) -> Message:
    """The request as a2wsgi can take it.

    It decodes the query as ASCII and fails on anything else, and it lets a header named
    `x_forwarded_proto` pass for `x-forwarded-proto`.
    """
    headers = [header for header in scope["headers"] if b"_" not in header[0]]
    query = quote_from_bytes(scope["query_string"], safe=ASCII).encode()
    return {**scope, "headers": headers, "query_string": query}


def complete(receive: Receive) -> Receive:
    """A client that hangs up sends half a form: an error, where a2wsgi would see the form's end."""

    async def message() -> Message:
        received = await receive()
        if received["type"] == "http.disconnect":
            raise ConnectionResetError("the client hung up before the request was complete")
        return received

    return message
