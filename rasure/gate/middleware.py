"""Decide, for every request and websocket, whether it passes and as whom."""

from dataclasses import dataclass, field, replace

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rasure.access.identity import Principal
from rasure.access.roles import Action, permits
from rasure.errors import RasureError, Unavailable
from rasure.gate import answers, entrance, identity, rules
from rasure.gate.limits import Bounded, Rate, TooMuch, Uploads
from rasure.gate.rules import Refusal
from rasure.gate.websocket import Watched, silent_when_over
from rasure.services import assertions, audit, sessions
from rasure.services.admission import NoRole
from rasure.settings import settings

_SIGNED_OUT = Refusal(401, "signed_out", "Your session has ended. Load the page again.")
_TOO_MANY = Refusal(429, "too_many", "Too many requests. Wait a moment.")
_TOO_LARGE = Refusal(413, "too_large", "What was sent is too large.")
_NO_UPLOAD = Refusal(403, "not_allowed", "Your role may not upload files.")
_UPLOADED = Refusal(429, "too_many", "You have uploaded as much as an hour allows.")
_AN_HOUR_S = 3600


@dataclass(slots=True)
class Visitor:
    """Who is asking: the session's secret and principal if there is a live one, and the cookies to set."""

    address: str
    secret: str | None = None
    principal: Principal | None = None
    cookies: list[bytes] = field(default_factory=list)
    #: The browser holds the cookie of a session that is over.
    is_late: bool = False
    no_role: NoRole | None = None
    problem: str = ""


class Gate:
    """Default deny: known host, same origin, a session; identity reaches the pages by a signed header only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._rate = Rate()
        self._uploads = Uploads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = scope["path"]
        if why := rules.refusal(scope, headers):
            await answers.refuse(scope, receive, send, why)
            return
        try:
            visitor = _visitor(scope, headers)
        except Unavailable as error:
            await answers.refuse(scope, receive, send, Refusal(503, "unavailable", error.message))
            return
        if not path.startswith("/static/"):
            wait_s = self._rate.wait_s(visitor.secret or visitor.address)
            if wait_s:
                await answers.refuse(scope, receive, send, _TOO_MANY, wait_s=wait_s)
                return
        if visitor.principal is None and not rules.is_open(path) and not rules.is_owners(path):
            await self._turned_away(scope, receive, send, headers, visitor)
            return
        if path.startswith(rules.UPLOAD) and not await self._may_upload(scope, receive, send, headers, visitor):
            return
        await self._let_in(scope, receive, send, visitor)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        scope = dict(scope)
        scope["headers"] = identity.told(scope, visitor.secret if visitor.principal else None)
        principal = visitor.principal and replace(visitor.principal, ip=visitor.address)
        scope["state"] = {**scope.get("state", {}), "principal": principal, "secret": visitor.secret}
        if settings().mode == "proxy":
            scope["client"] = (visitor.address, (scope.get("client") or ("", 0))[1])
        if scope["type"] == "websocket":
            assert visitor.secret is not None
            watched = Watched(receive, send, visitor.secret, self._rate)
            try:
                await self.app(scope, watched, silent_when_over(watched, send))
            finally:
                watched.leave()
            return
        await self._within_size(scope, receive, answers.with_headers(send, scope["path"], visitor.cookies))

    async def _within_size(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 for a body that outgrew its limit, whatever the failing handler would have answered."""
        body = Bounded(receive, rules.largest_body(scope["path"]))
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            if has_begun or not body.is_over:
                has_begun = True
                await send(message)

        try:
            await self.app(scope, body, noted)
        except TooMuch:
            if has_begun:
                return
            await answers.refuse(scope, receive, send, _TOO_LARGE)

    async def _turned_away(
        self, scope: Scope, receive: Receive, send: Send, headers: Headers, visitor: Visitor
    ) -> None:
        """Show a person the way in, and a machine that there is none without a session."""
        if not rules.is_page_visit(scope, headers):
            await answers.refuse(scope, receive, send, _SIGNED_OUT)
            return
        gone = [identity.cookie(identity.COOKIE, "")] if visitor.is_late else []
        if visitor.no_role is not None:
            page = entrance.no_role(visitor.no_role.name, visitor.no_role.reason)
            await answers.show(scope, send, 403, page, gone)
            audit.turned_away(visitor.no_role.id, visitor.address)
        elif visitor.is_late:
            await answers.show(scope, send, 401, entrance.signed_out(None), gone)
        elif settings().mode == "proxy":
            await answers.show(scope, send, 401, entrance.not_signed_in(visitor.problem), gone)
        else:
            asked = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            await answers.show(scope, send, 401, entrance.sign_in(asked), gone)

    async def _may_upload(self, scope: Scope, receive: Receive, send: Send, headers: Headers, visitor: Visitor) -> bool:
        """Hold the page server's own upload door, which asks nobody, to the right and to the quota."""
        principal, secret = visitor.principal, visitor.secret
        if principal is None or secret is None or not permits(principal.role, Action.LOAD_DATA):
            if principal is not None:
                audit.denied(replace(principal, ip=visitor.address), f"action:{Action.LOAD_DATA}")
            await answers.refuse(scope, receive, send, _NO_UPLOAD)
            return False
        announced = int(headers.get("content-length", rules.LARGEST_UPLOAD_BYTES))
        if scope["method"] == "PUT" and not self._uploads.allow(secret, announced):
            await answers.refuse(scope, receive, send, _UPLOADED, wait_s=_AN_HOUR_S)
            return False
        return True


def _visitor(scope: Scope, headers: Headers) -> Visitor:
    """Find the live session of the cookie; a person opening a page may start one where the mode says so."""
    secret = identity.cookie_of(headers)
    visitor = Visitor(rules.caller(scope, headers), secret, sessions.principal_of(secret) if secret else None)
    visitor.is_late = secret is not None and visitor.principal is None
    is_visit = rules.is_page_visit(scope, headers)
    if settings().mode == "demo" and is_visit and visitor.principal is None and not rules.is_open(scope["path"]):
        _begin(visitor, None)
    elif settings().mode == "proxy":
        asks = scope["path"] == "/sign-in"
        may_begin = is_visit and (asks or not (visitor.is_late or rules.is_open(scope["path"])))
        _hold_to_assertion(visitor, headers, may_begin=may_begin)
    if visitor.principal is None:
        visitor.secret = None
    elif visitor.secret and (is_visit or _acts(scope)):
        sessions.touch(visitor.secret)
    return visitor


def _hold_to_assertion(visitor: Visitor, headers: Headers, *, may_begin: bool) -> None:
    """Let a session live only beside the gateway's word for the same person and role, and begin on that word."""
    try:
        named = assertions.asserted(headers.get(settings().proxy_header))
    except RasureError as error:
        visitor.principal = None
        visitor.problem = error.message
        return
    if isinstance(named, NoRole):
        visitor.principal, visitor.no_role = None, named
    elif named != visitor.principal:
        visitor.principal = None
        if may_begin:
            _begin(visitor, named)


def _begin(visitor: Visitor, principal: Principal | None) -> None:
    visitor.secret = sessions.begin(principal, ip=visitor.address)
    visitor.principal = sessions.principal_of(visitor.secret)
    visitor.cookies = [identity.cookie(identity.COOKIE, visitor.secret)]
    visitor.is_late = False


def _acts(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS")
