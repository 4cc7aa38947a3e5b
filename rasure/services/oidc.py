"""Signing in with the force's identity provider: OpenID Connect, authorization code, PKCE, nonce, state.

Nothing is kept for somebody who has only begun: what must be known again at the return (state, nonce, verifier) is
derived by a keyed hash from a random id that the browser holds in a short-lived cookie. Sources: OpenID Connect Core
1.0 (3.1), RFC 7636 (PKCE), RFC 9207 (`iss`).
"""

import hashlib
import hmac
import json
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from rasure.errors import NotAllowed, Unavailable
from rasure.services import credentials, sessions, tokens
from rasure.services.refusals import is_loopback
from rasure.settings import Settings

#: How long somebody may take to sign in with the provider.
SIGN_IN_S = 600
_TIMEOUT_S = 10
_RETURN = "/sign-in/return"
_SIGNED_OUT = "/signed-out"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way: where to send the browser, and the cookie that ties the return to it."""

    address: str
    cookie: str


class Provider:
    """The identity provider as it describes itself; asked when first needed, so that Rasure starts without it."""

    def __init__(self, chosen: Settings) -> None:
        self._chosen = chosen
        self._secret = credentials.cookie_secret(chosen).encode()
        self._keys = tokens.Keys(lambda: self._fetched(self._endpoint("jwks_uri")))
        self._described: dict[str, Any] | None = None
        self._used: dict[str, float] = {}
        self._lock = threading.Lock()

    def begin(self, next_page: str, *, prompt: str | None = None) -> Begun:
        """Start a sign-in that leads to `next_page`."""
        id_ = secrets.token_urlsafe(32)
        parameters: dict[str, Any] = {"nonce": self._derived("nonce", id_)}
        if asked := prompt or self._chosen.oidc_prompt:
            parameters["prompt"] = asked
        with self._client() as client:
            address, _state = client.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=self._derived("state", id_),
                code_verifier=self._derived("verifier", id_),
                **parameters,
            )
        return Begun(str(address), self._sealed({"id": id_, "at": sessions.now(), "next": next_page}))

    def finish(self, cookie: str, answer: Mapping[str, str]) -> tuple[dict[str, Any], str]:
        """Return the checked claims of the ID token and the page to go to.

        Raises
        ------
        NotAllowed
            The return does not belong to a sign-in of this browser, came too late or twice, or its token fails a check.
        """
        begun = self._unsealed(cookie)
        id_ = str(begun["id"])
        if not _same(answer.get("state", ""), self._derived("state", id_)):
            raise NotAllowed("This return belongs to another sign-in.")
        if answer.get("iss", self._chosen.oidc_issuer) != self._chosen.oidc_issuer:
            raise NotAllowed("This return comes from another identity provider.")
        if "code" not in answer:
            raise NotAllowed("The identity provider did not sign you in.")
        self._use(id_, float(begun["at"]))
        claims = self._keys.verified(self._exchanged(answer["code"], self._derived("verifier", id_)))
        tokens.check(claims, issuer=self._chosen.oidc_issuer, audience=self._chosen.oidc_client_id, longest_s=SIGN_IN_S)
        if not _same(str(claims.get("nonce", "")), self._derived("nonce", id_)):
            raise NotAllowed("The token belongs to another sign-in.")
        return claims, str(begun["next"])

    def leaving(self) -> str | None:
        """Return where somebody also signs out of the provider, if it says so; None also when it does not answer."""
        try:
            address = self._endpoint("end_session_endpoint")
        except Unavailable:
            return None
        back = self._chosen.public_url.rstrip("/") + _SIGNED_OUT
        query = {"client_id": self._chosen.oidc_client_id, "post_logout_redirect_uri": back}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    def _use(self, id_: str, begun_at: float) -> None:
        """Take each sign-in once; ids are kept no longer than their cookie would be believed."""
        with self._lock:
            oldest = sessions.now() - SIGN_IN_S
            self._used = {used: at for used, at in self._used.items() if at > oldest}
            if id_ in self._used:
                raise NotAllowed("This sign-in was used already.")
            self._used[id_] = begun_at

    def _exchanged(self, code: str, verifier: str) -> str:
        try:
            with self._client() as client:
                answer = client.fetch_token(
                    self._endpoint("token_endpoint"), code=code, code_verifier=verifier, timeout=_TIMEOUT_S
                )
        except (OAuthError, requests.RequestException, ValueError) as error:
            raise NotAllowed("The identity provider did not confirm this sign-in.") from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotAllowed("The identity provider sent no ID token.")
        return token

    def _client(self) -> OAuth2Session:
        client = OAuth2Session(
            self._chosen.oidc_client_id,
            credentials.client_secret(self._chosen),
            scope="openid profile email",
            redirect_uri=self._chosen.public_url.rstrip("/") + _RETURN,
            code_challenge_method="S256",
        )
        return self._careful(client)

    def _careful(self, session: Any) -> Any:
        """Take neither proxies nor passwords from the environment, and believe the force's own authority if named."""
        session.trust_env = False
        session.max_redirects = 0
        if self._chosen.oidc_ca:
            session.verify = str(self._chosen.oidc_ca)
        return session

    def _endpoint(self, name: str) -> str:
        if self._described is None:
            found = self._fetched(self._chosen.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != self._chosen.oidc_issuer:
                raise Unavailable(
                    f"The identity provider calls itself {found.get('issuer')!r}, not as RASURE_OIDC_ISSUER says."
                )
            self._described = found
        address = str(self._described.get(name) or "")
        parts = urlsplit(address)
        on_loopback = is_loopback(parts.hostname) and is_loopback(urlsplit(self._chosen.oidc_issuer).hostname)
        if parts.scheme != "https" and not on_loopback:
            raise Unavailable(f"The identity provider names no safe {name}.")
        return address

    def _fetched(self, address: str) -> dict[str, Any]:
        try:
            with self._careful(requests.Session()) as session:
                answer = session.get(address, timeout=_TIMEOUT_S, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise Unavailable(
                "The identity provider does not answer. Try again, or tell your administrator."
            ) from error
        if answer.status_code != 200 or not isinstance(found, dict):
            raise Unavailable("The identity provider does not describe itself as OpenID Connect asks.")
        return found

    def _derived(self, what: str, id_: str) -> str:
        made = hmac.new(self._secret, f"{what}:{id_}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(made).decode().rstrip("=")

    def _sealed(self, content: Mapping[str, Any]) -> str:
        body = urlsafe_b64encode(json.dumps(content).encode()).decode()
        return f"{body}.{self._derived('cookie', body)}"

    def _unsealed(self, cookie: str) -> dict[str, Any]:
        body, _, seal = cookie.rpartition(".")
        if not body or not _same(seal, self._derived("cookie", body)):
            raise NotAllowed("This browser has not begun to sign in, or its cookies are blocked.")
        found: dict[str, Any] = json.loads(urlsafe_b64decode(body))
        if not found["at"] > sessions.now() - SIGN_IN_S:
            raise NotAllowed("Signing in took longer than ten minutes.")
        return found


def _same(offered: str, ours: str) -> bool:
    return hmac.compare_digest(offered.encode(), ours.encode())


@cache
def provider(chosen: Settings) -> Provider:
    """Return the one provider of this process."""
    return Provider(chosen)
