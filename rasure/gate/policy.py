"""What a browser may do with our pages: the content policy and its companions."""

import hashlib
import re
from base64 import b64encode
from functools import cache
from importlib.resources import files

from rasure.settings import settings

#: Where there is TLS, browsers come back by TLS only for a year.
_TLS = ((b"strict-transport-security", b"max-age=31536000"),)
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


#: The frame the street map is drawn in. Its scripts arrive as text from the page, so inline scripts must run there; no
#: attribute of an element may be one, nothing may be evaluated, and only our own pages may frame it.
STREET_MAP = "/component/streamlit_folium.st_folium/"
_STREET_MAP_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; script-src-attr 'none'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-src 'none'; frame-ancestors 'self'; object-src 'none'"
)


def headers_for(path: str) -> list[tuple[bytes, bytes]]:
    """Return the headers an answer to this path carries: the page's, but for the one frame that needs its own."""
    if not path.startswith(STREET_MAP):
        return headers()
    own = (b"content-security-policy", _STREET_MAP_POLICY.encode())
    return [own, *(pair for pair in headers() if pair[0] != own[0])]


def headers() -> list[tuple[bytes, bytes]]:
    """Return the headers every answer carries."""
    return [*_headers(), *(_TLS if settings().is_https else ())]


@cache
def _headers() -> list[tuple[bytes, bytes]]:
    """Return what holds everywhere; the one inline script of the page is named by its hash."""
    page = files("streamlit").joinpath("static/index.html").read_text(encoding="utf-8")
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in _INLINE.findall(page))
    policy = (
        "default-src 'none'; "
        f"script-src 'self' 'wasm-unsafe-eval' {hashes}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
        "worker-src 'self' blob:; manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"geolocation=(self), camera=(), microphone=()"),
    ]


def _digest(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()
