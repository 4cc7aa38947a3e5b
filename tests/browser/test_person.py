"""One person's record in a real browser: a reason first, every reader, and nothing once the session is over."""

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from rasure.settings import settings
from rasure.store.store import open_store
from tests.browser.conftest import Server, Visit, served
from tests.pdf import pages
from tests.people_world import CHILD, EAST_MAN, NAMES, WEST_MAN, fill

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def people_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("people-served")
    fill(open_store(folder / "store", reference_folder=settings().reference), folder / "world").close()
    yield from served(folder / "store", folder / "in")


def give_reason(visit: Visit) -> None:
    """Fill the prompt before a record and send it."""
    page = visit.page
    expect(page.locator("h1")).to_contain_text("why you need this record")
    page.get_by_role("combobox", name="Reason").click()
    page.get_by_role("option", name="Investigation").click()
    page.get_by_label("In your own words").fill("Robbery series")
    page.get_by_label("Operation, crime or request number").fill("Op Thistle")
    page.get_by_role("button", name="Open, and log it").click()


def opened(server: Server, visit: Visit) -> None:
    """Open a person as the analyst, giving a reason if that is still to be done."""
    visit.open(f"{server.url}/person?person={WEST_MAN}")
    assert NAMES[WEST_MAN] not in visit.page.content()
    give_reason(visit)
    expect(visit.page.locator("h1")).to_contain_text(NAMES[WEST_MAN])


def become(visit: Visit, described: str) -> None:
    """Be another of the invented people."""
    visit.page.get_by_role("combobox", name="Signed in as").focus()
    visit.page.keyboard.press("ArrowDown")
    visit.page.get_by_role("option", name=described, exact=True).click()
    visit.settled()


def end_all(server: Server, at: str) -> None:
    """End every session, or every opening, behind the server's back, in the table it reads."""
    with sqlite3.connect(server.store / "ledger.sqlite", timeout=30) as ledger:
        ledger.execute(f"update {at}")
    ledger.close()


class TestSecondApproval:
    def test_one_inspector_asks_the_other_approves_and_the_sheet_says_who_printed_it(
        self, people_server: Server, visit: Visit, browser: Browser
    ) -> None:
        address = f"{people_server.url}/person?person={CHILD}"
        visit.open(address)
        become(visit, "Inspector · West Square")
        give_reason(visit)
        page, approve = visit.page, visit.page.get_by_role("button", name="Approve")
        expect(page.get_by_text("An inspector has been asked")).to_be_visible()
        expect(approve).to_have_count(0)

        context = browser.new_context()
        other = Visit(context.new_page(), [], [])
        other.open(address)
        become(other, "Inspector · East Square, West Square")
        expect(other.page.get_by_role("button", name="Approve")).to_be_visible()
        other.page.emulate_media(media="print")
        expect(other.page.get_by_text("asks at")).to_be_hidden()
        other.page.emulate_media(media="screen")
        other.page.get_by_role("button", name="Approve").click()
        expect(other.page.get_by_role("button", name="Approve")).to_have_count(0)
        give_reason(other)
        expect(other.page.get_by_text("An inspector has been asked")).to_be_visible()
        expect(other.page.get_by_role("button", name="Approve")).to_have_count(0)
        context.close()

        visit.open(address)
        expect(page.get_by_text("Approved at")).to_be_visible()
        expect(approve).to_be_visible()
        page.get_by_role("button", name="Open, and log it").click()
        expect(page.locator("h1")).to_contain_text(NAMES[CHILD])
        expect(page.locator(".rasure-watermark")).to_be_hidden()
        page.emulate_media(media="print")
        expect(page.locator(".rasure-watermark")).to_be_visible()
        expect(page.locator(".rasure-bottom")).to_contain_text("demo-inspector-W")
        expect(page.get_by_text("OFFICIAL-SENSITIVE").first).to_be_visible()
        expect(page.get_by_role("button").filter(visible=True)).to_have_count(0)
        assert visit.errors == []


class TestRecord:
    def test_it_opens_after_a_reason_for_every_reader_and_ends_with_the_session(
        self, people_server: Server, visit: Visit
    ) -> None:
        opened(people_server, visit)
        page = visit.page
        expect(page.get_by_role("region", name="Latest first", exact=True)).to_be_visible()
        visit.readable()
        page.set_viewport_size({"width": 1440, "height": 900})
        assert pages(page.pdf(prefer_css_page_size=True)) >= 2
        assert visit.outside == []
        assert visit.errors == []
        end_all(people_server, "session set revoked_at = 1 where revoked_at is null")
        sent: list[bytes | str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", sent.append))
        page.get_by_role("button", name="Close it now").click()
        expect(page.get_by_text("Sign in again").or_(page.get_by_text("ended"))).not_to_have_count(0)
        assert not any(NAMES[EAST_MAN].encode() in (one if isinstance(one, bytes) else one.encode()) for one in sent)
        assert len(sent) <= 1
