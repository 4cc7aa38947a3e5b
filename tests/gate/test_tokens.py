"""Tokens of a provider or gateway: only the right signature, maker, audience and time pass; and the proxy mode."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.testclient import TestClient

from rasure.errors import NotAllowed
from rasure.gate import identity
from rasure.services import sessions, tokens, wiring
from rasure.settings import settings
from tests.gate.conftest import ROLE_MAP, filled
from tests.serving import fresh_app

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
NEXT = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})
ISSUER, AUDIENCE = "https://gateway.force.example", "rasure"
MAP = "/api/v1/map/hot-spots?as_of=2025-07-01&lookback=1461"
PAGE = {"accept": "text/html"}


def public(*keys: Any) -> dict[str, Any]:
    return KeySet(list(keys)).as_dict(private=False)  # type: ignore[return-value]


def claims(**changes: Any) -> dict[str, Any]:
    at = int(time.time())
    held = {"iss": ISSUER, "aud": AUDIENCE, "sub": "a-1", "name": "Alex Analyst", "groups": ["Rasure-Analysts"]}
    held |= {"iat": at, "exp": at + 300} | changes
    return {name: value for name, value in held.items() if value is not None}


def signed(key: Any = KEY, alg: str = "RS256", **changes: Any) -> str:
    return jwt.encode({"alg": alg, "kid": key.kid}, claims(**changes), key)


class TestKeys:
    def test_a_token_of_one_of_the_keys_is_read(self) -> None:
        assert tokens.Keys(lambda: public(KEY)).verified(signed())["sub"] == "a-1"

    def test_another_key_of_the_same_name_is_not_believed(self) -> None:
        with pytest.raises(NotAllowed):
            tokens.Keys(lambda: public(KEY)).verified(signed(OTHER))

    def test_an_unsigned_token_is_not_believed(self) -> None:
        head, body, _signature = signed().split(".")
        unsigned = "eyJhbGciOiJub25lIn0." + body + "."
        for token in (unsigned, f"{head}.{body}.", "", "a.b.c", "…"):
            with pytest.raises(NotAllowed):
                tokens.Keys(lambda: public(KEY)).verified(token)

    def test_the_public_key_is_no_shared_secret(self) -> None:
        head = urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=")
        said = head + b"." + signed().split(".")[1].encode()
        seal = hmac.new(KEY.as_pem(private=False), said, "sha256").digest()
        forged = (said + b"." + urlsafe_b64encode(seal).rstrip(b"=")).decode()
        with pytest.raises(NotAllowed):
            tokens.Keys(lambda: public(KEY)).verified(forged)

    def test_a_changed_claim_breaks_the_signature(self) -> None:
        head, _body, signature = signed().split(".")
        other = signed(groups=["Rasure-Auditors"]).split(".")[1]
        with pytest.raises(NotAllowed):
            tokens.Keys(lambda: public(KEY)).verified(f"{head}.{other}.{signature}")

    def test_new_keys_are_fetched_once_a_minute_at_most(self, monkeypatch: pytest.MonkeyPatch) -> None:
        at = [0.0]
        monkeypatch.setattr(tokens.time, "monotonic", lambda: at[0])
        held, asked = [KEY], [0]

        def fetch() -> dict[str, Any]:
            asked[0] += 1
            return public(*held)

        keys = tokens.Keys(fetch)
        keys.verified(signed())
        held.append(NEXT)
        for _ in range(50):
            with pytest.raises(NotAllowed):
                keys.verified(signed(NEXT, "ES256"))
        assert asked[0] == 1
        at[0] = tokens.ASK_AGAIN_S + 1
        assert keys.verified(signed(NEXT, "ES256"))["sub"] == "a-1"
        assert asked[0] == 2


class TestCheck:
    def test_a_good_token_passes(self) -> None:
        tokens.check(claims(), issuer=ISSUER, audience=AUDIENCE, longest_s=600)

    def test_several_audiences_pass_when_made_for_us(self) -> None:
        tokens.check(claims(aud=["other", AUDIENCE], azp=AUDIENCE), issuer=ISSUER, audience=AUDIENCE)

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"iss": "https://evil.example"}, "another issuer"),
            ({"iss": ISSUER + "/"}, "another issuer"),
            ({"iss": None}, "another issuer"),
            ({"aud": "other"}, "another application"),
            ({"aud": None}, "another application"),
            ({"aud": ["other", AUDIENCE], "azp": "other"}, "another application"),
            ({"exp": int(time.time()) - 3600}, "not valid at this time"),
            ({"exp": None}, "has no exp"),
            ({"exp": "soon"}, "has no exp"),
            ({"exp": True}, "has no exp"),
            ({"iat": int(time.time()) + 3600}, "not valid at this time"),
            ({"nbf": int(time.time()) + 3600}, "not valid at this time"),
            ({"iat": None}, "has no iat"),
            ({"iat": int(time.time()) - 3600}, "too long ago"),
        ],
        ids=lambda held: "-".join(held) if isinstance(held, dict) else held,
    )
    def test_anything_else_is_refused_in_words(self, changes: dict[str, Any], says: str) -> None:
        with pytest.raises(NotAllowed, match=says):
            tokens.check(claims(**changes), issuer=ISSUER, audience=AUDIENCE, longest_s=600)


GATEWAY = "10.9.8.7"


@pytest.fixture(scope="module")
def _proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("proxied")
    filled(folder)
    for name, text in (("roles.csv", ROLE_MAP), ("keys.json", json.dumps(public(KEY)))):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o600)
    environment = {
        "STORE": folder / "store",
        "MODE": "proxy",
        "PUBLIC_URL": "http://127.0.0.1:8501",
        "PROXY_ISSUER": ISSUER,
        "PROXY_AUDIENCE": AUDIENCE,
        "PROXY_JWKS": folder / "keys.json",
        "TRUSTED_PEERS": f"{GATEWAY}/32",
        "ROLE_MAP": folder / "roles.csv",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(f"RASURE_{name}", str(value))
        settings.cache_clear()
        app = fresh_app()
        with TestClient(app, base_url="http://127.0.0.1:8501", client=(GATEWAY, 40_000)):
            yield app
        wiring.close()
    settings.cache_clear()


def through(app: Any, peer: str = GATEWAY, port: int = 40_000) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8501", client=(peer, port), follow_redirects=False)


def says(token: str) -> dict[str, str]:
    return {"x-rasure-assertion": token}


class TestProxy:
    def test_the_gateways_word_starts_a_session_in_the_role_of_the_groups(self, _proxied: Any) -> None:
        client = through(_proxied)
        assert client.get("/", headers=PAGE | says(signed())).status_code == 200
        assert client.get(MAP, headers=says(signed())).status_code == 200

    @pytest.mark.parametrize(
        "token",
        ["", "a-1", "a.b.c", signed(OTHER), signed(iss="https://evil.example"), signed(aud="other"), signed(exp=1)],
        ids=["none", "bare name", "nonsense", "another key", "another issuer", "another audience", "expired"],
    )
    def test_nothing_less_does(self, _proxied: Any, token: str) -> None:
        client = through(_proxied)
        assert client.get("/", headers=PAGE | says(token)).status_code == 401
        assert identity.COOKIE not in client.cookies

    @pytest.mark.parametrize("name", ["x-forwarded-user", "x-auth-request-user", "remote-user", "x-user", "x-email"])
    def test_a_bare_header_is_nobody(self, _proxied: Any, name: str) -> None:
        assert through(_proxied).get("/", headers=PAGE | {name: "a-1"}).status_code == 401

    @pytest.mark.parametrize(("peer", "port"), [("10.9.8.8", 40_000), ("127.0.0.1", 40_000), (GATEWAY, 0)])
    def test_only_the_gateway_itself_may_speak(self, _proxied: Any, peer: str, port: int) -> None:
        client = through(_proxied, peer, port)
        assert client.get("/", headers=PAGE | says(signed())).status_code == 403
        assert client.get("/healthz").status_code == 403

    def test_a_session_without_the_gateways_word_is_none(self, _proxied: Any) -> None:
        client = through(_proxied)
        client.get("/", headers=PAGE | says(signed()))
        assert client.get(MAP).status_code == 401

    def test_a_session_beside_another_persons_word_is_none(self, _proxied: Any) -> None:
        client = through(_proxied)
        client.get("/", headers=PAGE | says(signed()))
        other = says(signed(sub="i-1", groups=["Rasure-West"]))
        assert client.get(MAP, headers=other).status_code == 401

    def test_a_change_of_groups_counts_at_the_next_page(self, _proxied: Any) -> None:
        client = through(_proxied)
        client.get("/", headers=PAGE | says(signed()))
        demoted = says(signed(groups=["Rasure-West"]))
        assert client.get(MAP, headers=demoted).status_code == 401
        client.get("/", headers=PAGE | demoted)
        assert client.get(f"{MAP}&lpa=East", headers=demoted).status_code == 403

    @pytest.mark.parametrize("groups", [["Staff"], [], None, ["Rasure-Analysts", "Rasure-Barred"]])
    def test_without_a_role_there_is_a_page_and_no_session(self, _proxied: Any, groups: list[str] | None) -> None:
        client = through(_proxied)
        answer = client.get("/", headers=PAGE | says(signed(groups=groups)))
        assert answer.status_code == 403
        assert "You have no role in Rasure" in answer.text
        assert identity.COOKIE not in client.cookies

    def test_an_ended_session_takes_a_click_to_begin_again(self, _proxied: Any) -> None:
        client = through(_proxied)
        client.get("/", headers=PAGE | says(signed()))
        sessions.end(client.cookies[identity.COOKIE])
        answer = client.get("/data", headers=PAGE | says(signed()))
        assert (answer.status_code, "You are signed out" in answer.text) == (401, True)
        assert client.get("/sign-in", headers=PAGE | says(signed())).status_code == 303
        assert client.get(MAP, headers=says(signed())).status_code == 200

    def test_the_assertion_goes_no_further_than_the_gate(self, _proxied: Any) -> None:
        scope = {"headers": [(b"x-rasure-assertion", b"a.b.c"), (b"accept", b"*/*")]}
        assert identity.told(scope, None) == [(b"accept", b"*/*")]

    def test_the_role_map_is_read_again_at_each_sign_in(self, _proxied: Any) -> None:
        table = Path(str(settings().role_map))
        table.write_text(ROLE_MAP.replace("Rasure-Analysts,analyst", "Renamed,analyst"), encoding="utf-8")
        try:
            assert through(_proxied).get("/", headers=PAGE | says(signed())).status_code == 403
        finally:
            table.write_text(ROLE_MAP, encoding="utf-8")


class TestOverTls:
    @pytest.fixture(autouse=True)
    def _https(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setenv("RASURE_PUBLIC_URL", "https://rasure.force.example")
        settings.cache_clear()
        yield
        settings.cache_clear()

    def test_the_cookie_is_for_this_host_and_tls_alone(self) -> None:
        said = identity.cookie(identity.COOKIE, "s").decode()
        assert said == "__Host-rasure_session=s; Path=/; HttpOnly; SameSite=Strict; Secure"

    def test_browsers_are_told_to_come_back_by_tls(self) -> None:
        from rasure.gate import policy

        assert (b"strict-transport-security", b"max-age=31536000") in policy.headers()
