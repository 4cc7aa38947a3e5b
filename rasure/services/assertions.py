"""Proxy mode: the gateway signed people in and says so with every request, in a token only it can sign."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from rasure.access.identity import Principal
from rasure.errors import NotAllowed, Unavailable
from rasure.services import admission, tokens
from rasure.services.admission import NoRole
from rasure.settings import Settings, settings

_TIMEOUT_S = 10


def asserted(value: str | None) -> Principal | NoRole:
    """Return whom the gateway names in this header.

    Raises
    ------
    NotAllowed
        There is no assertion, or it fails a check.
    """
    chosen = settings()
    token = (value or "").removeprefix("Bearer ").strip()
    if not token:
        raise NotAllowed("The gateway did not say who you are.")
    claims = _keys(chosen).verified(token)
    tokens.check(claims, issuer=chosen.proxy_issuer, audience=chosen.proxy_audience)
    return admission.admitted(claims, chosen)


@cache
def _keys(chosen: Settings) -> tokens.Keys:
    if urlsplit(chosen.proxy_jwks).scheme in ("http", "https"):
        return tokens.Keys(lambda: _fetched(chosen.proxy_jwks))
    return tokens.Keys(tokens.keys_in(Path(chosen.proxy_jwks)))


def _fetched(address: str) -> dict[str, Any]:
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(address, timeout=_TIMEOUT_S, allow_redirects=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise Unavailable("The gateway's keys cannot be fetched.") from error
    return found
