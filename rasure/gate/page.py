"""The dashboard's one HTML page, made ours: its title, and where its server is.

Without being told, the page looks for its server under the address of every page first, which a browser's console
shows as missing files; and it asks for a typeface we do not use.
"""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BACKEND_SCRIPT = "/assets/backend.js"
#: Told to the page before its own scripts run. When its connection closes it asks whether the session is still there,
#: and leaves if not, so that nothing stays on a screen whose session is over.
BACKEND = """\
window.__streamlit = { BACKEND_BASE_URL: window.location.origin };
window.WebSocket = class extends window.WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("close", async () => {
      const answer = await fetch("/_stcore/health").catch(() => null);
      if (answer?.status === 401) window.location.replace("/signed-out");
    });
  }
};
"""

_PRELOADED_FONT = re.compile(rb'<link\s+rel="preload"[^>]*as="font"[^>]*/>\s*')
_TITLE = re.compile(rb"<title>[^<]*</title>")


class OwnPage:
    """Rewrite the page on its way out; everything else passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()

        async def rewritten(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_html(message):
                start = message
            elif message["type"] == "http.response.body" and start is not None:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await _send_page(send, start, bytes(body))
            else:
                await send(message)

        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in _CONDITIONS]}
        await self.app(scope, receive, rewritten)


_CONDITIONS = (b"if-none-match", b"if-modified-since", b"range", b"accept-encoding")


def own(page: bytes) -> bytes:
    """Return the page with our title, our script before its own, and without the typeface it would fetch."""
    page = _PRELOADED_FONT.sub(b"", page)
    page = _TITLE.sub(b"<title>Rasure</title>", page)
    return page.replace(b"<title>", f'<script src="{BACKEND_SCRIPT}"></script>\n    <title>'.encode(), 1)


def _is_html(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


async def _send_page(send: Send, start: Message, page: bytes) -> None:
    page = own(page)
    start = {**start, "headers": list(start["headers"])}
    headers = MutableHeaders(scope=start)
    headers["content-length"] = str(len(page))
    for name in ("etag", "last-modified"):
        if name in headers:
            del headers[name]
    await send(start)
    await send({"type": "http.response.body", "body": page})
