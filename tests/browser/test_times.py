"""The Times page in a real browser: a cell is clicked, and what touches it is listed and stays in the address."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from rasure.settings import settings
from rasure.store.store import open_store
from tests import timed
from tests.browser.conftest import Server, Visit, served

pytestmark = [pytest.mark.browser]
FRIDAY, MONDAY = ("2026-03-20 22:15", ""), ("2026-03-16 09:10", "")


@pytest.fixture(scope="module")
def timed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("timed")
    store = open_store(folder / "store", reference_folder=settings().reference)
    timed.load(store, folder, [FRIDAY] * 700 + [MONDAY] * 200)
    store.close()
    yield from served(folder / "store", folder)


class TestMatrix:
    def test_a_click_lists_what_touches_the_cell_and_goes_into_the_address(
        self, timed_server: Server, visit: Visit
    ) -> None:
        visit.open(f"{timed_server.url}/times")
        expect(visit.page.locator("h1")).to_contain_text("Friday 15:00 to 23:00 holds 78")
        visit.page.locator("[data-testid=stVegaLiteChart] path[aria-label*='Monday 09:00 to 10:00']").first.click()
        table = visit.page.locator("table.rasure").filter(has_text="Street or place")
        expect(table).to_contain_text("Monday 09:00 to 10:00: 200 offences, the newest 50 of them")
        expect(table.get_by_role("row")).to_have_count(51)
        assert "day=Monday" in visit.page.url
        assert "hour=09" in visit.page.url
        assert (visit.outside, visit.errors) == ([], [])

    def test_the_address_brings_the_list_back(self, timed_server: Server, visit: Visit) -> None:
        visit.open(f"{timed_server.url}/times?day=Friday&hour=22&shift=4+hours")
        expect(visit.page.locator("h1")).to_contain_text("Friday 19:00 to 23:00")
        expect(visit.page.locator("table.rasure caption").first).to_contain_text("700 offences")

    def test_the_matrix_is_in_a_table(self, timed_server: Server, visit: Visit) -> None:
        visit.open(f"{timed_server.url}/times")
        visit.unfold("These hours and shifts as tables")
        table = visit.page.locator("table.rasure").filter(has_text="Offences by weekday and hour")
        expect(table.get_by_role("row").nth(5).get_by_role("cell").nth(23)).to_have_text("700.0")
