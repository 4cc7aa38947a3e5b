"""Sending files on the Data page, without a browser: who is offered it, what a press does, and when it does nothing."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from rasure.access.roles import Action, permits
from rasure.gate import identity
from rasure.services import sessions, watch, wiring
from rasure.services.jobs import jobs
from rasure.settings import PROJECT, settings
from tests.makers import STREET, crime, csv_text

NAME = "2025-06-thames-valley-street.csv"
MONTH = csv_text(STREET, [crime("a", month="2025-06"), crime("b", month="2025-06")]).encode()


@pytest.fixture(autouse=True)
def _served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RASURE_STORE", str(tmp_path / "store"))
    # Without a browser there is no address to write into the log.
    monkeypatch.setattr(ContextProxy, "ip_address", "127.0.0.1")
    settings.cache_clear()
    yield
    finished()
    wiring.close()
    settings.cache_clear()


@pytest.fixture
def freed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the page server was told to forget, as it is told."""
    found: list[str] = []
    forget = MemoryUploadedFileManager.remove_file

    def noted(self: MemoryUploadedFileManager, session_id: str, file_id: str) -> None:
        found.extend(record.name for record in self.get_files(session_id, [file_id]))
        forget(self, session_id, file_id)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", noted)
    return found


def opened(person: str) -> tuple[AppTest, str]:
    """Open the Data page as one of the invented people; return it with the session's secret."""
    secret = sessions.begin()
    sessions.become(secret, person)
    shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
    shell.user = {identity.USER_KEY: identity.signed(secret)}
    return shell.run().switch_page(str(PROJECT / "pages" / "data.py")).run(), secret


def send(shell: AppTest, name: str, content: bytes) -> AppTest:
    shell.file_uploader[0].upload(name, content, "text/csv")
    shell.run()
    return next(button for button in shell.button if button.label == "Load 1 file").click().run()


def finished() -> None:
    while jobs.running():
        pass


def said(shell: AppTest) -> str:
    return " ".join(found.value for found in (*shell.success, *shell.warning, *shell.error)).replace("\\", "")


def test_only_whoever_may_load_is_offered_it() -> None:
    offered = {}
    for person in sessions.demo_people():
        if permits(person.role, Action.VIEW_DATA):
            offered[person.role] = bool(opened(person.id)[0].file_uploader)
    assert offered == {role: permits(role, Action.LOAD_DATA) for role in offered}
    assert set(offered.values()) == {True, False}


def test_files_are_loaded_and_forgotten(freed: list[str]) -> None:
    shell, _ = opened("demo-analyst")
    shell = send(shell, NAME, MONTH)
    finished()
    shell = shell.run()
    assert not shell.exception
    assert "2 read, 2 accepted, 0 rejected, 0 duplicate. Batch 1." in said(shell)
    assert shell.title[0].value == "Offences run to June 2025"
    assert (freed, shell.file_uploader[0].value) == ([NAME], [])
    again = send(shell, NAME, MONTH)
    finished()
    assert "2 duplicate. Every file was loaded before; nothing changed." in said(again.run())


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("crimes.csv", MONTH, "is no name of the contract"),
        ("offences.csv", b"offence_id\nF1\n", "takes no operational data"),
    ],
)
def test_what_is_refused_is_said_and_forgotten(name: str, content: bytes, why: str, freed: list[str]) -> None:
    shell = send(opened("demo-analyst")[0], name, content)
    assert why in said(shell)
    assert freed == [name]
    assert list(wiring.store().paths.inbox.iterdir()) == watch.history(wiring.store()) == []


@pytest.mark.parametrize("person", ["demo-gold", None])
def test_a_button_pressed_after_the_right_is_gone_writes_nothing(freed: list[str], person: str | None) -> None:
    shell, secret = opened("demo-analyst")
    shell.file_uploader[0].upload(NAME, MONTH, "text/csv")
    shell.run()
    if person:
        sessions.become(secret, person)
    else:
        sessions.end(secret)
    next(button for button in shell.button if button.label == "Load 1 file").click().run()
    assert not shell.file_uploader
    assert freed == [NAME]
    assert list(wiring.store().paths.inbox.iterdir()) == watch.history(wiring.store()) == []
    assert wiring.store().analytics.counts()["offence"] == 0


def test_a_server_that_became_busy_says_that_the_drop_waits(freed: list[str]) -> None:
    shell, _ = opened("demo-analyst")
    shell.file_uploader[0].upload(NAME, MONTH, "text/csv")
    shell.run()
    free = threading.Event()
    jobs.start("something else", lambda _progress: free.wait())
    try:
        next(button for button in shell.button if button.label == "Load 1 file").click().run()
    finally:
        free.set()
    assert "Your files are in the inbox" in said(shell)
    (waiting,) = wiring.store().paths.inbox.iterdir()
    assert ([path.name for path in waiting.iterdir()], freed) == ([NAME], [NAME])
