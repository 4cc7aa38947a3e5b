"""Every route the running application has, by every way a stranger could ask for it: all refused but a short list."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from rasure.access.identity import Principal
from rasure.gate import identity, rules
from rasure.services import sessions
from rasure.store.ledger.sessions import digest
from rasure.terms import Role
from tests.gate.conftest import filled, identity_environment
from tests.serving import served

HOME = "http://127.0.0.1:8501"
WIRE = "ws://127.0.0.1:8501"
ANALYST = Principal("a-1", "Alex Analyst", Role.ANALYST, frozenset())
#: What answers a stranger: liveness, the typefaces and styles of the entrance, and the way in and out.
OPEN = {"/healthz", "/assets/", "/sign-in", "/sign-in/return", "/sign-out", "/signed-out"}
#: Of these, what answers other than by a refusal: a return that nobody began is refused by a page of its own.
ANSWERS = OPEN - {"/assets/", "/sign-in/return"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("routes")
    filled(folder)
    environment = identity_environment(folder, 8501, "http://127.0.0.1:9")
    options = {"follow_redirects": False, "raise_server_exceptions": False}
    with served(folder / "store", environment | {"RASURE_RATE_BURST": "1000000"}, **options) as found:
        yield found


def asked(route: str) -> str:
    """Return an address that this route answers."""
    return re.sub(r"\{[^}]*\}", "1", route)


def walked(routes: list[BaseRoute], under: str = "") -> Iterator[tuple[str, str]]:
    """Yield method and address of every route, mounts and the page server's own among them."""
    for route in routes:
        if isinstance(route, Mount):
            yield from walked(route.routes, under + route.path)
            yield from (("GET", f"{under}{route.path}{inside}") for inside in ("/", "/x", "/index.html"))
        elif isinstance(route, WebSocketRoute):
            yield "WEBSOCKET", under + asked(route.path)
        else:
            assert isinstance(route, Route), f"{route!r} is of a kind this inventory does not know"
            yield from ((method, under + asked(route.path)) for method in sorted(route.methods or {"GET"}))


@pytest.fixture(scope="module")
def inventory(client: TestClient) -> list[tuple[str, str]]:
    client.get("/healthz")
    running = client.app._starlette_app  # type: ignore[attr-defined]
    found = sorted(set(walked(running.routes)))
    pages = [("GET", f"/{path.stem}") for path in Path("pages").glob("*.py")]
    more = [(method, path) for path in ("/", "/api/v1/x", "/_stcore/x", "/x/y", "/x.php") for method in ("GET", "POST")]
    return found + pages + more


def answered(client: TestClient, method: str, path: str, headers: dict[str, str]) -> int:
    """Return the status, for a websocket 403 when it did not open and 101 when it did."""
    headers = {"origin": HOME, "accept": "text/html,*/*"} | headers
    if method != "WEBSOCKET":
        return client.request(method, path, headers=headers).status_code
    try:
        with client.websocket_connect(WIRE + path, headers=headers):
            return 101
    except WebSocketDisconnect:
        return 403


def got_through(client: TestClient, inventory: list[tuple[str, str]], headers: dict[str, str]) -> set[tuple[str, str]]:
    return {
        (method, path) for method, path in inventory if answered(client, method, path, headers) not in (401, 403, 431)
    }


def addresses(through: set[tuple[str, str]]) -> set[str]:
    return {path for _method, path in through if not path.startswith("/assets/")}


def cookie(secret: str) -> dict[str, str]:
    return {"cookie": f"{identity.COOKIE}={secret}"}


@pytest.fixture
def secret(client: TestClient) -> str:
    return sessions.begin(ANALYST)


def test_the_inventory_has_ours_and_the_page_servers_own(inventory: list[tuple[str, str]]) -> None:
    found = {path for _method, path in inventory}
    assert {"/healthz", "/api/v1/jobs", "/_stcore/stream", "/media/1", "/_stcore/metrics", "/sign-in"} <= found
    assert any(path.startswith(rules.UPLOAD) for path in found)
    assert len(inventory) > 50


def test_the_list_of_open_doors_is_this_short() -> None:
    assert set(rules.OPEN) == OPEN
    assert len(OPEN) <= 6


class TestEveryRoute:
    def test_without_a_session_only_the_open_doors_answer(
        self, client: TestClient, inventory: list[tuple[str, str]]
    ) -> None:
        through = got_through(client, inventory, {})
        assert addresses(through) == ANSWERS

    def test_a_cookie_of_an_ended_session_is_as_good_as_none(
        self, client: TestClient, inventory: list[tuple[str, str]], secret: str
    ) -> None:
        sessions.end(secret)
        through = got_through(client, inventory, cookie(secret))
        assert addresses(through) == ANSWERS

    @pytest.mark.parametrize("known", ["id", "digest", "person", "signed"])
    def test_what_others_may_know_of_a_session_opens_nothing(
        self, client: TestClient, inventory: list[tuple[str, str]], secret: str, known: str
    ) -> None:
        offered = {
            "id": sessions.name_of(secret),
            "digest": digest(secret),
            "person": ANALYST.id,
            "signed": identity.signed(secret),
        }[known]
        through = got_through(client, inventory, cookie(offered))
        assert addresses(through) == ANSWERS

    @pytest.mark.parametrize(
        "headers",
        [
            {"host": "evil.example"},
            {"host": "127.0.0.1.evil.example:8501", "origin": "http://127.0.0.1.evil.example:8501"},
            {"host": "evil.example", "origin": "http://evil.example"},
            {"host": ""},
        ],
        ids=["host", "host that begins like ours", "rebinding", "none"],
    )
    def test_under_another_name_nothing_answers(
        self, client: TestClient, inventory: list[tuple[str, str]], secret: str, headers: dict[str, str]
    ) -> None:
        assert got_through(client, inventory, cookie(secret) | headers) == set()

    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "http://evil.example"},
            {"origin": "http://127.0.0.1:8502"},
            {"origin": "http://localhost:8501"},
            {"origin": "https://127.0.0.1:8501"},
            {"origin": "null"},
            {"origin": "null", "sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
            {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
        ],
        ids=lambda headers: " ".join(headers.values()),
    )
    def test_another_sites_page_reaches_nothing_though_the_cookie_came_along(
        self, client: TestClient, inventory: list[tuple[str, str]], secret: str, headers: dict[str, str]
    ) -> None:
        assert got_through(client, inventory, cookie(secret) | headers) == set()

    def test_a_link_from_another_site_opens_pages_and_nothing_else(
        self, client: TestClient, inventory: list[tuple[str, str]], secret: str
    ) -> None:
        link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        plain = [(method, path) for method, path in inventory if method != "WEBSOCKET"]
        through = set()
        for method, path in plain:
            answer = client.request(method, path, headers=cookie(secret) | link | {"accept": "text/html"})
            if answer.status_code not in (401, 403):
                through.add((method, path))
        assert {method for method, _path in through} == {"GET"}
        pages = {path for _method, path in through}
        assert "/data" in pages
        assert not [path for path in pages if path.count("/") > 1 and path != "/sign-in/return"]

    @pytest.mark.parametrize(
        "path", ["/media/x", "/_stcore/metrics", "/_stcore/agent/x", "/app/static/x", "/auth/login"]
    )
    @pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
    def test_closed_doors_are_closed_to_everybody(
        self, client: TestClient, secret: str, method: str, path: str
    ) -> None:
        assert answered(client, method, path, cookie(secret)) == 403

    def test_with_a_session_the_same_doors_do_open(self, client: TestClient, secret: str) -> None:
        for path in ("/", "/data", "/_stcore/health", "/_stcore/host-config", "/assets/entrance.css"):
            assert answered(client, "GET", path, cookie(secret)) == 200, path


class TestWebsocketOrigin:
    @pytest.mark.parametrize("origin", ["", "null", "http://evil.example", "http://127.0.0.1", "http://localhost:8501"])
    def test_only_exactly_our_origin_connects(self, client: TestClient, secret: str, origin: str) -> None:
        assert answered(client, "WEBSOCKET", "/_stcore/stream", cookie(secret) | {"origin": origin}) == 403

    def test_without_an_origin_nothing_connects(self, client: TestClient, secret: str) -> None:
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect(f"{WIRE}/_stcore/stream", headers=cookie(secret)),
        ):
            pytest.fail("the websocket opened")


class TestWhatStrangersLearn:
    def test_health_says_no_more_than_that_it_lives(self, client: TestClient) -> None:
        assert client.get("/healthz").json() == {"status": "ok"}

    def test_a_page_asked_for_is_the_way_in(self, client: TestClient) -> None:
        answer = client.get("/data?lpa=West", headers={"accept": "text/html"})
        assert answer.status_code == 401
        assert 'href="/sign-in?next=%2Fdata%3Flpa%3DWest"' in answer.text
        assert "West" not in answer.text.replace("%2Fdata%3Flpa%3DWest", "")

    def test_an_address_in_the_way_in_is_text(self, client: TestClient) -> None:
        answer = client.get('/data?x="><script>alert(1)</script>', headers={"accept": "text/html"})
        assert "<script" not in answer.text

    def test_a_forged_identity_is_stripped(self, client: TestClient, secret: str) -> None:
        forged = {identity.HEADER: identity.signed(secret)}
        assert answered(client, "GET", "/_stcore/health", forged) == 401

    @pytest.mark.parametrize(
        "name", ["x-forwarded-user", "x-rasure-assertion", "remote-user", "x-user", "authorization"]
    )
    def test_no_other_header_is_an_identity(self, client: TestClient, secret: str, name: str) -> None:
        assert answered(client, "GET", "/_stcore/health", {name: identity.signed(secret)}) == 401

    def test_the_page_servers_own_cookie_is_never_passed_on(self, client: TestClient, secret: str) -> None:
        scope = {
            "headers": [
                (b"cookie", f"_streamlit_user=x; {identity.COOKIE}={secret}; _streamlit_xsrf=2|a".encode()),
                (b"cookie", b"_streamlit_user_tokens=y; _streamlit_user_1=z"),
                (identity.HEADER.encode(), b"forged"),
            ]
        }
        assert identity.told(scope, None) == [(b"cookie", b"_streamlit_xsrf=2|a")]


class TestModeChange:
    def test_an_invented_person_of_the_demo_is_nobody_here(self, client: TestClient) -> None:
        left_over = sessions.begin()
        assert sessions.principal_of(left_over) is not None
        sessions.end_those_of_other_modes()
        assert sessions.principal_of(left_over) is None
