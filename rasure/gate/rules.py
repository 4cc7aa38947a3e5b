"""What a request must be like before anybody asks whose it is: for us, from us, and of a bearable size."""

import ipaddress
import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from rasure.services.refusals import is_loopback
from rasure.settings import settings

#: These answer without a session: liveness, our own typefaces and styles, and the way in and out.
OPEN = ("/healthz", "/assets/", "/sign-in", "/sign-in/return", "/sign-out", "/signed-out")
#: These never answer: they tell or do what no visitor should, or are the page server's own sign-in.
CLOSED = (
    "/_stcore/metrics",
    "/_stcore/agent",
    "/_stcore/script-health-check",
    "/media/",
    "/app/static/",
    "/auth/",
    "/oauth2callback",
)
#: The command line's own door; it proves itself with the token only the store's owner can read.
OWNER = "/api/v1/jobs"
UPLOAD = "/_stcore/upload_file/"

LARGEST_HEADERS_BYTES = 32 * 1024
LONGEST_TARGET_BYTES = 8 * 1024
LARGEST_BODY_BYTES = 1024 * 1024
LARGEST_UPLOAD_BYTES = 26 * 1024 * 1024

#: A page's address: one word, as `web/navigation.py` makes them. Everything else is a machine's.
_PAGE = re.compile(r"/[a-z0-9_-]*")
_SAFE = ("GET", "HEAD")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request does not pass: status, code and words of the answer."""

    status: int
    code: str
    said: str


_NOT_OURS = Refusal(403, "refused", "This address does not answer that request.")


def refusal(scope: Scope, headers: Headers) -> Refusal | None:
    """Return why this request or websocket is refused before its session is even looked at, or None."""
    path = scope["path"]
    if path.startswith(CLOSED) or not _host_is_ours(headers, path) or not _peer_is_trusted(scope, headers, path):
        return _NOT_OURS
    if not _is_from_us(scope, headers):
        return _NOT_OURS
    if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS_BYTES:
        return Refusal(431, "too_large", "The headers of this request are too large.")
    if len(scope.get("raw_path") or b"") + len(scope.get("query_string", b"")) > LONGEST_TARGET_BYTES:
        return Refusal(414, "too_large", "The address asked for is too long.")
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length) > largest_body(path):
        return Refusal(413, "too_large", "What was sent is too large.")
    return None


def largest_body(path: str) -> int:
    return LARGEST_UPLOAD_BYTES if path.startswith(UPLOAD) else LARGEST_BODY_BYTES


def is_open(path: str) -> bool:
    """Tell whether this address answers without a session."""
    return any(path.startswith(door) if door.endswith("/") else path == door for door in OPEN)


def is_owners(path: str) -> bool:
    return path == OWNER or path.startswith(f"{OWNER}/")


def is_page_visit(scope: Scope, headers: Headers) -> bool:
    """Tell whether this is a person opening a page."""
    return scope["type"] == "http" and scope["method"] == "GET" and _may_be_page(scope, headers)


def caller(scope: Scope, headers: Headers) -> str:
    """Return the address to hold a stranger's requests against: the last one a trusted gateway vouches for."""
    peer = _peer(scope)
    forwarded = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded[:64] if forwarded and settings().mode == "proxy" else peer


def _host_is_ours(headers: Headers, path: str) -> bool:
    """Compare with the allowed names, so that a name an attacker owns never leads here (DNS rebinding)."""
    hosts = headers.getlist("host")
    if len(hosts) != 1:
        return False
    if (is_owners(path) or path == "/healthz") and _hostname(hosts[0]) in {"127.0.0.1", "::1", settings().host}:
        return True
    if settings().mode == "demo":
        return _hostname(hosts[0]) in {"127.0.0.1", "localhost", "::1", settings().host}
    return hosts[0].lower() == urlsplit(settings().public_url).netloc.lower()


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _peer_is_trusted(scope: Scope, headers: Headers, path: str) -> bool:
    """Hold demo to this machine, and proxy mode to its gateway, by the connection itself and not by a header."""
    if settings().mode == "demo":
        reached_at = (scope.get("server") or ("",))[0]
        return is_loopback(reached_at) and not any(name in headers for name in _FORWARDED)
    if settings().mode == "proxy" and not (is_owners(path) and is_loopback(_peer(scope))):
        return _is_among(_peer(scope), settings().trusted_peers or "127.0.0.1,::1")
    return True


def _peer(scope: Scope) -> str:
    """Return who is at the other end; an address that a header put there has port 0 and counts as nobody."""
    host, port = scope.get("client") or ("", 0)
    return str(host) if port else ""


@cache
def _is_among(peer: str, networks: str) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(part.strip(), strict=False) for part in networks.split(",") if part)


def _is_from_us(scope: Scope, headers: Headers) -> bool:
    """Refuse what another site's page makes a browser send; only opening a page may come from elsewhere."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site not in (None, "none", "same-origin") and not _is_navigation(scope, headers):
        return False
    if scope["type"] == "websocket":
        return origin == _our_origin(headers)
    if origin is not None and origin != _our_origin(headers):
        # A form's own page may be told to send no referrer; then its origin is null, and only the browser vouches.
        return origin == "null" and site == "same-origin"
    return scope["method"] in _SAFE or origin is not None or site == "same-origin" or is_owners(scope["path"])


def _our_origin(headers: Headers) -> str:
    public = urlsplit(settings().public_url)
    return f"{public.scheme}://{public.netloc}" if public.netloc else f"http://{headers.get('host', '')}"


def _is_navigation(scope: Scope, headers: Headers) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or headers.get("sec-fetch-mode") != "navigate":
        return False
    return headers.get("sec-fetch-dest") == "document" and (
        scope["path"] == "/sign-in/return" or _may_be_page(scope, headers)
    )


def _may_be_page(scope: Scope, headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "") and _PAGE.fullmatch(scope["path"]) is not None
