"""A set for tasking in a real browser: typed into the real grid, fitted, published, read back and taken away."""

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as StillWaiting

from rasure.settings import settings
from rasure.store.store import open_store
from tests.browser.conftest import Server, Visit, served
from tests.tasking import busy_store

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def busy_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("tasking")
    store = open_store(folder / "store", reference_folder=settings().reference)
    busy_store(store, folder).close()
    yield from served(folder / "store", folder / "in")


def grid(visit: Visit) -> Locator:
    """Return the table to type into: the one after the ranked table."""
    return visit.page.locator("[data-testid=stDataFrame]").nth(1)


def _open_cell(visit: Visit, x: int, y: int) -> Locator:
    """Open a cell of the grid to type into: it is drawn late, and says so by nothing else."""
    typed = visit.page.locator("#portal textarea")
    for _attempt in range(20):
        grid(visit).click(position={"x": x, "y": y})
        visit.page.keyboard.press("Enter")
        with contextlib.suppress(StillWaiting):
            typed.wait_for(timeout=1500)
            return typed
    pytest.fail("the cell never opened")


class TestPublishing:
    def test_a_set_is_typed_fitted_published_and_taken_away(self, busy_server: Server, visit: Visit) -> None:
        visit.open(f"{busy_server.url}/hot_spots?view=Publish+for+tasking")
        page = visit.page
        expect(page.get_by_role("heading", name="Four places make three hot spots")).to_be_visible()
        grid(visit).scroll_into_view_if_needed()
        _open_cell(visit, 560, 52).fill("PS Sparrow")
        page.keyboard.press("Enter")
        visit.unfold("What will be published, to read")
        told = page.get_by_role("region", name="Every hot spot of the draft")
        expect(told).to_contain_text("PS Sparrow")
        page.get_by_label("Metres east").fill("-20")
        page.get_by_label("Metres east").press("Enter")
        expect(page.get_by_text("in the same 10.0 ha")).to_be_visible()
        page.get_by_label("Name of the set").fill("Winter nights")
        page.get_by_label("Name of the set").press("Enter")
        page.get_by_text("I have looked at these hot spots").click()
        page.get_by_role("button", name="Publish 3 hot spots").click()
        expect(page.get_by_text("Published as version 1 of winter-nights")).to_be_visible()
        expect(page.get_by_role("region", name="What officers are told")).to_contain_text("PS Sparrow")
        link = page.get_by_role("link", name="Download this version as CSV").get_attribute("href")
        taken = page.request.get(f"{busy_server.url}{link}")
        assert taken.status == 200
        assert taken.text().count("PS Sparrow") == taken.text().count("POLYGON") == 2
        assert visit.outside == []
        assert visit.errors == []

    def test_it_fits_every_screen_and_every_reader(self, busy_server: Server, visit: Visit) -> None:
        visit.open(f"{busy_server.url}/hot_spots?view=Publish+for+tasking")
        expect(visit.page.get_by_label("Metres east")).to_be_visible()
        visit.readable()
