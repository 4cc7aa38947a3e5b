"""Taking things away in a real browser: one press, under the page's content policy, and the page stays."""

import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from rasure.settings import settings
from rasure.store.store import open_store
from tests import one_place
from tests.browser.conftest import Server, Visit, served
from tests.makers import STREET, crime, csv_text
from tests.one_place import LARCH

pytestmark = [pytest.mark.browser]
NOTED = (
    "document.addEventListener('securitypolicyviolation', e => window.refused = [e.violatedDirective, e.blockedURI])"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("taking")
    one_place.build(open_store(folder / "store", reference_folder=settings().reference), folder / "world").close()
    yield from served(folder / "store", folder / "world")


@pytest.fixture
def noting(visit: Visit) -> Visit:
    """Return a visit that notes what the content policy stops."""
    visit.page.add_init_script(NOTED)
    return visit


def held(visit: Visit) -> bool:
    """Tell whether the page broke nothing of its policy, reached nothing outside and said nothing to the console."""
    return (visit.page.evaluate("window.refused ?? null"), visit.outside, visit.errors) == (None, [], [])


def test_each_form_leaves_at_one_press_and_again_at_the_next(server: Server, noting: Visit, tmp_path: Path) -> None:
    noting.open(f"{server.url}/place?place={LARCH}")
    title = noting.page.locator("h1").inner_text()
    taken: list[str] = []
    for name in ("Print the briefing", "Download as CSV", "Download as workbook", "Download as CSV"):
        noting.page.get_by_role("link", name=name).last.focus()
        with noting.page.expect_download() as download:
            noting.page.keyboard.press("Enter")
        taken.append(download.value.suggested_filename)
        download.value.save_as(tmp_path / taken[-1])
        assert taken[-1].startswith("OFFICIAL-SENSITIVE-synthetic-")
        assert is_whole(tmp_path / taken[-1])
    assert len(set(taken)) == 4
    assert noting.page.locator("h1").inner_text() == title
    assert held(noting)


def is_whole(file: Path) -> bool:
    if file.suffix == ".xlsx":
        return openpyxl.load_workbook(file)["About this file"]["A1"].value == "OFFICIAL-SENSITIVE"
    head = file.read_bytes()[:20]
    return head.startswith(b"%PDF") if file.suffix == ".pdf" else head.startswith(b"# OFFICIAL-SENSITIVE")


def test_a_link_that_was_used_says_so_on_a_page(server: Server, noting: Visit) -> None:
    noting.open(f"{server.url}/place?place={LARCH}")
    asked = noting.page.get_by_role("link", name="Download as CSV").last.get_attribute("href")
    first = noting.page.request.get(f"{server.url}{asked}")
    assert first.status == 200
    noting.page.goto(first.url)
    expect(noting.page.locator("h1")).to_have_text("Nothing was exported")
    expect(noting.page.get_by_text("was taken already")).to_be_visible()
    assert noting.page.evaluate("window.refused ?? null") is None


def test_a_file_put_into_the_inbox_is_loaded_and_an_upload_reaches_the_server(server: Server, noting: Visit) -> None:
    inbox = server.store / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / "2025-06-thames-valley-street.csv").write_text(csv_text(STREET, [crime(month="2025-06")]), newline="")
    noting.open(f"{server.url}/data")
    noting.page.get_by_text("Load files from the inbox").click()
    noting.page.get_by_role("button", name="Load as").first.click()
    expect(noting.page.get_by_text("done.")).to_be_visible()
    sent = """async () => {
      const body = new FormData();
      body.append('file', new Blob(['a,b']), 'a.csv');
      const headers = {'X-Xsrftoken': document.cookie.match(/_streamlit_xsrf=([^;]*)/)?.[1] ?? ''};
      return (await fetch('/_stcore/upload_file/no-such-session/1', {method: 'PUT', body, headers})).status;
    }"""
    refused = len(noting.errors)
    assert noting.page.evaluate(sent) == 400, json.dumps(noting.errors)
    del noting.errors[refused:]
    assert held(noting)
