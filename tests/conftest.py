"""Fixtures shared by the whole suite: stores, and the public data kept beside the project when it is there."""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.testclient import TestClient
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import local_script_runner
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from rasure.gate import identity
from rasure.settings import PROJECT, settings
from rasure.store.analytics.database import HARDENED
from rasure.store.store import Store, open_store
from tests.forking import Forked

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: The same examples each time; how long one takes is for the bench, since a busy machine is no fault of what is tested.
hypothesis.settings.register_profile("rasure", deadline=None, derandomize=True)
hypothesis.settings.load_profile("rasure")

REAL = PROJECT.parent / "shared" / "data" / "real"


def pytest_xdist_auto_num_workers() -> int:
    """Return three workers for two cores: a third of the time a worker waits for a server, a browser or a disk."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin the files that drive a browser at even distances: two at once are slow, and so is one left to the end."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    driving = [those for those in files.values() if any(item.get_closest_marker("browser") for item in those)]
    others = [those for those in files.values() if those not in driving]
    apart = max(1, len(others) * 4 // 5 // max(1, len(driving)))
    ordered: list[list[pytest.Item]] = []
    for number, those in enumerate(others):
        ordered += [driving.pop(0)] if number % apart == 0 and driving else []
        ordered.append(those)
    items[:] = [item for those in (*ordered, *driving) for item in those]


@pytest.fixture(scope="session", autouse=True)
def _looked_for_components() -> Iterator[None]:
    """Look through the installed packages for components once, as a server does: each page under test would anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


def _joined(runner: LocalScriptRunner, timeout: float) -> None:
    """Wait for a page under test by its thread: to ask a thousand times a second takes the time from the page."""
    assert runner._script_thread is not None
    runner._script_thread.join(timeout)
    if runner._script_thread.is_alive():
        runner.request_stop()
        runner.join()
        raise RuntimeError(f"A page took longer than {timeout} seconds.")


@pytest.fixture(scope="session", autouse=True)
def _one_thread_a_store() -> Iterator[None]:
    """Let a store of this process ask with one thread: the workers share the cores, and two cost a tenth more.

    A server, or a command begun by a test, has its own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(HARDENED, "threads", "1")
        yield


@pytest.fixture(scope="session", autouse=True)
def _waited_for_by_thread() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "require_widgets_deltas", _joined)
        yield


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an empty store, to be copied with its key: making tables takes longer."""
    folder = tmp_path_factory.mktemp("empty")
    open_store(folder / "store", reference_folder=settings().reference).close()
    return folder


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store of its own."""
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    held = open_store(tmp_path / "store", reference_folder=settings().reference)
    yield held
    held.close()


@pytest.fixture(scope="session")
def forked() -> Iterator[Forked]:
    """Return what runs a script in a process of its own, to be killed there."""
    with Forked() as found:
        yield found


@pytest.fixture
def signed_in(client: TestClient) -> Iterator[TestClient]:
    """Return a module's own `client` with a session of its own, in demo mode as the analyst."""
    client.cookies.clear()
    client.get("/", headers={"accept": "text/html"})
    assert identity.COOKIE in client.cookies
    yield client
    client.cookies.clear()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real public data, or skip."""
    if not REAL.exists():
        pytest.skip("the public data kept beside the project are not here")
    return REAL


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the browser to drive, or skip with the reason; in CI it must be there."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium must be installed in CI")
        pytest.skip("no Chromium on this machine: install it to run the browser tests")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Return the one browser of a test process: a second would not start beside the first."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()
