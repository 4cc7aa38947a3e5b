"""The header by which the gate tells the pages whose session this is, and nobody else can; and the session's cookie."""

import hashlib
import hmac
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.types import Scope

from rasure.settings import settings

HEADER = "x-rasure-session"
USER_KEY = "session"
COOKIE = "rasure_session"
#: Cookies of the page server's own sign-in, which is never used: whoever sends one replays or forges it.
FOREIGN_COOKIES = "_streamlit_user"

_KEY = secrets.token_bytes(32)


def signed(secret: str) -> str:
    """Return a session secret with this process's signature."""
    return f"{secret}.{_mac(secret)}"


def opened(value: str | None) -> str | None:
    """Return the session secret of a header this process signed, or None."""
    secret, _, mac = (value or "").rpartition(".")
    return secret if secret and hmac.compare_digest(mac.encode(), _mac(secret).encode()) else None


def cookie_name(plain: str = COOKIE) -> str:
    """Return the cookie's name: where there is TLS, one that no other host and no plain connection can set."""
    return f"__Host-{plain}" if settings().is_https else plain


def cookie(plain: str, value: str, *, same_site: str = "Strict", age_s: int | None = None) -> bytes:
    """Return a cookie as its header says it: for this host alone, hidden from scripts; an empty value removes it."""
    words = [f"{cookie_name(plain)}={value}", "Path=/", "HttpOnly", f"SameSite={same_site}"]
    if settings().is_https:
        words.append("Secure")
    if age_s is not None or not value:
        words.append(f"Max-Age={age_s or 0}")
    return "; ".join(words).encode()


def cookie_of(headers: Headers, plain: str = COOKIE) -> str | None:
    """Return what the browser holds under this name, if it sends it once and well formed."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load("; ".join(headers.getlist("cookie")))
    except CookieError:
        return None
    name = cookie_name(plain)
    return jar[name].value or None if name in jar else None


def told(scope: Scope, secret: str | None) -> list[tuple[bytes, bytes]]:
    """Return the request's headers for the pages: nothing that claims an identity but what the gate says."""
    dropped = {HEADER.encode(), settings().proxy_header.lower().encode()}
    headers = []
    for name, value in scope["headers"]:
        if name == b"cookie":
            value = _without_identities(value)
        if name not in dropped and value is not None:
            headers.append((name, value))
    if secret is not None:
        headers.append((HEADER.encode(), signed(secret).encode()))
    return headers


def _without_identities(value: bytes) -> bytes | None:
    ours = cookie_name()
    kept = [
        pair
        for pair in value.decode("latin-1").split(";")
        if not pair.strip().startswith((f"{ours}=", FOREIGN_COOKIES))
    ]
    return ";".join(kept).strip().encode("latin-1") or None


def _mac(secret: str) -> str:
    return hmac.new(_KEY, secret.encode(), hashlib.sha256).hexdigest()
