"""One person's record in a real browser: a reason first, every reader, and nothing once the session is over."""

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from rasure.settings import settings
from rasure.store.store import open_store
from tests.browser.conftest import Server, Visit, served
from tests.people_world import EAST_MAN, NAMES, WEST_MAN, fill

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def people_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("people-served")
    fill(open_store(folder / "store", reference_folder=settings().reference), folder / "world").close()
    yield from served(folder / "store", folder / "in")


def opened(server: Server, visit: Visit) -> None:
    """Open a person as the analyst, giving a reason if that is still to be done."""
    visit.open(f"{server.url}/person?person={WEST_MAN}")
    page = visit.page
    expect(page.locator("h1")).to_contain_text("why you need this record")
    assert NAMES[WEST_MAN] not in page.content()
    page.get_by_role("combobox", name="Reason").click()
    page.get_by_role("option", name="Investigation").click()
    page.get_by_label("In your own words").fill("Robbery series")
    page.get_by_label("Operation, crime or request number").fill("Op Thistle")
    page.get_by_role("button", name="Open, and log it").click()
    expect(page.locator("h1")).to_contain_text(NAMES[WEST_MAN])


def end_all(server: Server, at: str) -> None:
    """End every session, or every opening, behind the server's back, in the table it reads."""
    with sqlite3.connect(server.store / "ledger.sqlite", timeout=30) as ledger:
        ledger.execute(f"update {at}")
    ledger.close()


class TestRecord:
    def test_it_opens_after_a_reason_for_every_reader_and_ends_with_the_session(
        self, people_server: Server, visit: Visit
    ) -> None:
        opened(people_server, visit)
        page = visit.page
        expect(page.get_by_role("region", name="Latest first", exact=True)).to_be_visible()
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            visit.settled()
            assert visit.overflow_px() <= 0
        assert visit.grave_faults() == []
        page.set_viewport_size({"width": 1440, "height": 900})
        assert visit.outside == []
        assert visit.errors == []
        end_all(people_server, "session set revoked_at = 1 where revoked_at is null")
        sent: list[bytes | str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", sent.append))
        page.get_by_role("button", name="Close it now").click()
        expect(page.get_by_text("Sign in again").or_(page.get_by_text("ended"))).not_to_have_count(0)
        assert not any(NAMES[EAST_MAN].encode() in (one if isinstance(one, bytes) else one.encode()) for one in sent)
        assert len(sent) <= 1
