"""Decide, for every request and websocket, whether it passes and as whom."""

import json
from dataclasses import replace
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rasure.errors import RasureError
from rasure.gate import identity, policy
from rasure.services import sessions
from rasure.settings import settings

#: These answer without a session: liveness, and what a page needs before it knows who asks.
OPEN = ("/healthz", "/static/", "/assets/", "/favicon.png", "/_stcore/health", "/_stcore/host-config")
#: These never answer: they tell or do what no visitor should.
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/media/", "/app/static/")
#: The command line's own door; it proves itself with the token only the store's owner can read.
OWNER = "/api/v1/jobs"


class Gate:
    """Default deny: known host, same origin, a session; identity reaches the pages by a signed header only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = scope["path"]
        if not _host_is_known(headers) or not _origin_is_ours(headers) or path.startswith(CLOSED):
            await _refuse(scope, receive, send, 403, "refused", "This address does not answer that request.")
            return
        secret = _cookie(headers)
        principal = sessions.principal_of(secret) if secret else None
        fresh = None
        if principal is None and _is_page_visit(scope, headers):
            try:
                secret = fresh = sessions.begin(ip=_address(scope))
            except RasureError as error:
                await _refuse(scope, receive, send, 503, "unavailable", error.message)
                return
            principal = sessions.principal_of(secret)
        if principal is None and not path.startswith((*OPEN, OWNER)):
            await _refuse(scope, receive, send, 401, "signed_out", "Your session has ended. Load the page again.")
            return
        scope = dict(scope)
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != identity.HEADER.encode()]
        if principal is not None and secret is not None:
            scope["headers"].append((identity.HEADER.encode(), identity.signed(secret).encode()))
        scope["state"] = {**scope.get("state", {}), "principal": principal and replace(principal, ip=_address(scope))}
        await self.app(scope, receive, _with_headers(send, path, fresh))


def _address(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _host_is_known(headers: Headers) -> bool:
    host = urlsplit(f"//{headers.get('host', '')}").hostname
    return host in {"127.0.0.1", "localhost", "::1", settings().host}


def _origin_is_ours(headers: Headers) -> bool:
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _cookie(headers: Headers) -> str | None:
    jar: SimpleCookie = SimpleCookie(headers.get("cookie", ""))
    return jar[identity.COOKIE].value if identity.COOKIE in jar else None


def _is_page_visit(scope: Scope, headers: Headers) -> bool:
    """Tell whether this is a person opening a page; in demo mode that starts a session."""
    return scope["type"] == "http" and scope["method"] == "GET" and "text/html" in headers.get("accept", "")


def _with_headers(send: Send, path: str, fresh: str | None) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", []), *policy.headers_for(path)]
            if not path.startswith(("/static/", "/assets/", "/basemap/")):
                headers = [pair for pair in headers if pair[0].lower() != b"cache-control"]
                headers.append((b"cache-control", b"no-store"))
            if fresh:
                cookie = f"{identity.COOKIE}={fresh}; Path=/; HttpOnly; SameSite=Strict"
                headers.append((b"set-cookie", cookie.encode()))
            message = {**message, "headers": headers}
        await send(message)

    return wrapped


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, code: str, said: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": said})
        return
    body = json.dumps({"error": {"code": code, "message": said}}).encode()
    headers = [(b"content-type", b"application/json"), *policy.headers()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
