"""Signed tokens of an identity provider or a gateway: the signature, who made it, for whom, and when."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from rasure.errors import NotAllowed, Unavailable
from rasure.services import sessions

#: Only signatures by a private key: a shared secret or none would let others speak for the provider.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
#: How far the two clocks may be apart.
LEEWAY_S = 60
#: A key this set does not know makes it ask again, at most this often, so that strangers cannot make it ask all day.
ASK_AGAIN_S = 60

Fetch = Callable[[], Mapping[str, Any]]


class Keys:
    """Public keys that are fetched when first needed, and again when a token names one that is not among them."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._held: KeySet | None = None
        self._asked_at = -float("inf")

    def verified(self, token: str) -> dict[str, Any]:
        """Return the claims of a token signed by one of the keys; nothing about their meaning is checked yet."""
        try:
            return self._decoded(token, self._current(again=False))
        except (JoseError, ValueError):
            try:
                return self._decoded(token, self._current(again=True))
            except (JoseError, ValueError) as error:
                raise NotAllowed("The token is not signed by a key of the provider.") from error

    def _decoded(self, token: str, keys: KeySet) -> dict[str, Any]:
        return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)

    def _current(self, *, again: bool) -> KeySet:
        with self._lock:
            due = self._held is None or (again and time.monotonic() - self._asked_at > ASK_AGAIN_S)
            if due:
                self._asked_at = time.monotonic()
                self._held = KeySet.import_key_set(dict(self._fetch()))  # type: ignore[arg-type]
            assert self._held is not None
            return self._held


def keys_in(file: Path) -> Fetch:
    """Return a reader of a key-set file."""

    def fetch() -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Unavailable(f"The keys in {file} cannot be read.") from error
        return found

    return fetch


def check(claims: Mapping[str, Any], *, issuer: str, audience: str, longest_s: float | None = None) -> None:
    """Raise `NotAllowed` unless the token is from this issuer, for this audience, and valid now.

    `longest_s` refuses a token issued longer ago, whatever its own expiry says.
    """
    at = sessions.now()
    audiences = claims.get("aud")
    audiences = audiences if isinstance(audiences, list) else [audiences]
    if claims.get("iss") != issuer:
        raise NotAllowed("The token was made by another issuer.")
    if audience not in audiences or (len(audiences) > 1 and claims.get("azp", audience) != audience):
        raise NotAllowed("The token was made for another application.")
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    begins = _seconds(claims, "nbf") if "nbf" in claims else issued
    if expires + LEEWAY_S <= at or max(issued, begins) - LEEWAY_S > at:
        raise NotAllowed("The token is not valid at this time. Check the clocks of both machines.")
    if longest_s is not None and issued + longest_s + LEEWAY_S <= at:
        raise NotAllowed("The token was issued too long ago.")


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotAllowed(f"The token has no {name}.")
    return float(value)
