"""The header by which the gate tells the pages whose session this is, and nobody else can."""

import hashlib
import hmac
import secrets

HEADER = "x-rasure-session"
USER_KEY = "session"
COOKIE = "rasure_session"

_KEY = secrets.token_bytes(32)


def signed(secret: str) -> str:
    """Return a session secret with this process's signature."""
    return f"{secret}.{_mac(secret)}"


def opened(value: str | None) -> str | None:
    """Return the session secret of a header this process signed, or None."""
    secret, _, mac = (value or "").rpartition(".")
    return secret if secret and hmac.compare_digest(mac, _mac(secret)) else None


def _mac(secret: str) -> str:
    return hmac.new(_KEY, secret.encode(), hashlib.sha256).hexdigest()
