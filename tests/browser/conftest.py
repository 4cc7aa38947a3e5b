"""A real server process over a store of its own, and a real browser."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from rasure.ingest import load_boundaries, load_police_uk
from rasure.services import hot_spots
from rasure.settings import PROJECT, settings
from rasure.store.store import open_store
from tests.makers import EAST, WEST, crime, published, squares, whole_force

#: Two cores draw maps in software beside other tests: patience is not what these tests are about.
expect.set_options(timeout=30_000)
READY = '[data-testid=stApp][data-test-script-state="notRunning"]'
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: What slides has arrived, and what was drawn for another width is drawn anew: before that nothing can be held of it.
_AT_REST = f"""() => {_OVERFLOW} <= 0
    && document.getAnimations().every(one => one.playState !== 'running' || one.effect.getTiming().iterations > 1)"""


@dataclass(frozen=True, slots=True)
class Server:
    """A served store: its address, its folder, and the input folder its offences came from."""

    url: str
    store: Path
    files: Path
    east_bounds: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    places: int = 0


def offences(folder: Path) -> Path:
    """Write two months of crimes: a busy place in the west, a quieter one in the east, some scattered."""
    rows = []
    for n in range(40):
        rows.append(crime(f"w{n}", month="2025-06", where="On or near Broad Street"))
    for n in range(12):
        rows.append(crime(f"e{n}", month="2025-06", at=EAST, where="On or near Mill Lane", kind="Robbery"))
    for n in range(25):
        at = (WEST[0] + 0.004 * (n % 5 + 1), WEST[1] + 0.003 * (n // 5 + 1))
        rows.append(crime(f"s{n}", month="2025-06", at=at, where="On or near Quarry Road"))
    rows.append(crime("none", month="2025-06", at=None))
    published(folder, "2025-06", "street", rows)
    published(folder, "2025-04", "street", [crime("april", month="2025-04")])
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(store: Path, files: Path) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "rasure", "serve", "--store", str(store), "--port", str(port)]
    log = store.parent / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=PROJECT, stdout=out, stderr=out, env=os.environ | {"RASURE_HOST": "127.0.0.1"}
        )
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
            yield Server(f"http://127.0.0.1:{port}", store, files)
        finally:
            process.terminate()
            process.wait()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                assert json.load(answer)["status"] == "ok"
                return
        except OSError:
            threading.Event().wait(0.1)
    pytest.fail(f"the server did not answer: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    store = open_store(folder / "store", reference_folder=settings().reference)
    load_boundaries.load(store, squares(folder / "areas.geojson"))
    load_police_uk.load(store, offences(folder / "in"))
    east_bounds = hot_spots.bounds(store, "East")
    places = len(hot_spots.picture(store, whole_force(), hot_spots.Question(date(2025, 7, 1))).places)
    store.close()
    assert east_bounds is not None
    for found in served(folder / "store", folder / "in"):
        yield replace(found, east_bounds=east_bounds, places=places)


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("empty")
    (folder / "in").mkdir()
    yield from served(folder / "store", folder / "in")


@dataclass(slots=True)
class Visit:
    """A page being looked at, and what the browser complained of."""

    page: Page
    outside: list[str]
    errors: list[str]

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.settled()

    def settled(self) -> None:
        self.page.wait_for_selector(READY, timeout=60_000)

    def unfold(self, label: str) -> None:
        """Open a fold and wait until it is at rest: what is pressed while it slides is gone from under the pointer."""
        fold = self.page.locator("details", has=self.page.locator("summary", has_text=label))
        fold.locator("summary").click()
        expect(fold.get_by_test_id("stExpanderDetails")).not_to_have_attribute("inert", "")
        self.page.wait_for_function(
            "fold => !fold.getAnimations().length && !fold.style.height", arg=fold.element_handle()
        )

    def readable(self) -> None:
        """Hold the page to both widths: nothing cut off, no serious fault of access; leave it at the narrower."""
        for width in (1440, 390):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.settled()
            self.page.wait_for_function(_AT_REST)
            assert (grave_faults(self.page), max(0, overflow_px(self.page))) == ([], 0), width


def overflow_px(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    return int(page.evaluate(_OVERFLOW))


def grave_faults(page: Page) -> list[str]:
    """Return the serious and critical faults of accessibility on a page, each with where it is."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Return a page in a profile of its own: a stranger to the server, who keeps nothing of an earlier visit."""
    context = browser.new_context(viewport={"width": getattr(request, "param", 1440), "height": 900})
    page = context.new_page()
    found = Visit(page, [], [])
    page.on("request", lambda r: found.outside.append(r.url) if not _ours(r.url) else None)
    page.on("console", lambda m: found.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: found.errors.append(str(e)))
    yield found
    context.close()


def _ours(url: str) -> bool:
    return not url.startswith(("http", "ws")) or url.split("/")[2].startswith("127.0.0.1:")
