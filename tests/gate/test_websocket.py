"""The websocket of a real server, spoken to by a client that says what no browser would."""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from starlette.types import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from rasure.gate import identity, websocket
from rasure.gate.limits import Rate
from rasure.gate.websocket import Watched
from rasure.services import sessions, wiring
from rasure.settings import PROJECT, settings
from rasure.store.ledger.sessions import digest
from tests.browser.conftest import Server, free_port
from tests.gate.conftest import aside, filled, serving
from tests.gate.test_limits import message

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("wire")
    filled(folder)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {"RASURE_STORE": str(folder / "store"), "RASURE_PORT": str(port)}
    with serving(folder, url, environment):
        yield Server(url, folder / "store", folder / "in")


@pytest.fixture
def secret(server: Server) -> str:
    """Return a new session of the server's demo analyst."""
    answer = httpx.get(server.url, headers={"accept": "text/html"})
    return str(answer.cookies[identity.COOKIE])


def wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask until the server answers; fail with its log when it has gone."""
    while True:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.ConnectError:
            threading.Event().wait(0.1)


def wire(server: Server, secret: str, session_id: str = "") -> ClientConnection:
    """Open the page's websocket as a browser would."""
    protocols = ["streamlit", "unused", session_id] if session_id else ["streamlit"]
    return connect(
        server.url.replace("http", "ws") + "/_stcore/stream",
        origin=server.url,  # type: ignore[arg-type]
        additional_headers={"cookie": f"{identity.COOKIE}={secret}"},
        subprotocols=[Subprotocol(word) for word in protocols],
        max_size=None,
    )


def run(client: ClientConnection) -> list[ForwardMsg]:
    """Ask for a run of the page and return what came until a run begun since was done."""
    client.send(message("rerun_script"))
    found: list[ForwardMsg] = []
    while True:
        forward = ForwardMsg()
        forward.ParseFromString(client.recv(timeout=60))  # type: ignore[arg-type]
        found.append(forward)
        has_begun = any(seen.WhichOneof("type") == "new_session" for seen in found)
        if has_begun and forward.WhichOneof("type") == "script_finished":
            return found


def session_id_of(messages: list[ForwardMsg]) -> str:
    return next(m.new_session.initialize.session_id for m in messages if m.WhichOneof("type") == "new_session")


def revoke(server: Server, secret: str) -> None:
    """End a session behind the server's back, in the table it reads."""
    with sqlite3.connect(server.store / "ledger.sqlite", timeout=30) as ledger:
        ledger.execute("update session set revoked_at = ? where digest = ?", [time.time(), digest(secret)])
    ledger.close()


class TestRevoked:
    def test_the_next_message_closes_it(self, server: Server, secret: str) -> None:
        with wire(server, secret) as client:
            run(client)
            revoke(server, secret)
            client.send(message("rerun_script"))
            with pytest.raises(ConnectionClosed):
                while True:
                    client.recv(timeout=30)
            assert client.close_code == 1008
            assert client.close_reason == "Your session has ended."

    def test_it_cannot_be_opened_again(self, server: Server, secret: str) -> None:
        revoke(server, secret)
        with pytest.raises(InvalidStatus) as refused:
            wire(server, secret)
        assert refused.value.response.status_code == 403


class TestTakeOver:
    def test_another_session_does_not_get_a_pages_state_by_its_id(self, server: Server, secret: str) -> None:
        other = str(httpx.get(server.url, headers={"accept": "text/html"}).cookies[identity.COOKIE])
        with wire(server, secret) as client:
            own = session_id_of(run(client))
        with wire(server, other, own) as thief:
            assert session_id_of(run(thief)) != own
        with wire(server, secret, own) as again:
            assert session_id_of(run(again)) == own


def worked_out(server: Server) -> int:
    """Return how often the server has worked a ranking out, rather than taken it from its cache."""
    return len((server.store.parent / "worked-out").read_text(encoding="utf-8").splitlines())


def open_hot_spots(client: ClientConnection) -> None:
    """Ask for runs until one has drawn the table under the map: `/` only leads to the page."""
    while not any(b"what=hot-spots&" in found.SerializeToString() for found in run(client)):
        pass


class TestDeveloperMessages:
    def test_nobody_empties_the_caches_of_all(self, server: Server, secret: str) -> None:
        with wire(server, secret) as client:
            open_hot_spots(client)
            before = worked_out(server)
            client.send(message("clear_cache"))
            open_hot_spots(client)
        assert before > 0
        assert worked_out(server) == before

    @pytest.mark.parametrize("kind", ["clear_cache", "debug_shutdown_runtime", "debug_disconnect_websocket"])
    def test_they_are_dropped_and_the_page_goes_on(self, server: Server, secret: str, kind: str) -> None:
        with wire(server, secret) as client:
            run(client)
            client.send(message(kind))
            assert run(client)

    def test_git_is_not_told(self, server: Server, secret: str) -> None:
        with wire(server, secret) as client:
            run(client)
            client.send(message("load_git_info"))
            assert "git_info_changed" not in {found.WhichOneof("type") for found in run(client)}

    def test_what_is_no_message_is_dropped(self, server: Server, secret: str) -> None:
        with wire(server, secret) as client:
            client.send(b"\xff\xff\xff\xff")
            assert run(client)


class TestSizes:
    def test_a_frame_larger_than_any_page_closes_it(self, server: Server, secret: str) -> None:
        with wire(server, secret) as client:
            run(client)
            client.send(b"a" * (3 * MIB))
            with pytest.raises(ConnectionClosed):
                while True:
                    client.recv(timeout=30)
            assert client.close_code == 1009

    def test_forty_megabytes_are_refused_and_not_kept(self, server: Server, secret: str) -> None:
        before = _resident_bytes(server)
        with wire(server, secret) as client:
            with pytest.raises(ConnectionClosed):
                client.send(b"a" * (40 * MIB))
                while True:
                    client.recv(timeout=30)
            # The server stops reading, so its reason may be lost on the way; that it closed is what counts.
            assert client.close_code in (1006, 1009)
        assert _resident_bytes(server) - before < 100 * MIB

    def test_text_is_not_spoken_here(self, server: Server, secret: str) -> None:
        with wire(server, secret) as client:
            client.send("rerun")
            with pytest.raises(ConnectionClosed):
                while True:
                    client.recv(timeout=30)
            assert client.close_code == 1008


class TestOrigin:
    @pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
    def test_only_our_own_page_connects(self, server: Server, secret: str, origin: Any) -> None:
        with pytest.raises(InvalidStatus) as refused:
            connect(
                server.url.replace("http", "ws") + "/_stcore/stream",
                origin=origin,
                additional_headers={"cookie": f"{identity.COOKIE}={secret}"},
            )
        assert refused.value.response.status_code == 403


class TestUploads:
    def test_somebody_elses_page_or_a_made_up_one_takes_no_file(self, server: Server, secret: str) -> None:
        with httpx.Client(base_url=server.url, cookies={identity.COOKIE: secret}) as client:
            answer = client.put(
                "/_stcore/upload_file/made-up/1", headers={"origin": server.url}, files={"file": b"1,2,3"}
            )
        assert answer.status_code == 403


def _resident_bytes(server: Server) -> int:
    pid = int(re.findall(r'"pid": (\d+)', (server.store / "server.json").read_text(encoding="utf-8"))[0])
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) * 1024


class TestWithoutTheGate:
    """The page script served by itself, as anybody with the files could: it says so and opens nothing (R11)."""

    @pytest.fixture
    def bare(self, tmp_path: Path) -> Iterator[Server]:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "streamlit", "run", "rasure/web/shell.py", "--server.port", str(port)]
        environment = os.environ | {"RASURE_STORE": str(tmp_path / "store"), "PYTHONPATH": str(PROJECT)}
        with (tmp_path / "server.log").open("wb") as out:
            process = subprocess.Popen(command, cwd=PROJECT, stdout=out, stderr=out, env=environment)
            try:
                wait_until_healthy(f"{url}/_stcore/health", process, tmp_path / "server.log")
                yield Server(url, tmp_path / "store", tmp_path)
            finally:
                process.terminate()
                process.wait()

    def test_the_page_shows_only_that_it_was_not_started_through_rasure(self, bare: Server) -> None:
        with wire(bare, "any") as client:
            drawn = b"".join(found.SerializeToString() for found in run(client))
        assert b"Not started through Rasure" in drawn
        assert b"OFFICIAL" not in drawn
        assert not bare.store.exists()

    def test_a_header_of_ones_own_making_changes_nothing(self, bare: Server) -> None:
        with connect(
            bare.url.replace("http", "ws") + "/_stcore/stream",
            origin=bare.url,  # type: ignore[arg-type]
            additional_headers={identity.HEADER: identity.signed("mine")},
            max_size=None,
        ) as client:
            drawn = b"".join(found.SerializeToString() for found in run(client))
        assert b"Not started through Rasure" in drawn


class TestWatched:
    """The watch itself, in this process: what no real client can time."""

    @pytest.fixture
    def _store(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setenv("RASURE_STORE", str(tmp_path / "store"))
        settings.cache_clear()
        yield
        wiring.close()
        settings.cache_clear()

    @pytest.mark.usefixtures("_store")
    def test_an_idle_page_is_closed_without_a_message(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(websocket, "LOOK_EVERY_S", 0.01)
        at = [1_000.0]
        monkeypatch.setattr(sessions, "clock", lambda: at[0])
        sent: list[Message] = []

        async def never() -> Message:
            at[0] += sessions.IDLE_S
            return await asyncio.Future()

        async def send(message: Message) -> None:
            sent.append(message)

        async def watch() -> Message:
            return await Watched(never, send, sessions.begin(), Rate())()

        assert aside(watch())["type"] == "websocket.disconnect"
        assert [found["type"] for found in sent] == ["websocket.close"]

    @pytest.mark.usefixtures("_store")
    @pytest.mark.parametrize(("is_auto", "lives"), [(False, True), (True, False)])
    def test_what_a_person_does_keeps_it_alive_and_what_a_page_does_not(
        self, monkeypatch: pytest.MonkeyPatch, is_auto: bool, lives: bool
    ) -> None:
        at = [1_000.0]
        monkeypatch.setattr(sessions, "clock", lambda: at[0])
        renewed = BackMsg()
        renewed.rerun_script.is_auto_rerun = is_auto

        async def receive() -> Message:
            at[0] += 10 * 60
            return {"type": "websocket.receive", "bytes": renewed.SerializeToString()}

        async def send(message: Message) -> None:
            return None

        async def watch(secret: str) -> str:
            watched = Watched(receive, send, secret, Rate())
            await watched()
            at[0] -= 10 * 60
            await watched()
            return str((await watched())["type"])

        expected = "websocket.receive" if lives else "websocket.disconnect"
        assert aside(watch(sessions.begin())) == expected
