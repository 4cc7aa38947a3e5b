"""How the gate answers by itself, and what it adds to every other answer."""

import json

from starlette.types import Message, Receive, Scope, Send

from rasure.gate import policy
from rasure.gate.rules import Refusal
from rasure.settings import settings

#: What a browser may keep: files named by their content, and tiles named by the data version.
_KEPT = ("/static/", "/assets/", "/basemap/")


def with_headers(send: Send, path: str, cookies: list[bytes]) -> Send:
    """Return a `send` that adds the policy, takes caching away, sets our cookies and secures everybody's."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [_secured(pair) for pair in message.get("headers", [])]
            if not path.startswith(_KEPT):
                headers = [pair for pair in headers if pair[0].lower() != b"cache-control"]
                headers.append((b"cache-control", b"no-store"))
            headers += policy.headers_for(path)
            headers += [(b"set-cookie", cookie) for cookie in cookies]
            message = {**message, "headers": headers}
        await send(message)

    return wrapped


async def refuse(scope: Scope, receive: Receive, send: Send, why: Refusal, *, wait_s: int = 0) -> None:
    """Answer a refusal: a closed websocket, or JSON of the one shape."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": why.said})
        return
    body = json.dumps({"error": {"code": why.code, "message": why.said}}).encode()
    extra = [(b"retry-after", str(wait_s).encode())] if wait_s else []
    await _answer(scope, send, why.status, b"application/json", body, extra)


async def show(scope: Scope, send: Send, status: int, page: str, cookies: list[bytes]) -> None:
    """Answer a page of our own."""
    extra = [(b"set-cookie", cookie) for cookie in cookies]
    await _answer(scope, send, status, b"text/html; charset=utf-8", page.encode(), extra)


async def _answer(
    scope: Scope, send: Send, status: int, kind: bytes, body: bytes, extra: list[tuple[bytes, bytes]]
) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *policy.headers(), *extra]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _secured(pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    name, value = pair
    if name.lower() == b"set-cookie" and settings().is_https and b"; secure" not in value.lower():
        return name, value + b"; Secure"
    return name, value
