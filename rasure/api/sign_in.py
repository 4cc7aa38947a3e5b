"""The way in and out: to the identity provider, back from it, and the end of a session."""

import re
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from rasure.errors import NotAllowed, RasureError
from rasure.gate import entrance, identity
from rasure.services import admission, audit, oidc, sessions
from rasure.services.admission import NoRole
from rasure.settings import settings

#: The cookie that ties a return to the browser that began; lax, because the return comes from the provider's site.
_BEGUN = "rasure_sign_in"
_LONGEST_NEXT = 1024
_NEXT = re.compile(r"/[a-z0-9_-]*(\?[\x21\x23-\x7e]*)?")


def begin(request: Request) -> Response:
    """Send the browser to the identity provider; whoever is signed in already goes straight on."""
    to = _page(request.query_params.get("next", ""))
    other = "other" in request.query_params
    if settings().mode != "oidc" or (request.state.principal is not None and not other):
        return RedirectResponse(to, 303)
    if other and request.state.secret is not None:
        sessions.end(request.state.secret)
    try:
        begun = oidc.provider(settings()).begin(to, prompt="login" if other else None)
    except RasureError as error:
        return HTMLResponse(entrance.not_signed_in(error.message), 503)
    answer = RedirectResponse(begun.address, 303)
    return _with_cookie(answer, _BEGUN, begun.cookie, same_site="Lax", age_s=oidc.SIGN_IN_S)


def finish(request: Request) -> Response:
    """Take the provider's answer: a new session in the role its groups give, or a page saying why not."""
    if settings().mode != "oidc":
        return RedirectResponse("/", 303)
    try:
        claims, to = oidc.provider(settings()).finish(
            identity.cookie_of(request.headers, _BEGUN) or "", dict(request.query_params)
        )
        named = admission.admitted(claims, settings())
    except RasureError as error:
        page = entrance.not_signed_in(error.message)
        return _without_cookie(HTMLResponse(page, 403 if isinstance(error, NotAllowed) else 503), _BEGUN)
    if request.state.secret is not None:
        sessions.end(request.state.secret)
    ip = request.client.host if request.client else None
    if isinstance(named, NoRole):
        audit.turned_away(named.id, ip)
        answer: Response = HTMLResponse(entrance.no_role(named.name, named.reason), 403)
        return _without_cookie(_without_cookie(answer, _BEGUN), identity.COOKIE)
    answer = HTMLResponse(entrance.arrived(to))
    _with_cookie(answer, identity.COOKIE, sessions.begin(named, ip=ip))
    return _without_cookie(answer, _BEGUN)


def leave(request: Request) -> Response:
    """End the session here, at once and for every copy of its cookie, and clear the browser's."""
    if request.state.secret is not None:
        sessions.end(request.state.secret)
    answer = RedirectResponse("/signed-out", 303, headers={"clear-site-data": '"cookies"'})
    return _without_cookie(answer, identity.COOKIE)


def leave_by_form(_request: Request) -> Response:
    """Say that an address alone signs nobody out: any page anywhere could hold a link to it."""
    return HTMLResponse(entrance.not_signed_out(), 405, headers={"allow": "POST"})


def left(_request: Request) -> Response:
    leaving = oidc.provider(settings()).leaving() if settings().mode == "oidc" else None
    return HTMLResponse(entrance.signed_out(leaving))


def style(_request: Request) -> Response:
    return FileResponse(entrance.STYLE_FILE, media_type="text/css")


def routes() -> list[BaseRoute]:
    return [
        Route("/sign-in", begin),
        Route("/sign-in/return", finish),
        Route("/sign-out", leave, methods=["POST"]),
        Route("/sign-out", leave_by_form, methods=["GET", "PUT", "PATCH", "DELETE", "OPTIONS"]),
        Route("/signed-out", left),
        Route(entrance.STYLE, style),
    ]


def _page(asked: str) -> str:
    """Return the page to open afterwards: one of ours by its own address, or the first."""
    is_ours = len(asked) <= _LONGEST_NEXT and _NEXT.fullmatch(asked) is not None
    return asked if is_ours and not urlsplit(asked).path.startswith(("/sign-", "/signed-")) else "/"


def _with_cookie(
    answer: Response, plain: str, value: str, *, same_site: str = "Strict", age_s: int | None = None
) -> Response:
    cookie = identity.cookie(plain, value, same_site=same_site, age_s=age_s)
    answer.raw_headers.append((b"set-cookie", cookie))
    return answer


def _without_cookie(answer: Response, plain: str) -> Response:
    return _with_cookie(answer, plain, "")
