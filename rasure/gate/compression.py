"""The dashboard's scripts and styles, compressed once and kept: a first visit moves a third of the bytes."""

import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SUFFIXES = (".js", ".css", ".json", ".svg")
_LEAST_BYTES = 1024


class CompressedAssets:
    """Serve `/static/` files gzipped from memory; they are immutable, so each is compressed once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_asset(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self._kept:
            start, body = await self._fetched(scope, receive)
            if start["status"] != 200 or len(body) < _LEAST_BYTES or not _is_whole(start, body):
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            self._kept[path] = _compressed(start, body)
        start, body = self._kept[path]
        await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _fetched(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        start: Message = {}
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        plain = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in _CONDITIONS]}
        await self.app(plain, receive, keep)
        return start, b"".join(parts)


_CONDITIONS = (b"if-none-match", b"if-modified-since", b"range", b"accept-encoding")


def _is_asset(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/static/"):
        return False
    return scope["path"].endswith(_SUFFIXES) and "gzip" in Headers(scope=scope).get("accept-encoding", "")


def _is_whole(start: Message, body: bytes) -> bool:
    """Tell whether a body is as long as announced: one cut short, as under a visitor who left, is kept for nobody."""
    return Headers(raw=start["headers"]).get("content-length") == str(len(body))


def _compressed(start: Message, body: bytes) -> tuple[Message, bytes]:
    packed = gzip.compress(body, 6, mtime=0)
    start = {**start, "headers": list(start["headers"])}
    headers = MutableHeaders(scope=start)
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(packed))
    headers["vary"] = "Accept-Encoding"
    return start, packed
