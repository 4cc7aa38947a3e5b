"""Taking things away and sending files in, in a real browser: one press, under the page's content policy."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from rasure.settings import settings
from rasure.store.store import open_store
from tests import one_place
from tests.browser.conftest import Server, Visit, grave_faults, overflow_px, served
from tests.extracts import drop, manifest
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


def test_a_file_put_into_the_inbox_is_loaded(server: Server, noting: Visit) -> None:
    inbox = server.store / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / "2025-06-thames-valley-street.csv").write_text(csv_text(STREET, [crime(month="2025-06")]), newline="")
    noting.open(f"{server.url}/data")
    noting.unfold("Load files")
    noting.page.get_by_role("button", name="Load as").first.click()
    expect(noting.page.get_by_text("1 accepted")).to_be_visible()
    assert held(noting)


@pytest.fixture
def sending(tmp_path: Path) -> list[Path]:
    """Return the files of a small synthetic drop."""
    location, occurrence = {"location_id": "SENT-L"}, {"occurrence_id": "SENT-O"}
    folder = drop(
        tmp_path / "sent",
        locations=[location],
        occurrences=[location | occurrence],
        offences=[{"offence_id": "SENT-F"} | occurrence],
    )
    manifest(folder, signed=True, extracted_at="2026-03-31T12:00:00Z")
    return sorted(folder.iterdir())


def test_files_are_sent_by_keyboard_and_known_the_second_time(
    server: Server, noting: Visit, sending: list[Path]
) -> None:
    page = noting.page
    noting.open(f"{server.url}/data")
    page.locator("summary", has_text="Load files").focus()
    page.keyboard.press("Enter")
    for width, outcome in ((1440, "3 read, 3 accepted"), (390, "Every file was loaded before; nothing changed.")):
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.get_by_role("button", name="Load the files")).to_be_disabled()
        page.locator("summary", has_text="Load files").focus()
        with page.expect_file_chooser() as chooser:
            tabbed_to(page, "Upload")
            page.keyboard.press("Enter")
        chooser.value.set_files(sending)
        expect(page.get_by_role("button", name="Load 4 files")).to_be_enabled()
        tabbed_to(page, "Load 4 files")
        page.keyboard.press("Enter")
        expect(page.get_by_text(outcome)).to_be_visible()
    drops = page.locator("table.rasure").filter(has_text="What happened").get_by_role("row")
    expect(drops.nth(1)).to_contain_text("3 rows read: 0 accepted, 0 rejected, 3 duplicate.")
    assert (grave_faults(page), overflow_px(page) <= 0, held(noting)) == ([], True, True)
    assert [path.name for path in (server.store / "inbox").iterdir() if path.is_dir()] == []


def tabbed_to(page: Page, name: str) -> None:
    """Go on by keyboard until something of this name is reached."""
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText.trim()").endswith(name):
            return
    pytest.fail(f"the keyboard does not reach {name!r}")


SEND = """async () => {
  const body = new FormData();
  body.append('file', new Blob(['a,b']), 'a.csv');
  const headers = {'X-Xsrftoken': document.cookie.match(/_streamlit_xsrf=([^;]*)/)?.[1] ?? ''};
  return (await fetch('/_stcore/upload_file/no-such-session/1', {method: 'PUT', body, headers})).status;
}"""


def test_a_role_that_may_not_load_is_offered_nothing_and_sends_nothing(server: Server, noting: Visit) -> None:
    noting.open(f"{server.url}/data")
    expect(noting.page.get_by_text("Load files", exact=True)).to_be_visible()
    assert noting.page.evaluate(SEND) == 400, noting.errors
    noting.page.get_by_role("combobox", name="Signed in as").click()
    noting.page.get_by_role("option", name="Gold").click()
    expect(noting.page.get_by_text("Load files", exact=True)).to_have_count(0)
    expect(noting.page.get_by_text("What is loaded")).to_be_visible()
    assert noting.page.locator("input[type=file]").count() == 0
    assert noting.page.evaluate(SEND) == 403
    assert noting.page.evaluate("window.refused ?? null") is None
