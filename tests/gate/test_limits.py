"""How much one visitor may ask for, and what a browser may say: by a clock of the tests, without a server."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.testclient import TestClient
from streamlit.proto.BackMsg_pb2 import BackMsg

from rasure.gate import limits, messages, rules
from rasure.gate.limits import Bounded, Rate, TooMuch, Uploads
from rasure.gate.middleware import Gate
from rasure.settings import settings
from tests.gate.conftest import aside

MIB = 1024 * 1024


class TestRate:
    @pytest.fixture(autouse=True)
    def _slow(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setenv("RASURE_RATE_PER_S", "2")
        monkeypatch.setenv("RASURE_RATE_BURST", "5")
        settings.cache_clear()
        yield
        settings.cache_clear()

    def test_a_burst_passes_then_one_has_to_wait(self) -> None:
        rate = Rate(clock=lambda: 100.0)
        assert [rate.wait_s("a") for _ in range(7)] == [0, 0, 0, 0, 0, 1, 1]

    def test_one_visitors_burst_is_not_anothers(self) -> None:
        rate = Rate(clock=lambda: 100.0)
        for _ in range(9):
            rate.wait_s("a")
        assert rate.wait_s("b") == 0

    def test_tokens_come_back_steadily_and_never_more_than_a_burst(self) -> None:
        at = [100.0]
        rate = Rate(clock=lambda: at[0])
        for _ in range(9):
            rate.wait_s("a")
        at[0] += 1.0
        assert [rate.wait_s("a") for _ in range(3)] == [0, 0, 1]
        at[0] += 3600.0
        assert [rate.wait_s("a") for _ in range(6)] == [0, 0, 0, 0, 0, 1]

    def test_no_crowd_makes_it_remember_without_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "_REMEMBERED", 10)
        rate = Rate(clock=lambda: 100.0)
        for n in range(1000):
            rate.wait_s(str(n))
        assert len(rate._held) == 10


class TestUploads:
    def test_an_hours_quota_of_one_session(self) -> None:
        at = [0.0]
        uploads = Uploads(clock=lambda: at[0])
        assert [uploads.allow("a", 25 * MIB) for _ in range(5)] == [True, True, True, True, False]
        assert uploads.allow("b", 25 * MIB)
        at[0] = 3600.0
        assert uploads.allow("a", 25 * MIB)

    def test_all_sessions_together_have_a_quota_too(self) -> None:
        uploads = Uploads(clock=lambda: 0.0)
        assert sum(uploads.allow(str(n), 50 * MIB) for n in range(20)) == 8


class TestBounded:
    @given(st.lists(st.binary(max_size=40), max_size=12))
    def test_a_body_passes_exactly_when_it_is_small_enough(self, parts: list[bytes]) -> None:
        coming = iter([{"type": "http.request", "body": part, "more_body": True} for part in parts])

        async def receive() -> Any:
            return next(coming)

        async def read() -> int:
            body = Bounded(receive, 100)
            taken = 0
            for _ in parts:
                taken += len((await body())["body"])
            return taken

        if sum(map(len, parts)) > 100:
            with pytest.raises(TooMuch):
                aside(read())
        else:
            assert aside(read()) == sum(map(len, parts))


def message(kind: str, value: object = True) -> bytes:
    found = BackMsg()
    if kind in ("rerun_script", "file_urls_request", "backend_operation_request"):
        getattr(found, kind).SetInParent()
    else:
        setattr(found, kind, value)
    return found.SerializeToString()


#: Every kind the protocol knows and what becomes of it: from anybody, and from whoever may upload.
KINDS = {
    "rerun_script": (True, True),
    "stop_script": (True, True),
    "app_heartbeat": (True, True),
    "file_urls_request": (False, True),
    "clear_cache": (False, False),
    "set_run_on_save": (False, False),
    "load_git_info": (False, False),
    "debug_disconnect_websocket": (False, False),
    "debug_shutdown_runtime": (False, False),
    "backend_operation_request": (False, False),
}


class TestMessages:
    def test_every_kind_of_this_protocol_is_known(self) -> None:
        kinds = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
        assert kinds == set(KINDS), "the page server's protocol changed: decide about each new kind"

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("may_upload", [False, True])
    def test_only_these_pass(self, kind: str, may_upload: bool) -> None:
        assert messages.judged(message(kind), may_upload=may_upload).passes is KINDS[kind][may_upload]

    @pytest.mark.parametrize("data", [b"", b"\xff\xff\xff", b"not a message"])
    def test_what_is_no_message_does_not_pass(self, data: bytes) -> None:
        assert not messages.judged(data, may_upload=True).passes

    def test_two_kinds_in_one_frame_are_judged_as_the_server_reads_them(self) -> None:
        both = message("rerun_script") + message("clear_cache")
        read = BackMsg()
        read.ParseFromString(both)
        assert read.WhichOneof("type") == "clear_cache"
        assert not messages.judged(both, may_upload=True).passes

    def test_a_page_that_renews_itself_is_no_activity(self) -> None:
        renewed = BackMsg()
        renewed.rerun_script.is_auto_rerun = True
        assert messages.judged(renewed.SerializeToString(), may_upload=False) == messages.Judged(True, False)
        assert messages.judged(message("app_heartbeat"), may_upload=False) == messages.Judged(True, False)
        assert messages.judged(message("rerun_script"), may_upload=False) == messages.Judged(True, True)


def scope(path: str = "/data", method: str = "GET", **headers: str) -> dict[str, Any]:
    given_headers = {"host": "127.0.0.1:8501"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8501),
        "headers": [(name.encode(), value.encode()) for name, value in given_headers.items()],
    }


def status(found: dict[str, Any]) -> int | None:
    why = rules.refusal(found, Headers(scope=found))
    return why.status if why else None


class TestSizes:
    @pytest.mark.parametrize(
        ("found", "expected"),
        [
            (scope(), None),
            (scope(cookie="a" * 40_000), 431),
            (scope() | {"query_string": b"a" * 9_000}, 414),
            (scope(method="POST", origin="http://127.0.0.1:8501", content_length=str(MIB)), None),
            (scope(method="POST", origin="http://127.0.0.1:8501", content_length=str(MIB + 1)), 413),
            (scope(method="POST", origin="http://127.0.0.1:8501", content_length="-1"), 413),
            (scope(rules.UPLOAD + "a/b", "PUT", origin="http://127.0.0.1:8501", content_length=str(25 * MIB)), None),
            (scope(rules.UPLOAD + "a/b", "PUT", origin="http://127.0.0.1:8501", content_length=str(27 * MIB)), 413),
        ],
    )
    def test_what_is_too_large_is_refused_by_its_kind(self, found: dict[str, Any], expected: int | None) -> None:
        assert status(found) == expected


class TestDemoStaysOnThisMachine:
    @pytest.mark.parametrize("name", ["forwarded", "x_forwarded_for", "x_forwarded_host", "x_real_ip"])
    def test_behind_a_gateway_it_answers_nothing(self, name: str) -> None:
        assert status(scope(**{name: "10.1.2.3"})) == 403

    def test_reached_at_another_address_it_answers_nothing(self) -> None:
        assert status(scope() | {"server": ("10.1.2.3", 8501)}) == 403


async def inner(scope: Any, receive: Any, send: Any) -> None:
    """Answer with how many bytes came, as any application behind the gate might."""
    taken, more = 0, True
    while more:
        coming = await receive()
        taken += len(coming.get("body", b""))
        more = coming.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(taken).encode()})


class TestTheGate:
    """The limits as an application behind the gate has them, through doors that need no session."""

    @pytest.fixture
    def client(self) -> TestClient:
        return TestClient(Gate(inner), base_url="http://127.0.0.1:8501")

    @pytest.fixture
    def _few(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setenv("RASURE_RATE_PER_S", "0.01")
        monkeypatch.setenv("RASURE_RATE_BURST", "5")
        settings.cache_clear()
        yield
        settings.cache_clear()

    @pytest.mark.usefixtures("_few")
    def test_too_many_requests_are_told_how_long_to_wait(self, client: TestClient) -> None:
        answers = [client.get("/healthz") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert 90 <= int(answers[-1].headers["retry-after"]) <= 100
        assert "content-security-policy" in answers[-1].headers

    def test_a_body_that_grows_past_its_limit_is_cut_off(self, client: TestClient) -> None:
        def pieces(n: int) -> Iterator[bytes]:
            return (b"a" * 65_536 for _ in range(n))

        origin = {"origin": "http://127.0.0.1:8501"}
        assert client.post("/sign-out", content=pieces(16), headers=origin).text == str(MIB)
        assert client.post("/sign-out", content=pieces(17), headers=origin).status_code == 413
