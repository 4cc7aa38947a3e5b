"""Fixtures shared by the whole suite: stores, and the public data kept beside the project when it is there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.testclient import TestClient

from rasure.gate import identity
from rasure.settings import PROJECT, settings
from rasure.store.store import Store, open_store

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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store of its own."""
    held = open_store(tmp_path / "store", reference_folder=settings().reference)
    yield held
    held.close()


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
    import os

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
